/// Reads sorted runs as one.
struct RecordMerge {
  /// The runs that are not at their ends, as a heap: the one with the first record on top.
  private var heap: [RunReader] = []

  /// Begins to read `runs`, with buffers of about `limit` bytes in all.
  init(_ runs: [RecordRun], limit: Int) throws(SpillError) {
    let stride = max(1 << 12, min(1 << 16, limit / max(1, runs.count)))
    for run in runs {
      var reader = run.reader(stride: stride)
      try reader.next()
      if reader.record != nil { heap.append(reader) }
    }
    for index in heap.indices.reversed() { sink(index) }
  }

  /// The record that comes first, without taking it.
  var first: KeyRecord? { heap.first?.record }

  /// Takes the record that comes first; nil at the end.
  mutating func next() throws(SpillError) -> KeyRecord? {
    guard let record = heap.first?.record else { return nil }
    try heap[0].next()
    if heap[0].record == nil {
      heap.swapAt(0, heap.count - 1)
      heap.removeLast()
    }
    sink(0)
    return record
  }

  private mutating func sink(_ start: Int) {
    var index = start
    while true {
      var least = index
      for child in [2 * index + 1, 2 * index + 2] where child < heap.count {
        if precedes(child, least) { least = child }
      }
      if least == index { return }
      heap.swapAt(index, least)
      index = least
    }
  }

  private func precedes(_ left: Int, _ right: Int) -> Bool {
    guard let one = heap[left].record, let other = heap[right].record else { return false }
    return one.precedes(other)
  }
}
