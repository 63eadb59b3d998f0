internal import RDB

/// What the server knows that commands are written for.
struct CommandDialect {
  private let target: ServerRelease?

  /// For a release; nil for one that knows whatever the data need.
  init(_ target: ServerRelease?) { self.target = target }

  /// Whether the server has a command, named in small letters as in the table of commands.
  func has(_ command: String) -> Bool {
    guard let target else { return true }
    return CommandIntroduction.since[command]?.isPart(of: target) ?? true
  }

  /// `SET … PXAT`.
  var setsWithExpiry: Bool { isAtLeast(6, 2) }
  /// `HSET` with several fields.
  var setsManyFields: Bool { isAtLeast(4, 0) }
  /// `XSETID … ENTRIESADDED … MAXDELETEDID …`, `XGROUP CREATE … ENTRIESREAD …`.
  var countsStreamEntries: Bool { isAtLeast(7, 0) }
  /// `XTRIM … MINID`.
  var trimsByID: Bool { isAtLeast(6, 2) }
  /// `RESTORE … REPLACE`.
  var restoresOver: Bool { isAtLeast(3, 0) }
  /// `RESTORE … ABSTTL`, `IDLETIME`, `FREQ`.
  var restoresAttributes: Bool { isAtLeast(5, 0) }

  /// Valkey went on from Redis 7.2, so it has all of this.
  private func isAtLeast(_ major: Int, _ minor: Int) -> Bool {
    guard let target else { return true }
    return CommandIntroduction(redis: (major, minor), valkey: (7, 2)).isPart(of: target)
  }
}
