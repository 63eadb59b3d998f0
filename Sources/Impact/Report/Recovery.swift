/// How many keys still suffer from a restore as time passes, by category, from the keys' own expiries.
public struct Recovery: Sendable {
  /// The harmed keys of a category.
  public struct Row: Sendable {
    /// The index of the category in the policy; nil for keys of none.
    public let category: Int?
    /// When keys recover, in Unix milliseconds, in ascending order.
    public internal(set) var ends: [Int64] = []
    /// Keys that never recover.
    public internal(set) var never = 0
    /// Keys of which it is not known.
    public internal(set) var unknown = 0

    /// All of them.
    public var keys: Int { ends.count + never + unknown }

    /// How many still suffer at a moment, in Unix milliseconds; those of which it is not known among them.
    public func remaining(at time: Int64) -> Int {
      var (low, high) = (0, ends.count)
      while low < high {
        let middle = (low + high) / 2
        if ends[middle] <= time { low = middle + 1 } else { high = middle }
      }
      return ends.count - low + never + unknown
    }
  }

  /// Categories with harmed keys, in the order of the policy, keys of none last.
  public let rows: [Row]

  /// Works it out for the keys to which something harmful happens.
  public init(_ report: ImpactReport) {
    let count = report.policy.categories.count
    var rows = (0..<count).map { Row(category: $0) } + [Row(category: nil)]
    for key in report.keys where report.severity(of: key) > .none {
      let row = key.category ?? count
      switch report.healing(of: key) {
      case .at(let time): rows[row].ends.append(time)
      case .never: rows[row].never += 1
      case nil: rows[row].unknown += 1
      }
    }
    for index in rows.indices { rows[index].ends.sort() }
    self.rows = rows.filter { $0.keys > 0 }
  }
}

extension ImpactReport {
  /// When the consequences of what happens to a key end by themselves; nil if that is not known.
  public func healing(of key: AffectedKey) -> HealingTime? {
    let meaning =
      key.category.map { policy.categories[$0].cases(of: key.change)[key.caseIndex] }
      ?? policy.unknown
    return meaning.heals?.time(
      expiry: key.change == .lost ? key.expiry : key.backupExpiry, restoreAt: restoreAt)
  }
}
