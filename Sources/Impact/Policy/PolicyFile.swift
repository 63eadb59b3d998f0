internal import BinaryInput
internal import Foundation
internal import Yams

/// What is wrong with a policy file, and where.
public struct PolicyError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The path of the file as it was given; nil for the policy that is built in.
  public let path: String?
  /// The line, counted from 1; nil if the file as a whole is meant.
  public let line: Int?
  /// The field: `categories[3].events.lost.severity`; empty for the file as a whole.
  public let field: String
  /// What is wrong with it.
  public let message: String

  /// Describes a mistake.
  public init(line: Int?, field: String, message: String, path: String? = nil) {
    self.path = path
    self.line = line
    self.field = field
    self.message = message
  }

  /// One line: path, place, field, message, safe to show.
  public var description: String {
    let parts = [path, line.map { "line \($0)" }, field.isEmpty ? nil : field, message]
    return parts.compactMap { $0.map { EscapedBytes(sentence: $0).description } }.joined(
      separator: ": ")
  }
}

extension Policy {
  /// The version of the file format that this build reads.
  public static let schema = "lossmap/policy/1"

  /// The text of the policy that is built in: BITRUN's.
  public static var builtInSource: String {
    String(decoding: PackageResources.bitrun_yaml, as: UTF8.self)
  }

  /// The policy that is built in.
  ///
  /// - Throws: `PolicyError` if it is broken, which a test excludes.
  public static func builtIn() throws(PolicyError) -> Policy {
    try Policy(yaml: builtInSource)
  }

  /// Reads a policy file.
  ///
  /// - Throws: `PolicyError` for the first mistake, with its line and field.
  public init(yaml: String) throws(PolicyError) {
    let root: PolicyNode
    do {
      // Every scalar is a text here: to find out what else each could be takes as long as all the rest.
      guard let node = try Yams.compose(yaml: yaml, .basic) else {
        throw PolicyError(line: nil, field: "", message: "the file is empty")
      }
      root = PolicyNode(node, path: "")
    } catch let error as PolicyError {
      throw error
    } catch let error as YamlError {
      throw PolicyError(yaml: error)
    } catch {
      throw PolicyError(line: nil, field: "", message: "\(error)")
    }
    try self.init(root)
  }
}

extension PolicyError {
  fileprivate init(yaml error: YamlError) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      self.init(line: mark.line, field: "", message: problem)
    case .duplicatedKeysInMapping(let names, let context):
      let list = names.sorted().prefix(3).map { "`\($0.prefix(40))`" }.joined(separator: ", ")
      self.init(line: context.mark.line, field: "", message: "\(list) is there twice")
    default:
      self.init(line: nil, field: "", message: "is no YAML: \(error)")
    }
  }
}

extension Policy {
  fileprivate init(_ node: PolicyNode) throws(PolicyError) {
    try node.allow("schema", "id", "title", "unknown", "categories")
    let schema = try node.required("schema")
    guard try schema.text() == Policy.schema else {
      throw schema.mistake("this build reads \(Policy.schema)")
    }
    id = try node.required("id").identifier()
    title = try node.required("title").localized()
    let unknown = try node.required("unknown")
    try unknown.allow("severity", "consequence", "recovery")
    self.unknown = try EventCase(unknown)
    var categories: [Category] = []
    let list = try node.required("categories")
    for item in try list.items() {
      let category = try Category(item)
      guard !categories.contains(where: { $0.id == category.id }), category.id != "unknown" else {
        throw try item.required("id").mistake("\"\(category.id)\" is taken")
      }
      categories.append(category)
    }
    self.categories = categories
    try checkQueues(list)
  }

  /// Every job names a category that is a queue.
  private func checkQueues(_ list: PolicyNode) throws(PolicyError) {
    for (category, item) in zip(categories, try list.items()) {
      guard case .job(let queue, _) = category.value else { continue }
      let isQueue = categories.contains {
        if case .queue = $0.value { $0.id == queue } else { false }
      }
      guard isQueue else {
        throw try item.required("value").required("queue")
          .mistake("\"\(queue)\" is no category whose value is a queue")
      }
    }
  }
}

