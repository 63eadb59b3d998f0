internal import Impact
internal import Keyspace

/// Which bucket belongs to which column.
struct TimelineScale {
  let first: Int64
  /// How many buckets a column has.
  let width: Int64
  let count: Int

  init(_ timeline: Timeline, columns: Int) {
    guard timeline.hasTimes else {
      (first, width, count) = (0, 1, columns)
      return
    }
    let buckets = timeline.categories.flatMap(\.buckets.keys)
    let (low, high) = (buckets.min() ?? 0, buckets.max() ?? 0)
    let span = high - low + 1
    first = low
    width = (span + Int64(columns) - 1) / Int64(columns)
    count = Int((span + width - 1) / width)
  }

  func columns(of category: Timeline.Category) -> [Int] {
    var numbers = [Int](repeating: 0, count: count)
    for (bucket, counts) in category.buckets {
      let column = Int((bucket - first) / width)
      // A write before the first annotation has no minute.
      if numbers.indices.contains(column) { numbers[column] += counts.total }
    }
    return numbers
  }
}
