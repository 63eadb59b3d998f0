public import AOF
internal import BinaryInput
public import Keyspace

/// When a log wrote what: writes by minute and category.
public struct Timeline: Sendable {
  /// How often keys were created, changed, deleted, expired.
  public struct Counts: Equatable, Sendable {
    private var numbers = [0, 0, 0, 0]

    /// How often one of them happened.
    public subscript(event: KeyEvent) -> Int { numbers[event.rawValue] }
    /// All of them.
    public var total: Int { numbers.reduce(0, +) }

    mutating func add(_ event: KeyEvent) { numbers[event.rawValue] += 1 }
  }

  /// What happened to the keys of a category.
  public struct Category: Sendable {
    /// The category's id; nil for keys without one.
    public let id: String?
    /// What happened in all.
    public internal(set) var counts = Counts()
    /// The same by bucket: minutes since 1970, or, without times, sixtieths of the log's bytes.
    public internal(set) var buckets: [Int64: Counts] = [:]
    /// The last write, in Unix seconds; nil without times.
    public internal(set) var lastWrite: Int64?
    /// In which part the last write stands.
    public internal(set) var lastPart = 0
    /// Where in that part.
    public internal(set) var lastOffset = 0
  }

  /// Every key of a database, or all, removed at once.
  public struct Flush: Sendable {
    /// When, in Unix seconds; nil without times.
    public let time: Int64?
    /// The path of the part.
    public internal(set) var path: String
    /// Where in the part.
    public let offset: Int
    /// How many keys went.
    public let keys: Int
  }

  /// A stretch without writes.
  public struct Gap: Equatable, Sendable {
    /// The last write before it, in Unix seconds.
    public let from: Int64
    /// The first behind it.
    public let to: Int64
  }

  /// The path of the log as it was given.
  public internal(set) var path: String
  /// Whether the log has times.
  public internal(set) var hasTimes = false
  /// The times of the first and the last write, in Unix seconds.
  public internal(set) var span: (first: Int64, last: Int64)?
  /// How many commands had an effect.
  public internal(set) var commands = 0
  /// Categories with writes, in the order of the policy, keys without one last.
  public internal(set) var categories: [Category] = []
  /// Flushes, in the order of the log, as far as they are listed.
  public internal(set) var flushes: [Flush] = []
  /// The longest stretches without writes of at least a minute, in the order of time.
  public internal(set) var gaps: [Gap] = []
  /// Whether commands had to be left out.
  public internal(set) var isIncomplete = false

  /// How many buckets a log without times is divided into.
  public static let slices = 60

  /// Replays a log, and notes what happens to the keys whose names `selector` means, if there is one.
  ///
  /// - Throws: `ReplayError` where a server would refuse to start, or this build can't go on.
  public init(
    of log: AppendOnlyLog, cut: LogCut? = nil, now: Int64, classifier: KeyClassifier,
    selector: KeySelector? = nil
  ) throws(ReplayError) {
    path = log.path
    let recorder = TimelineRecorder(log, classifier.classifier, selector)
    let snapshot = try Snapshot(replaying: log, cut: cut, now: now, observer: recorder)
    let report = snapshot.replay
    commands = report?.commands ?? 0
    isIncomplete = report?.isIncomplete ?? false
    recorder.fill(&self)
  }
}

/// Takes down what happens while a log is replayed.
private final class TimelineRecorder: LogObserver {
  private let classifier: Classifier
  private let selector: KeySelector?
  private let parts: [LogPart]
  private let bytesBefore: [Int]
  private let bytes: Int
  /// By category; the last is for keys without one.
  private var categories: [Timeline.Category]
  private var flushes: [Timeline.Flush] = []
  private var gaps: [Timeline.Gap] = []
  private var first: Int64?
  private var last: Int64?

  private static let listedFlushes = 100
  private static let listedGaps = 10
  /// Buckets of writes without a time, kept apart from minutes until it is known whether the log has times.
  private static let slicesFrom: Int64 = -(1 << 40)
  /// Beyond every calendar: such a time is none.
  private static let latest: Int64 = 1 << 38

  init(_ log: AppendOnlyLog, _ classifier: Classifier, _ selector: KeySelector?) {
    self.classifier = classifier
    self.selector = selector
    parts = log.parts
    var before: [Int] = []
    var sum = 0
    for part in log.parts {
      before.append(sum)
      sum += part.file.size
    }
    (bytesBefore, bytes) = (before, sum)
    categories =
      classifier.policy.categories.map { Timeline.Category(id: $0.id) }
      + [Timeline.Category(id: nil)]
  }

  func note(_ event: KeyEvent, _ key: Span<UInt8>, at place: LogPlace) {
    // The filters that look at more than the name are refused.
    if let selector, !selector.selects(key, in: 0) { return }
    let index = classifier.category(of: key) ?? categories.count - 1
    let time = time(of: place)
    if let time { noteWrite(at: time) }
    categories[index].counts.add(event)
    categories[index].buckets[bucket(of: place, time), default: Timeline.Counts()].add(event)
    categories[index].lastWrite = time ?? categories[index].lastWrite
    categories[index].lastPart = place.part
    categories[index].lastOffset = place.offset
  }

  func noteFlush(of keys: Int, at place: LogPlace) {
    guard flushes.count < Self.listedFlushes else { return }
    flushes.append(
      Timeline.Flush(
        time: time(of: place), path: parts[place.part].file.path, offset: place.offset, keys: keys))
  }

  private func time(of place: LogPlace) -> Int64? {
    place.time.flatMap { $0.magnitude < Self.latest ? $0 : nil }
  }

  private func bucket(of place: LogPlace, _ time: Int64?) -> Int64 {
    if let time { return time >= 0 ? time / 60 : (time - 59) / 60 }
    // Bytes of a file fit into 53 bits, and a double is exact enough for a column.
    let position = Double(bytesBefore[place.part] + place.offset) / Double(max(1, bytes))
    return Self.slicesFrom + Int64(position * Double(Timeline.slices))
  }

  private func noteWrite(at time: Int64) {
    first = first ?? time
    if let last, time - last >= 60 { add(Timeline.Gap(from: last, to: time)) }
    last = max(last ?? time, time)
  }

  /// Keeps the longest.
  private func add(_ gap: Timeline.Gap) {
    gaps.append(gap)
    guard gaps.count > Self.listedGaps else { return }
    let shortest = gaps.indices.min { gaps[$0].to - gaps[$0].from < gaps[$1].to - gaps[$1].from }
    if let shortest { gaps.remove(at: shortest) }
  }

  func fill(_ timeline: inout Timeline) {
    timeline.categories = categories.filter { $0.counts.total > 0 }.map { category in
      var category = category
      let isTimed = first != nil
      // What was written before the first time belongs to no minute.
      let buckets = category.buckets.filter { ($0.key > Self.slicesFrom / 2) == isTimed }
      category.buckets =
        isTimed
        ? buckets
        : Dictionary(uniqueKeysWithValues: buckets.map { ($0.key - Self.slicesFrom, $0.value) })
      return category
    }
    timeline.flushes = flushes
    timeline.gaps = gaps
    timeline.hasTimes = first != nil
    if let first, let last { timeline.span = (first, last) }
  }
}
