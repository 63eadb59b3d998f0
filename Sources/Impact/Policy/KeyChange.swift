/// What a restore does to a key.
public enum KeyChange: String, CaseIterable, Sendable {
  /// The current state has it, the backup does not.
  case lost
  /// Both have it; type or value differ, and the backup's older one comes back.
  case regressed
  /// Both have it; only the expiry differs.
  case regressedExpiry = "regressed_expiry"
  /// The backup has it, the current state does not.
  case resurrected
}
