internal import AOF
internal import BinaryInput

extension Command {
  /// Commands on sorted sets.
  static let sortedSetCommands = [
    Command("zadd", -4, SortedSetCommands.add),
    Command("zincrby", 4, SortedSetCommands.increment),
    Command("zrem", -3, SortedSetCommands.remove),
    Command("zremrangebyrank", 4, SortedSetCommands.removeRanks),
    Command("zremrangebyscore", 4, SortedSetCommands.removeScores),
    Command("zremrangebylex", 4, SortedSetCommands.removeNames),
    Command("zpopmin", -2, SortedSetCommands.pop, .lowest),
    Command("zpopmax", -2, SortedSetCommands.pop, .highest),
    Command("bzpopmin", -3, SortedSetCommands.popFirst, .lowest),
    Command("bzpopmax", -3, SortedSetCommands.popFirst, .highest),
    Command("zmpop", -4, SortedSetCommands.popMany, 1),
    Command("bzmpop", -5, SortedSetCommands.popMany, 2),
    Command("zunionstore", -4, SortedSetStore.union),
    Command("zinterstore", -4, SortedSetStore.intersection),
    Command("zdiffstore", -4, SortedSetStore.difference),
    Command("zrangestore", -5, SortedSetCommands.storeRange),
  ]
}

private enum SortedSetCommands {
  /// An end of a sorted set.
  enum End { case lowest, highest }

  /// How `ZADD` treats members (`zsetAdd`).
  private struct Manner {
    var onlyNew = false
    var onlyExisting = false
    var onlyGreater = false
    var onlyLess = false
    var isIncrement = false
  }

  @Sendable
  static func add(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    var manner = Manner()
    var index = 2
    options: while index < command.count {
      if command.has("nx", at: index) {
        manner.onlyNew = true
      } else if command.has("xx", at: index) {
        manner.onlyExisting = true
      } else if command.has("gt", at: index) {
        manner.onlyGreater = true
      } else if command.has("lt", at: index) {
        manner.onlyLess = true
      } else if command.has("incr", at: index) {
        manner.isIncrement = true
      } else if !command.has("ch", at: index) {
        break options
      }
      index += 1
    }
    let rest = command.count - index
    guard rest > 0, rest % 2 == 0, !manner.isIncrement || rest == 2 else { throw .syntax }
    // Every score is read before anything changes.
    var scores: [Double] = []
    for place in stride(from: index, to: command.count, by: 2) {
      scores.append(try command.double(place))
    }
    if try data.sortedSet(command[1]) == nil && manner.onlyExisting { return }
    let set = try makeSortedSet(command[1], first: command[index + 1], &data)
    for (number, score) in scores.enumerated() {
      try add(command[index + 1 + 2 * number], score, manner, set)
    }
    if set.value.count == 0 { try data.remove(command[1]) }
  }

  /// A sorted set, which is made if there is no such key: a skip list at once if its first member is long.
  private static func makeSortedSet(
    _ name: Span<UInt8>, first: Span<UInt8>, _ data: inout LiveData
  ) throws(CommandFailure) -> Box<LiveSortedSet> {
    if let set = try data.sortedSet(name) { return set }
    let set = Box(
      LiveSortedSet(
        keepsNegativeZero: data.packedForm == .ziplist
          || first.count > LiveSortedSet.longestInListpack))
    data.selected.insert(name, LiveEntry(value: .sortedSet(set), expiry: nil))
    return set
  }

  private static func add(
    _ member: Span<UInt8>, _ score: Double, _ manner: Manner, _ set: Box<LiveSortedSet>
  ) throws(CommandFailure) {
    guard let old = set.value.score(of: member) else {
      if !manner.onlyExisting { set.value.set(member, to: score) }
      return
    }
    guard !manner.onlyNew else { return }
    let new = manner.isIncrement ? old + score : score
    guard !new.isNaN else { throw .refused(.notANumber) }
    if manner.onlyGreater && new <= old || manner.onlyLess && new >= old { return }
    set.value.set(member, to: new)
  }

  @Sendable
  static func increment(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    let amount = try command.double(2)
    let set = try makeSortedSet(command[1], first: command[3], &data)
    try add(command[3], amount, Manner(isIncrement: true), set)
  }

