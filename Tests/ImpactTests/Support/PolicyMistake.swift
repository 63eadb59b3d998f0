/// A change to a policy file without mistakes, and what has to be said about it.
struct PolicyMistake: CustomStringConvertible, Sendable {
  private let line: Int
  private let old: String
  private let new: String
  /// The field that is named.
  let field: String
  /// A part of what is said.
  let message: String
  /// The line that is named.
  let named: Int

  /// Changes `old` to `new` in a line; `named` only where another line is to be named than that.
  init(
    _ line: Int, _ old: String, _ new: String, _ field: String, _ message: String,
    named: Int? = nil
  ) {
    (self.line, self.old, self.new) = (line, old, new)
    (self.field, self.message, self.named) = (field, message, named ?? line)
  }

  var description: String { "line \(line): \(new.isEmpty ? "without \(old)" : new)" }

  /// The file with the mistake; nil if the line does not have what is to be changed.
  var yaml: String? {
    var lines = Self.valid.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let range = lines[line - 1].firstRange(of: old) else { return nil }
    lines[line - 1].replaceSubrange(range, with: new)
    return lines.joined(separator: "\n")
  }

  /// A file without mistakes, with every field that there is.
  static let valid = #"""
    schema: lossmap/policy/1
    id: shop
    title: { en: Shop, zh: Shop }
    unknown:
      severity: low
      consequence: { en: C, zh: C }
      recovery: { en: R, zh: R }
    categories:
      - id: cart
        pattern: 'cart:\d+$'
        title: { en: Carts, zh: Carts }
        description: { en: D, zh: D }
        live: true
        overview: false
        value: { kind: json }
        lifetime: 14d
        date: '(\d{4}-\d\d-\d\d)$'
        document:
          impact: I
          recovery: R
          found: { en: F, zh: F }
          claims: { max_lifetime: 14d, always_expires: true }
        events:
          lost:
            severity: high
            heals: never
            consequence: { en: C, zh: C }
            recovery: { en: R, zh: R }
          regressed:
            - when: { expires: false, date: today }
              severity: medium
              consequence: { en: C, zh: C }
              recovery: { en: R, zh: R }
            - severity: low
              heals: 90s
              consequence: { en: C, zh: C }
              recovery: { en: R, zh: R }
          resurrected:
            severity: none
            consequence: { en: C, zh: C }
            recovery: { en: R, zh: R }
      - id: queue
        pattern: 'queue$'
        title: { en: Q, zh: Q }
        description: { en: D, zh: D }
        value: { kind: queue, job_prefix: 'job:' }
        events:
          lost: { severity: none, consequence: { en: C, zh: C }, recovery: { en: R, zh: R } }
          regressed: { severity: none, consequence: { en: C, zh: C }, recovery: { en: R, zh: R } }
          resurrected: { severity: none, consequence: { en: C, zh: C }, recovery: { en: R, zh: R } }
          members:
            lost: { severity: none, consequence: { en: C, zh: C }, recovery: { en: R, zh: R } }
            resurrected: { severity: low, consequence: { en: C, zh: C }, recovery: { en: R, zh: R } }
            rescored: { severity: none, consequence: { en: C, zh: C }, recovery: { en: R, zh: R } }
      - id: job
        pattern: 'job:'
        title: { en: J, zh: J }
        description: { en: D, zh: D }
        value: { kind: job, queue: queue, prefix: 'job:' }
        carry: true
        drop: { queued: false, expires: true }
        events:
          lost: { severity: none, consequence: { en: C, zh: C }, recovery: { en: R, zh: R } }
          regressed: { severity: none, consequence: { en: C, zh: C }, recovery: { en: R, zh: R } }
          resurrected: { severity: none, consequence: { en: C, zh: C }, recovery: { en: R, zh: R } }
    """#
}
