internal import AOF
internal import BinaryInput

/// `ZUNIONSTORE`, `ZINTERSTORE` and `ZDIFFSTORE` (`zunionInterDiffGenericCommand`): sets and sorted sets in,
/// a sorted set out.
enum SortedSetStore {
  /// A source: members with scores; those of a plain set have 1.
  private enum Members {
    case none
    case set(Box<PackedMap>)
    case sortedSet(Box<LiveSortedSet>)

    var count: Int {
      switch self {
      case .none: 0
      case .set(let box): box.value.count
      case .sortedSet(let box): box.value.count
      }
    }

    func score(of member: Span<UInt8>) -> Double? {
      switch self {
      case .none: nil
      case .set(let box): box.value.find(member) == nil ? nil : 1
      case .sortedSet(let box): box.value.score(of: member)
      }
    }

    func visit(_ visitor: (Span<UInt8>, Double) -> Void) {
      switch self {
      case .none: return
      case .set(let box):
        let set = box.value
        var place = set.first
        while let current = place {
          visitor(set.key(at: current), 1)
          place = set.place(after: current)
        }
      case .sortedSet(let box):
        let set = box.value
        var place = set.first
        while let current = place {
          visitor(set.member(at: current), set.score(at: current))
          place = set.place(after: current)
        }
      }
    }
  }

  private struct Source {
    var members: Members
    var weight = 1.0

    /// The weighted score (`zunionInterDiffGenericCommand`: "if (isnan(score)) score = 0").
    func weighted(_ score: Double) -> Double { weight * score }
  }

  private enum Aggregate {
    case sum, least, greatest

    func combine(_ first: Double, _ second: Double) -> Double {
      switch self {
      case .sum:
        let sum = first + second
        // ∞ − ∞ is 0 here.
        return sum.isNaN ? 0 : sum
      case .least: return second < first ? second : first
      case .greatest: return second > first ? second : first
      }
    }
  }

  @Sendable
  static func union(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    let (sources, aggregate) = try parse(&data, command, takesOptions: true)
    var result = LiveSortedSet(keepsNegativeZero: true)
    for source in sorted(sources) {
      source.members.visit { member, score in
        let weighted = source.weighted(score)
        let score = weighted.isNaN ? 0 : weighted
        let old = result.score(of: member)
        result.replace(member, with: old.map { aggregate.combine($0, score) } ?? score)
      }
    }
    try store(result, &data, command)
  }

  static func intersection(
    _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    let (unsorted, aggregate) = try parse(&data, command, takesOptions: true)
    let sources = sorted(unsorted)
    var result = LiveSortedSet(keepsNegativeZero: true)
    sources[0].members.visit { member, score in
      let weighted = sources[0].weighted(score)
      var sum = weighted.isNaN ? 0 : weighted
      for source in sources.dropFirst() {
        guard let score = source.members.score(of: member) else { return }
        sum = aggregate.combine(sum, source.weighted(score))
      }
      result.replace(member, with: sum)
    }
    try store(result, &data, command)
  }

  @Sendable
  static func difference(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    let (sources, _) = try parse(&data, command, takesOptions: false)
    var result = LiveSortedSet(keepsNegativeZero: true)
    sources[0].members.visit { member, score in
      for source in sources.dropFirst() where source.members.score(of: member) != nil { return }
      result.replace(member, with: score)
    }
    try store(result, &data, command)
  }

  /// The server begins with the smallest, and so adds scores in that order.
  private static func sorted(_ sources: [Source]) -> [Source] {
    sources.enumerated().sorted {
      ($0.element.members.count, $0.offset) < ($1.element.members.count, $1.offset)
    }.map(\.element)
  }

  /// `Z…STORE target number key … [WEIGHTS w …] [AGGREGATE SUM|MIN|MAX]`.
  private static func parse(
    _ data: inout LiveData, _ command: LoggedCommand, takesOptions: Bool
  ) throws(CommandFailure) -> ([Source], Aggregate) {
    let number = try command.size(2)
    guard number > 0, number <= command.count - 3 else { throw .syntax }
    var sources: [Source] = []
    for index in 3..<(3 + number) {
      switch try data.value(command[index]) {
      case nil: sources.append(Source(members: .none))
      case .set(let box): sources.append(Source(members: .set(box)))
      case .sortedSet(let box): sources.append(Source(members: .sortedSet(box)))
      case .integer, .string, .logged, .list, .hash, .stream, .opaque: throw .wrongType
      }
    }
    var aggregate = Aggregate.sum
    var index = 3 + number
    while index < command.count {
      guard takesOptions else { throw .syntax }
      if command.has("weights", at: index), index + number < command.count {
        for source in 0..<number { sources[source].weight = try command.double(index + 1 + source) }
        index += 1 + number
      } else if command.has("aggregate", at: index) {
        if command.has("sum", at: index + 1) {
          aggregate = .sum
        } else if command.has("min", at: index + 1) {
          aggregate = .least
        } else if command.has("max", at: index + 1) {
          aggregate = .greatest
        } else {
          throw .syntax
        }
        index += 2
      } else {
        throw .syntax
      }
    }
    return (sources, aggregate)
  }

  private static func store(
    _ result: consuming LiveSortedSet, _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    guard result.count > 0 else {
      try data.remove(command[1])
      return
    }
    result.settle(data.packedForm)
    try data.set(command[1], to: .sortedSet(Box(result)))
  }
}
