/// What `--version` says.
enum Version {
  static let text = "lossmap 0.1.0 (RDB versions 1 to 14, Valkey 80)"
}
