import Impact

/// A policy file with one category, `k`, whose keys begin with `k:`; a test says what is special.
struct PolicyText {
  var value = "{ kind: opaque }"
  /// Further fields of the category, each with its line end.
  var fields = ""
  var lost = Self.event("none")
  var regressed = Self.event("none")
  var resurrected = Self.event("none")
  var members: String?
  /// Further categories.
  var others = ""

  /// An event in one line; `heals` and `when` only if they are given.
  static func event(_ severity: String, heals: String? = nil, when: String? = nil) -> String {
    let healing = heals.map { ", heals: \($0)" } ?? ""
    let condition = when.map { "when: { \($0) }, " } ?? ""
    return """
      { \(condition)severity: \(severity)\(healing), consequence: { en: C, zh: C }, \
      recovery: { en: R, zh: R } }
      """
  }

  var yaml: String {
    let text = "{ en: T, zh: T }"
    return """
      schema: lossmap/policy/1
      id: test
      title: \(text)
      unknown: \(Self.event("low"))
      categories:
        - id: k
          pattern: 'k:'
          title: \(text)
          description: \(text)
          value: \(value)
      \(fields)
          events:
            lost: \(lost)
            regressed: \(regressed)
            resurrected: \(resurrected)
            \(members.map { "members: \($0)" } ?? "")
      \(others)
      """
  }

  func policy() throws -> Policy { try Policy(yaml: yaml) }
}
