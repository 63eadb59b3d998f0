/// What the keys of an application mean: an ordered list of categories.
public struct Policy: Equatable, Sendable {
  /// A short name, which reports show.
  public let id: String
  /// Its name for people.
  public let title: LocalizedText
  /// What it means if keys of no category are affected.
  public let unknown: EventCase
  /// The categories; the first whose pattern matches a key is the key's.
  public let categories: [Category]
}

/// Keys that belong together, and what a restore means to them.
public struct Category: Equatable, Sendable {
  /// A short, stable name.
  public let id: String
  /// What a key matches from its start: a PCRE2 expression on bytes.
  public let pattern: String
  /// Its name for people.
  public let title: LocalizedText
  /// Who writes and who reads the keys, and what for.
  public let description: LocalizedText
  /// Whether the production system writes such keys today.
  public let isLive: Bool
  /// Whether the document lists the family in its overview.
  public let isInOverview: Bool
  /// What the values are.
  public let value: ValueKind
  /// The longest time from writing a key to its expiry; nil if that is not known.
  public let lifetime: Lifetime?
  /// Finds the date that a key is about: its first group is `YYYY-MM-DD`.
  public let datePattern: String?
  /// Finds whom a key is about; nil if its name does not say.
  public let whom: Whom?
  /// The row of the documented impact table; nil if the table does not mention the family.
  public let document: DocumentedImpact?
  /// What it means if keys are lost; the first case whose condition holds counts.
  public let lost: [EventCase]
  /// What it means if older values or expiries come back.
  public let regressed: [EventCase]
  /// What it means if keys come back that had gone.
  public let resurrected: [EventCase]
  /// What it means to the members of a queue; nil for other kinds.
  public let members: MemberEvents?
  /// Which keys of the current state are carried over a restore, so that they are neither lost nor replaced
  /// by older ones; nil for none.
  public let carry: Condition?
  /// Which keys of the backup must not come back, of a queue which members; nil for none.
  public let drop: Condition?

  /// The cases of an event.
  public func cases(of change: KeyChange) -> [EventCase] {
    switch change {
    case .lost: lost
    case .regressed, .regressedExpiry: regressed
    case .resurrected: resurrected
    }
  }
}

/// Whom or what the keys of a category are about.
public struct Whom: Equatable, Sendable {
  /// What they are: users, agents.
  public let title: LocalizedText
  /// What a key matches from its start; its first group is whom it is about.
  public let pattern: String
}

/// What happens to single members of a queue.
public struct MemberEvents: Equatable, Sendable {
  /// The current queue has the member, the restored one does not.
  public let lost: [EventCase]
  /// The restored queue has it, the current one does not.
  public let resurrected: [EventCase]
  /// Both have it, due at different times.
  public let rescored: [EventCase]
}

/// What a document promises about a family, and what of it holds.
public struct DocumentedImpact: Equatable, Sendable {
  /// What the document says that a loss does, word for word.
  public let impact: String
  /// How the document says that it recovers, word for word.
  public let recovery: String
  /// How far that is true.
  public let found: LocalizedText?
  /// The document says that no key lives longer than this, in milliseconds.
  public let maxLifetime: Int64?
  /// The document says that every key expires.
  public let alwaysExpires: Bool
}

/// How long keys of a family live.
public enum Lifetime: Equatable, Sendable {
  /// At most so many milliseconds after they were written.
  case milliseconds(Int64)
  /// They have no expiry.
  case forever
}

/// What the values of a category are, as far as a report can say more about them.
public enum ValueKind: Equatable, Sendable {
  /// Nothing is known about them.
  case opaque
  /// A constant; the key itself is the information.
  case marker
  /// Somebody's hold on something.
  case lock
  /// Text, JSON, a set, a pickle: shown to people as what it is.
  case text, json, set, pickle
  /// A number that counts up to a limit, which may depend on the key.
  case counter(limits: [CounterLimit])
  /// JSON with a number at `field`, about the subject that the first group of `subject` finds in the key.
  case amount(field: String, subject: String?)
  /// A sorted set of job ids with due times in Unix milliseconds; the jobs are keys with this prefix.
  case queue(jobPrefix: String)
  /// A job whose id, behind the prefix, is a member of the queues of another category.
  case job(queue: String, prefix: String)
}

/// A limit for the counters whose keys match a pattern, or for all.
public struct CounterLimit: Equatable, Sendable {
  /// What a key matches from its start; nil for every key.
  public let pattern: String?
  /// The count at which it locks.
  public let limit: Int64
}

/// What an event means under a condition.
public struct EventCase: Equatable, Sendable {
  /// When the case holds; nil for always.
  public let condition: Condition?
  /// How bad it is.
  public let severity: Severity
  /// When it heals by itself; nil if that is not known.
  public let heals: Healing?
  /// What happens, to whom, for how long.
  public let consequence: LocalizedText
  /// What to do about it.
  public let recovery: LocalizedText
}

/// What must hold for a case; whatever is nil does not matter.
public struct Condition: Equatable, Sendable {
  /// A date in a key, compared with the day of the restore in UTC.
  public enum Day: String, CaseIterable, Sendable { case today, other }
  /// Whether something is in the restored state.
  public enum Presence: String, CaseIterable, Sendable { case present, absent }

  /// The key has an expiry.
  public var expires: Bool?
  /// The key is about today, or about another day.
  public var day: Day?
  /// The job key of a queue's member is in the restored state.
  public var job: Presence?
  /// The job's id is a member of a restored queue.
  public var isQueued: Bool?

  /// What always holds.
  public static let always = Condition()
}

/// When the consequences of an event end by themselves.
public enum Healing: Equatable, Sendable {
  /// When the affected key expires.
  case expiry
  /// At the next midnight in UTC.
  case nextDay
  /// At once.
  case atOnce
  /// So many milliseconds after the restore.
  case after(Int64)
  /// Never.
  case never
}
