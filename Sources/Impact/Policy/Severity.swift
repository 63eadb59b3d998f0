/// How bad it is, for a category and an event; the policy decides.
public enum Severity: String, CaseIterable, Comparable, Sendable {
  /// Nobody notices.
  case none
  /// Brief or slight.
  case low
  /// Wrong figures, or something that stands still for a while.
  case medium
  /// Somebody gets in who should not, is shut out for good, or loses something for good.
  case high

  /// Orders severities from harmless to bad.
  public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .none: 0
    case .low: 1
    case .medium: 2
    case .high: 3
    }
  }
}
