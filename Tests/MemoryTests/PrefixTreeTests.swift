import Hashing
import TestSupport
import Testing

@testable import Memory

struct PrefixTreeTests {
  private func tree(
    _ names: [(String, Int)], depth: Int, separator: String = ":", capacity: Int = 1 << 16
  ) -> PrefixNode {
    var tree = PrefixTree(separator: Array(separator.utf8), depth: depth, capacity: capacity)
    for (name, bytes) in names {
      tree.add(Array(name.utf8).span, KeySum(bytes: bytes, expires: false))
    }
    return tree.finished()
  }

  private func lines(_ node: PrefixNode, _ indentation: String = "") -> [String] {
    node.children.flatMap { child in
      [
        "\(indentation)\(String(decoding: child.segment, as: UTF8.self)) \(child.sum.keys) \(child.sum.bytes)"
      ] + lines(child, indentation + " ")
    }
  }

  @Test func `names are nested by their separators`() {
    let names = [
      ("a:x:1", 10), ("a:x:2", 20), ("a:y", 5), ("b:1", 50), ("plain", 7), ("a:z:q:1", 1),
    ]
    let two = tree(names, depth: 2)
    #expect(lines(two) == ["b: 1 50", "a: 4 36", " x: 2 30", " z: 1 1"])
    #expect(two.sum.bytes == 93)
    #expect(lines(tree(names, depth: 1)) == ["b: 1 50", "a: 4 36"])
    #expect(lines(tree(names, depth: 0)) == [])
    #expect(lines(tree(names, depth: 9)).last == "  q: 1 1")
  }

  @Test func `separators have any length`() {
    let names = [("a::x::1", 1), ("a:b", 2), ("a::", 4), (":", 8), ("::", 16)]
    #expect(lines(tree(names, depth: 2, separator: "::")) == [":: 1 16", "a:: 2 5", " x:: 1 1"])
  }

  @Test func `a separator far behind makes no prefix`() {
    let long = String(repeating: "n", count: PrefixTree.longestSegment)
    #expect(lines(tree([(long + ":1", 1)], depth: 1)) == ["\(long): 1 1"])
    #expect(lines(tree([(long + "n:1", 1)], depth: 1)) == [])
  }

  // Whatever was forgotten, what is said of a prefix has to be true.
  @Test(arguments: [1, 2, 3])
  func `too many prefixes are counted approximately`(depth: Int) throws {
    var random = SeededRandom(seed: 42)
    var exact: [String: Int] = [:]
    var names: [(String, Int)] = []
    for index in 0..<60_000 {
      let isHeavy = index % 5 == 0
      let first =
        isHeavy ? "heavy\(index % 3)" : "light\(UInt64.random(in: 0..<9000, using: &random))"
      let name = "\(first):\(UInt64.random(in: 0..<50, using: &random)):x:1"
      let bytes = Int.random(in: 40...200, using: &random)
      names.append((name, bytes))
      let segments = name.split(separator: ":").dropLast().prefix(depth)
      for length in 1...segments.count {
        exact[segments.prefix(length).joined(separator: ":") + ":", default: 0] += bytes
      }
    }
    let root = tree(names, depth: depth, capacity: 512)
    #expect(root.sum.bytes == names.reduce(0) { $0 + $1.1 })
    var seen = 0
    func check(_ node: PrefixNode, _ prefix: String) {
      for child in node.children {
        let name = prefix + String(decoding: child.segment, as: UTF8.self)
        seen += 1
        let truth = exact[name] ?? 0
        #expect(child.sum.bytes <= truth && truth <= child.mostBytes, "\(name)")
        #expect(child.mostBytes <= max(node.mostBytes, node.sum.bytes))
        check(child, name)
      }
    }
    check(root, "")
    #expect((1...512).contains(seen))
    #expect(root.children.contains { $0.isApproximate })
    for heavy in 0..<3 {
      #expect(root.children.prefix(3).contains { $0.segment == Array("heavy\(heavy):".utf8) })
    }
  }

  @Test(arguments: [400, 600])
  func `trees of parts add up to the exact one, or give up`(families: Int) {
    let hasher = FingerprintHasher()
    let names = (0..<5000).map { "f\($0 * 31 % families):\($0 % 3):\($0)" }
    func part(_ number: Int) -> PrefixTree {
      var tree = PrefixTree(
        separator: [0x3A], depth: 1, capacity: 512, hasher: hasher, givesUp: true)
      for (index, name) in names.enumerated() where index / 100 % 3 == number {
        tree.add(Array(name.utf8).span, KeySum(bytes: index, expires: index % 2 == 0))
      }
      return tree
    }
    var merged = part(0)
    merged.merge(part(1))
    merged.merge(part(2))
    #expect(merged.hasGivenUp == (families > 512))
    guard !merged.hasGivenUp else { return }
    let exact = tree(names.enumerated().map { ($1, $0) }, depth: 1)
    #expect(lines(merged.finished()) == lines(exact))
  }

  // Work grows with the names, not with their square: what is forgotten is forgotten by halves.
  @Test func `forgetting happens seldom`() {
    var tree = PrefixTree(separator: [0x3A], depth: 1, capacity: 1024)
    for index in 0..<50_000 {
      tree.add(Array("p\(index):1".utf8).span, KeySum(bytes: 100, expires: true))
    }
    #expect(tree.timesForgotten <= 2 * 50_000 / 1024)
  }

  @Test func `a name of nothing but separators does no harm`() {
    let colons = String(repeating: ":", count: 10_000)
    let root = tree([(colons, 1), (colons, 2)], depth: 1_000_000, capacity: 128)
    #expect(root.sum.bytes == 3)
  }
}