  @Sendable
  static func remove(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    guard let set = try data.sortedSet(command[1]) else { return }
    for index in 2..<command.count { set.value.remove(command[index]) }
    if set.value.count == 0 { try data.remove(command[1]) }
  }

  // MARK: Ranges

  @Sendable
  static func removeRanks(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    let (first, last) = (try command.integer(2), try command.integer(3))
    guard let set = try data.sortedSet(command[1]) else { return }
    let range = rankRange(first, last, count: set.value.count)
    try remove(set.value.items(ranked: range), from: set, command[1], &data)
  }

  @Sendable
  static func removeScores(
    _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    let range = try ScoreRange(from: command[2], to: command[3])
    guard let set = try data.sortedSet(command[1]) else { return }
    try remove(set.value.items(in: range), from: set, command[1], &data)
  }

  @Sendable
  static func removeNames(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    let range = try NameRange(from: command[2], to: command[3])
    guard let set = try data.sortedSet(command[1]) else { return }
    try remove(set.value.items(in: range), from: set, command[1], &data)
  }

  @Sendable
  static func pop(
    _ end: End, _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    let count = command.count > 2 ? try command.size(2) : 1
    try pop(count, end, command[1], &data)
  }

  @Sendable
  static func popFirst(
    _ end: End, _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    for index in 1..<(command.count - 1) {
      if try pop(1, end, command[index], &data) { return }
    }
  }

  /// `ZMPOP number key … MIN|MAX [COUNT n]`; `BZMPOP` has its patience in front.
  @Sendable
  static func popMany(
    from start: Int, _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    let number = try command.size(start)
    guard number > 0, number < command.count - start - 1 else { throw .syntax }
    let option = start + 1 + number
    let isLowest = command.has("min", at: option)
    guard isLowest || command.has("max", at: option) else { throw .syntax }
    var count = 1
    if option + 1 < command.count {
      guard command.has("count", at: option + 1) else { throw .syntax }
      count = try command.size(option + 2)
    }
    for index in (start + 1)...(start + number) {
      if try pop(count, isLowest ? .lowest : .highest, command[index], &data) { return }
    }
  }

  @discardableResult
  private static func pop(
    _ count: Int, _ end: End, _ name: Span<UInt8>, _ data: inout LiveData
  ) throws(CommandFailure) -> Bool {
    guard let set = try data.sortedSet(name) else { return false }
    let all = set.value.count
    let number = min(count, all)
    let ranks = end == .lowest ? 0..<number : (all - number)..<all
    try remove(set.value.items(ranked: ranks), from: set, name, &data)
    return true
  }

  private static func remove(
    _ items: [LiveSortedSet.Item], from set: Box<LiveSortedSet>, _ name: Span<UInt8>,
    _ data: inout LiveData
  ) throws(CommandFailure) {
    // Places do not outlive a removal.
    for member in set.value.names(of: items) { set.value.remove(member.span) }
    if set.value.count == 0 { try data.remove(name) }
  }

  /// `ZRANGESTORE target source min max [BYSCORE|BYLEX] [REV] [LIMIT offset count]`.
  @Sendable
  static func storeRange(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    var (byScore, byName, isReversed) = (false, false, false)
    var limit: (offset: Int64, count: Int64)?
    var index = 5
    while index < command.count {
      if command.has("byscore", at: index) {
        byScore = true
      } else if command.has("bylex", at: index) {
        byName = true
      } else if command.has("rev", at: index) {
        isReversed = true
      } else if command.has("limit", at: index) {
        limit = (try command.integer(index + 1), try command.integer(index + 2))
        index += 2
      } else {
        throw .syntax
      }
      index += 1
    }
    guard limit == nil || byScore || byName else { throw .syntax }
    let (low, high) = isReversed && (byScore || byName) ? (4, 3) : (3, 4)
    let scores = byScore ? try ScoreRange(from: command[low], to: command[high]) : nil
    let names = byName ? try NameRange(from: command[low], to: command[high]) : nil
    let ranks =
      scores == nil && names == nil
      ? (try command.integer(3), try command.integer(4)) : (0, 0)
    guard let source = try data.sortedSet(command[2]) else {
      try data.remove(command[1])
      return
    }
    var items: [LiveSortedSet.Item]
    if let scores {
      items = source.value.items(in: scores)
    } else if let names {
      items = source.value.items(in: names)
    } else {
      let count = source.value.count
      let range = rankRange(ranks.0, ranks.1, count: count)
      items = source.value.items(
        ranked: isReversed && !range.isEmpty
          ? (count - range.upperBound)..<(count - range.lowerBound) : range)
    }
    if isReversed { items.reverse() }
    if let limit {
      items = limit.offset < 0 ? [] : Array(items.dropFirst(Int(limit.offset)))
      if limit.count >= 0 { items = Array(items.prefix(Int(limit.count))) }
    }
    guard !items.isEmpty else {
      try data.remove(command[1])
      return
    }
    let isRanks = scores == nil && names == nil
    var target = LiveSortedSet(
      keepsNegativeZero: data.packedForm == .ziplist
        || isRanks && items.count > LiveSortedSet.mostInListpack)
    let members = source.value
    for item in items { target.set(members.member(at: item.place), to: item.score) }
    try data.set(command[1], to: .sortedSet(Box(target)))
  }
}

