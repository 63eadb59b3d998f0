/// The shortest way from one sequence to another: what to take out and what to put in.
///
/// Myers' algorithm ("An O(ND) Difference Algorithm and Its Variations", 1986), after common ends have been
/// cut off. It takes memory with the square of the number of edits, so that is bounded.
struct SequenceDiff: Equatable {
  /// One step.
  enum Edit: Equatable {
    /// Take out what stands at this position of the old sequence.
    case remove(Int)
    /// Put in what stands at this position of the new sequence.
    case insert(Int)
  }

  /// The steps, from the beginning of the sequences to their ends.
  let edits: [Edit]

  /// Finds the steps; nil if it takes more than `most`.
  init?<Element: Equatable>(from old: [Element], to new: [Element], most: Int) {
    var start = 0
    while start < min(old.count, new.count), old[start] == new[start] { start += 1 }
    var (oldEnd, newEnd) = (old.count, new.count)
    while oldEnd > start, newEnd > start, old[oldEnd - 1] == new[newEnd - 1] {
      oldEnd -= 1
      newEnd -= 1
    }
    let path = Self.furthest(old[start..<oldEnd], new[start..<newEnd], most: most)
    guard let path else { return nil }
    edits = Self.edits(path, oldEnd - start, newEnd - start, offset: start)
  }

  /// For each number of edits, how far along the old sequence each diagonal gets.
  ///
  /// Diagonal `k` is where the position in the old sequence is `k` more than that in the new one; row `d` has
  /// the diagonals `-d`, `-d + 2`, …, `d`.
  private static func furthest<Element: Equatable>(
    _ old: ArraySlice<Element>, _ new: ArraySlice<Element>, most: Int
  ) -> [[Int]]? {
    var rows: [[Int]] = []
    for edits in 0...min(most, old.count + new.count) {
      var row: [Int] = []
      for diagonal in stride(from: -edits, through: edits, by: 2) {
        var x = edits == 0 ? 0 : step(to: diagonal, edits, rows[edits - 1]).x
        while x < old.count, x - diagonal < new.count, x - diagonal >= 0,
          old[old.startIndex + x] == new[new.startIndex + x - diagonal]
        {
          x += 1
        }
        row.append(x)
        if x >= old.count, x - diagonal >= new.count { return rows + [row] }
      }
      rows.append(row)
    }
    return nil
  }

  /// The better of the two ways onto a diagonal from the row before: an insertion from the one above, or a
  /// removal from the one below.
  private static func step(
    to diagonal: Int, _ edits: Int, _ previous: [Int]
  ) -> (x: Int, isInsertion: Bool) {
    func x(_ diagonal: Int) -> Int {
      let index = (diagonal + edits - 1) / 2
      return diagonal < 1 - edits || index >= previous.count ? -1 : previous[index]
    }
    let (inserted, removed) = (x(diagonal + 1), x(diagonal - 1) + 1)
    if diagonal == -edits || (diagonal != edits && removed - 1 < inserted) {
      return (inserted, true)
    }
    return (removed, false)
  }

  private static func edits(
    _ rows: [[Int]], _ oldCount: Int, _ newCount: Int, offset: Int
  ) -> [Edit] {
    var edits: [Edit] = []
    var diagonal = oldCount - newCount
    for count in rows.indices.dropFirst().reversed() {
      let step = step(to: diagonal, count, rows[count - 1])
      let (x, y) = (step.x, step.x - diagonal)
      if step.isInsertion {
        edits.append(.insert(offset + y - 1))
        diagonal += 1
      } else {
        edits.append(.remove(offset + x - 1))
        diagonal -= 1
      }
    }
    return edits.reversed()
  }
}