extension Category {
  fileprivate init(_ node: PolicyNode) throws(PolicyError) {
    try node.allow(
      "id", "pattern", "title", "description", "live", "overview", "value", "lifetime", "date",
      "whom", "document", "carry", "drop", "events")
    id = try node.required("id").identifier()
    pattern = try node.required("pattern").pattern(anchored: true)
    title = try node.required("title").localized()
    description = try node.required("description").localized()
    isLive = try node.optional("live")?.flag() ?? true
    isInOverview = try node.optional("overview")?.flag() ?? false
    value =
      try node.optional("value").map { (node) throws(PolicyError) in try ValueKind(node) }
      ?? .opaque
    lifetime = try node.optional("lifetime").map { (node) throws(PolicyError) in
      try Lifetime(node)
    }
    datePattern = try node.optional("date")?.pattern(anchored: false, needsGroup: true)
    whom = try node.optional("whom").map { (node) throws(PolicyError) in try Whom(node) }
    document = try node.optional("document").map { (node) throws(PolicyError) in
      try DocumentedImpact(node)
    }
    let (kind, hasDate) = (value, datePattern != nil)
    carry = try node.optional("carry").flatMap { (node) throws(PolicyError) in
      try Condition(carrying: node, kind, hasDate: hasDate)
    }
    drop = try node.optional("drop").flatMap { (node) throws(PolicyError) in
      try Condition(dropping: node, kind, hasDate: hasDate)
    }
    let events = try node.required("events")
    try events.allow("lost", "regressed", "resurrected", "members")
    lost = try EventCase.list(try events.required("lost"))
    regressed = try EventCase.list(try events.required("regressed"))
    resurrected = try EventCase.list(try events.required("resurrected"))
    let members = try events.optional("members")
    if case .queue = value {
      self.members = try MemberEvents(try events.required("members"))
    } else if let members {
      throw members.mistake("only a queue has members")
    } else {
      self.members = nil
    }
  }
}

extension MemberEvents {
  fileprivate init(_ node: PolicyNode) throws(PolicyError) {
    try node.allow("lost", "resurrected", "rescored")
    lost = try EventCase.list(try node.required("lost"))
    resurrected = try EventCase.list(try node.required("resurrected"))
    rescored = try EventCase.list(try node.required("rescored"))
  }
}

extension DocumentedImpact {
  fileprivate init(_ node: PolicyNode) throws(PolicyError) {
    try node.allow("impact", "recovery", "found", "claims")
    impact = try node.required("impact").text()
    recovery = try node.required("recovery").text()
    found = try node.optional("found")?.localized()
    let claims = try node.optional("claims")
    try claims?.allow("max_lifetime", "always_expires")
    maxLifetime = try claims?.optional("max_lifetime")?.duration()
    alwaysExpires = try claims?.optional("always_expires")?.flag() ?? false
  }
}

extension Whom {
  fileprivate init(_ node: PolicyNode) throws(PolicyError) {
    try node.allow("title", "pattern")
    title = try node.required("title").localized()
    pattern = try node.required("pattern").pattern(anchored: true, needsGroup: true)
  }
}

extension Lifetime {
  fileprivate init(_ node: PolicyNode) throws(PolicyError) {
    self = try node.text() == "forever" ? .forever : .milliseconds(try node.duration())
  }
}

extension ValueKind {
  fileprivate init(_ node: PolicyNode) throws(PolicyError) {
    let kind = try node.required("kind")
    switch try kind.text() {
    case "opaque": self = .opaque
    case "marker": self = .marker
    case "lock": self = .lock
    case "text": self = .text
    case "json": self = .json
    case "set": self = .set
    case "pickle": self = .pickle
    case "counter":
      try node.allow("kind", "limit", "limits")
      var limits: [CounterLimit] = []
      for item in try node.optional("limits")?.items() ?? [] {
        try item.allow("pattern", "limit")
        limits.append(
          CounterLimit(
            pattern: try item.required("pattern").pattern(anchored: true),
            limit: try item.required("limit").number()))
      }
      if let limit = try node.optional("limit") {
        limits.append(CounterLimit(pattern: nil, limit: try limit.number()))
      }
      self = .counter(limits: limits)
      return
    case "amount":
      try node.allow("kind", "field", "subject")
      self = .amount(
        field: try node.required("field").text(),
        subject: try node.optional("subject")?.pattern(anchored: true, needsGroup: true))
      return
    case "queue":
      try node.allow("kind", "job_prefix")
      self = .queue(jobPrefix: try node.required("job_prefix").text())
      return
    case "job":
      try node.allow("kind", "queue", "prefix")
      self = .job(
        queue: try node.required("queue").text(), prefix: try node.required("prefix").text())
      return
    case let other: throw kind.mistake("\"\(other)\" is no kind of value")
    }
    try node.allow("kind")
  }
}