/// Scores from one to another (`zslParseRange`).
struct ScoreRange {
  private let low: Double
  private let high: Double
  private var excludesLow: Bool
  private var excludesHigh: Bool

  /// Both included.
  init(from low: Double, below high: Double) {
    (self.low, self.high, excludesLow, excludesHigh) = (low, high, false, true)
  }

  init(from first: Span<UInt8>, to last: Span<UInt8>) throws(CommandFailure) {
    (low, excludesLow) = try Self.bound(first)
    (high, excludesHigh) = try Self.bound(last)
  }

  private static func bound(_ text: Span<UInt8>) throws(CommandFailure) -> (Double, Bool) {
    let isOpen = !text.isEmpty && text[0] == UInt8(ascii: "(")
    let digits = text.extracting((isOpen ? 1 : 0)..<text.count)
    guard let value = parseDouble(digits) else { throw .refused(.notFloat) }
    return (value, isOpen)
  }

  func begins(at score: Double) -> Bool { excludesLow ? score > low : score >= low }
  func isBeyond(_ score: Double) -> Bool { excludesHigh ? score >= high : score > high }
}

/// Members from one to another, of members with the same score (`zslParseLexRange`).
struct NameRange {
  private enum Bound {
    case lowest, highest
    case including([UInt8])
    case excluding([UInt8])

    init(_ text: Span<UInt8>) throws(CommandFailure) {
      guard !text.isEmpty else { throw .syntax }
      let rest = [UInt8](copying: text.extracting(1..<text.count))
      switch text[0] {
      case UInt8(ascii: "-") where rest.isEmpty: self = .lowest
      case UInt8(ascii: "+") where rest.isEmpty: self = .highest
      case UInt8(ascii: "["): self = .including(rest)
      case UInt8(ascii: "("): self = .excluding(rest)
      default: throw .syntax
      }
    }
  }

  private let low: Bound
  private let high: Bound

  init(from first: Span<UInt8>, to last: Span<UInt8>) throws(CommandFailure) {
    low = try Bound(first)
    high = try Bound(last)
  }

  func begins(at name: Span<UInt8>) -> Bool {
    switch low {
    case .lowest: true
    case .highest: false
    case .including(let bytes): name.order(to: bytes.span) >= 0
    case .excluding(let bytes): name.order(to: bytes.span) > 0
    }
  }

  func isBeyond(_ name: Span<UInt8>) -> Bool {
    switch high {
    case .lowest: true
    case .highest: false
    case .including(let bytes): name.order(to: bytes.span) > 0
    case .excluding(let bytes): name.order(to: bytes.span) >= 0
    }
  }
}

extension LiveSortedSet {
  /// The members with scores in a range, from the lowest.
  mutating func items(in range: ScoreRange) -> [Item] {
    items(from: { range.begins(at: $0.score) }, to: { range.isBeyond($0.score) })
  }

  /// The members in a range, from the first.
  mutating func items(in range: NameRange) -> [Item] {
    let members = self
    return items(
      from: { range.begins(at: members.member(at: $0.place)) },
      to: { range.isBeyond(members.member(at: $0.place)) })
  }

  /// Copies of the members at the places of `items`.
  func names(of items: [Item]) -> [[UInt8]] {
    items.map { [UInt8](copying: member(at: $0.place)) }
  }
}
