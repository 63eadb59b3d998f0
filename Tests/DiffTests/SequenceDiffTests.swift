import TestSupport
import Testing

@testable import Diff

struct SequenceDiffTests {
  /// The least number of edits, by the longest common subsequence.
  private func leastEdits(_ old: [Int], _ new: [Int]) -> Int {
    var lengths = Array(repeating: Array(repeating: 0, count: new.count + 1), count: old.count + 1)
    for i in old.indices {
      for j in new.indices {
        lengths[i + 1][j + 1] =
          old[i] == new[j]
          ? lengths[i][j] + 1 : max(lengths[i][j + 1], lengths[i + 1][j])
      }
    }
    return old.count + new.count - 2 * lengths[old.count][new.count]
  }

  private func apply(_ diff: SequenceDiff, to old: [Int], _ new: [Int]) -> [Int] {
    var (result, next) = ([Int](), 0)
    for edit in diff.edits {
      switch edit {
      case .remove(let position):
        result += old[next..<position]
        next = position + 1
      case .insert(let position):
        while result.count < position {
          result.append(old[next])
          next += 1
        }
        result.append(new[position])
      }
    }
    return result + old[next...]
  }

  @Test(arguments: [2, 3, 10])
  func `random sequences become each other in as few edits as there can be`(letters: Int) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededRandom(seed: seed)
    for _ in 0..<500 {
      let old = (0..<Int.random(in: 0...12, using: &random)).map { _ in
        Int.random(in: 0..<letters, using: &random)
      }
      let new = (0..<Int.random(in: 0...12, using: &random)).map { _ in
        Int.random(in: 0..<letters, using: &random)
      }
      let diff = try #require(SequenceDiff(from: old, to: new, most: 24))
      #expect(apply(diff, to: old, new) == new, "seed \(seed): \(old) \(new)")
      #expect(diff.edits.count == leastEdits(old, new), "seed \(seed): \(old) \(new)")
    }
  }

  @Test func `more edits than allowed are no answer`() {
    #expect(SequenceDiff(from: [1, 2, 3], to: [4, 5, 6], most: 5) == nil)
    #expect(SequenceDiff(from: [1, 2, 3], to: [4, 5, 6], most: 6)?.edits.count == 6)
    #expect(SequenceDiff(from: [1], to: [1], most: 0)?.edits == [])
  }

  @Test func `a long list with one element put in takes one edit`() {
    let old = Array(0..<100_000)
    var new = old
    new.insert(-1, at: 70_000)
    #expect(SequenceDiff(from: old, to: new, most: 500)?.edits == [.insert(70_000)])
  }
}