extension EventCase {
  /// One case, or a list of cases of which only the last has no condition.
  fileprivate static func list(_ node: PolicyNode) throws(PolicyError) -> [EventCase] {
    guard node.isList else {
      let only = try EventCase(node)
      guard only.condition == nil else {
        throw try node.required("when").mistake("a single case holds always")
      }
      return [only]
    }
    var cases: [EventCase] = []
    let items = try node.items()
    for (index, item) in items.enumerated() {
      let next = try EventCase(item)
      guard (next.condition == nil) == (index == items.count - 1) else {
        throw item.mistake("the last case, and no other, has no `when`")
      }
      cases.append(next)
    }
    guard !cases.isEmpty else { throw node.mistake("there is no case") }
    return cases
  }

  fileprivate init(_ node: PolicyNode) throws(PolicyError) {
    try node.allow("when", "severity", "heals", "consequence", "recovery")
    condition = try node.optional("when").map { (node) throws(PolicyError) in try Condition(node) }
    severity = try node.required("severity").choice(of: Severity.self)
    heals = try node.optional("heals").map { (node) throws(PolicyError) in try Healing(node) }
    consequence = try node.required("consequence").localized()
    recovery = try node.required("recovery").localized()
  }
}

extension Condition {
  fileprivate init(_ node: PolicyNode) throws(PolicyError) {
    try node.allow("expires", "date", "job", "queued")
    expires = try node.optional("expires")?.flag()
    day = try node.optional("date")?.choice(of: Day.self)
    job = try node.optional("job")?.choice(of: Presence.self)
    isQueued = try node.optional("queued")?.flag()
  }
}

extension Condition {
  /// `carry`: true, false, or what must hold for a key. A queue is carried as a whole.
  fileprivate init?(
    carrying node: PolicyNode, _ value: ValueKind, hasDate: Bool
  ) throws(PolicyError) {
    try self.init(choosing: node, value, hasDate: hasDate)
    if let job = try node.member("job") {
      throw job.mistake("a queue is carried as a whole; only `drop` chooses among its members")
    }
  }

  /// `drop`: true, false, or what must hold for a key; of a queue, for a member.
  fileprivate init?(
    dropping node: PolicyNode, _ value: ValueKind, hasDate: Bool
  ) throws(PolicyError) {
    try self.init(choosing: node, value, hasDate: hasDate)
    guard case .queue = value else { return }
    for name in ["expires", "date"] {
      if let field = try node.member(name) {
        throw field.mistake("of a queue, `drop` chooses members, which have no `\(name)`")
      }
    }
  }

  /// A condition that could never hold is a mistake: nothing would be chosen, without a word.
  private init?(
    choosing node: PolicyNode, _ value: ValueKind, hasDate: Bool
  ) throws(PolicyError) {
    guard node.isMapping else {
      guard try node.flag() else { return nil }
      self = .always
      return
    }
    self = try Condition(node)
    guard self != .always else { throw node.mistake("no condition is there; write true") }
    if let field = try node.member("date"), !hasDate {
      throw field.mistake("the category does not say where its keys have a `date`")
    }
    if let field = try node.member("job") {
      guard case .queue = value else { throw field.mistake("only members of a queue have a job") }
    }
    if let field = try node.member("queued") {
      guard case .job = value else { throw field.mistake("only a job is queued") }
    }
  }
}

extension Healing {
  fileprivate init(_ node: PolicyNode) throws(PolicyError) {
    switch try node.text() {
    case "expiry": self = .expiry
    case "next_day": self = .nextDay
    case "at_once": self = .atOnce
    case "never": self = .never
    default:
      guard let duration = parseDuration(try node.text()) else {
        throw node.mistake(
          "expiry, next_day, at_once, never, or a duration such as 10s, 15m, 48h or 7d is expected")
      }
      self = .after(duration)
    }
  }
}
