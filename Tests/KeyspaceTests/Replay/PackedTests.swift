import BinaryInput
import TestSupport
import Testing

@testable import Keyspace

/// The packed structures, held against the plain ones of the standard library.
struct PackedTests {
  @Test(arguments: [1, 2, 3, 4])
  func `a map does what a dictionary does`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var map = PackedMap()
    var plain: [[UInt8]: [UInt8]] = [:]
    for _ in 0..<6000 {
      let key = random.bytes(Int.random(in: 0...(seed == 1 ? 1 : 2), using: &random))
      switch Int.random(in: 0...3, using: &random) {
      case 0:
        #expect(map.remove(key.span) == (plain.removeValue(forKey: key) != nil))
      case 1:
        let value = random.bytes(Int.random(in: 0...200, using: &random))
        let isNew = map.set(key.span, stamp: nil, payload: value.span)
        #expect(isNew == (plain.updateValue([0] + value, forKey: key) == nil))
      default:
        #expect(map.find(key.span).map { [UInt8](copying: map.payload(at: $0)) } == plain[key])
      }
      #expect(map.count == plain.count)
    }
    var found: [[UInt8]: [UInt8]] = [:]
    var place = map.first
    while let current = place {
      found[[UInt8](copying: map.key(at: current))] = [UInt8](copying: map.payload(at: current))
      place = map.place(after: current)
    }
    #expect(found == plain)
  }

  @Test(arguments: [1, 2, 3, 4])
  func `a deque does what an array does`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var deque = PackedDeque()
    var plain: [[UInt8]] = []
    let longest = [3, 90, 700, 9000][Int(seed) - 1]
    for round in 0..<1500 {
      let element = random.bytes(Int.random(in: 0...longest, using: &random))
      let index = plain.isEmpty ? 0 : Int.random(in: 0..<plain.count, using: &random)
      switch Int.random(in: 0...8, using: &random) {
      case 0, 1: (deque.append(element.span), plain.append(element)).0
      case 2, 3: (deque.prepend(element.span), plain.insert(element, at: 0)).0
      case 4:
        deque.removeFirst(index / 4)
        plain.removeFirst(index / 4)
      case 5:
        deque.removeLast(index / 4)
        plain.removeLast(index / 4)
      case 6 where !plain.isEmpty:
        deque.insert(element.span, before: deque.position(of: index))
        plain.insert(element, at: index)
      case 7 where !plain.isEmpty:
        deque.replace(at: deque.position(of: index), with: element.span)
        plain[index] = element
      case 8 where !plain.isEmpty:
        let next = deque.remove(at: deque.position(of: index))
        plain.remove(at: index)
        #expect(
          next.map { [UInt8](copying: deque.element(at: $0).span) }
            == (index < plain.count ? plain[index] : nil))
      default: break
      }
      #expect(deque.count == plain.count)
      if round % 50 == 0 { #expect(forward(deque) == plain && backward(deque) == plain) }
    }
    #expect(forward(deque) == plain && backward(deque) == plain)
  }

  private func forward(_ deque: PackedDeque) -> [[UInt8]] {
    var elements: [[UInt8]] = []
    var position = deque.first
    while let current = position {
      elements.append([UInt8](copying: deque.element(at: current).span))
      position = deque.position(after: current)
    }
    return elements
  }

  private func backward(_ deque: PackedDeque) -> [[UInt8]] {
    var elements: [[UInt8]] = []
    var position = deque.last
    while let current = position {
      elements.append([UInt8](copying: deque.element(at: current).span))
      position = deque.position(before: current)
    }
    return elements.reversed()
  }

  @Test
  func `a large sorted set keeps its order through changes`() {
    var random = SeededRandom(seed: 7)
    var set = LiveSortedSet(keepsNegativeZero: false)
    var plain: [[UInt8]: Double] = [:]
    for round in 0..<6000 {
      let member = Array("m\(Int.random(in: 0...1500, using: &random))".utf8)
      if Int.random(in: 0...3, using: &random) == 0 {
        #expect(set.remove(member.span) == (plain.removeValue(forKey: member) != nil))
      } else {
        let score = Double(Int.random(in: -50...50, using: &random))
        set.set(member.span, to: score)
        plain[member] = score
      }
      guard round % 37 == 0, plain.count > 300 else { continue }
      let sorted = plain.sorted {
        ($0.value, String(decoding: $0.key, as: UTF8.self))
          < ($1.value, String(decoding: $1.key, as: UTF8.self))
      }.map(\.key)
      let range = 10..<(plain.count - 5)
      #expect(set.names(of: set.items(ranked: range)) == Array(sorted[range]))
      let scored = set.items(in: ScoreRange(from: -10, below: 20))
      #expect(set.names(of: scored) == sorted.filter { (-10..<20).contains(plain[$0] ?? 0) })
    }
  }

  @Test(
    arguments: [
      ("0", 0), ("-1", -1), ("9223372036854775807", Int64.max), ("-9223372036854775808", .min),
      ("", nil), ("-", nil), ("-0", nil), ("01", nil), ("+1", nil), (" 1", nil),
      ("9223372036854775808", nil), ("-9223372036854775809", nil), ("1e3", nil),
    ] as [(String, Int64?)])
  func `only canonical decimal text is a number`(text: String, number: Int64?) {
    #expect(canonicalInteger(Array(text.utf8).span) == number)
  }
}
