/// A release line of Redis or Valkey: what it writes and what it loads.
public struct ServerRelease: Hashable, Sendable {
  /// The name on the command line: `redis-7.0`, `valkey-9.0`.
  public let name: String
  /// The version that it writes, which is the last that it loads.
  public let version: RDBVersion

  /// Every release line that is known.
  public static let all: [ServerRelease] = [
    ServerRelease("redis-2.4", .redis, 2), ServerRelease("redis-2.6", .redis, 6),
    ServerRelease("redis-2.8", .redis, 6), ServerRelease("redis-3.0", .redis, 6),
    ServerRelease("redis-3.2", .redis, 7), ServerRelease("redis-4.0", .redis, 8),
    ServerRelease("redis-5.0", .redis, 9), ServerRelease("redis-6.0", .redis, 9),
    ServerRelease("redis-6.2", .redis, 9), ServerRelease("redis-7.0", .redis, 10),
    ServerRelease("redis-7.2", .redis, 11), ServerRelease("redis-7.4", .redis, 12),
    ServerRelease("redis-8.0", .redis, 12), ServerRelease("redis-8.2", .redis, 12),
    ServerRelease("redis-8.4", .redis, 12), ServerRelease("redis-8.6", .redis, 13),
    ServerRelease("redis-8.8", .redis, 14), ServerRelease("valkey-7.2", .redis, 11),
    ServerRelease("valkey-8.0", .redis, 11), ServerRelease("valkey-8.1", .redis, 11),
    ServerRelease("valkey-9.0", .valkey, 80),
  ]

  /// The release line with this name; nil if there is none.
  public init?(name: String) {
    guard let release = Self.all.first(where: { $0.name == name }) else { return nil }
    self = release
  }

  private init(_ name: String, _ flavour: RDBFlavour, _ number: Int) {
    self.name = name
    version = RDBVersion(flavour, number)
  }

  /// How the release writes scores in `DEBUG DIGEST`.
  public var scoreText: ScoreText { version.scoreText }

  /// Whether the release keeps its log as a folder of several files with a manifest: Redis since 7.0, every Valkey.
  public var keepsLogInFolder: Bool { version.flavour == .valkey || version.number >= 10 }

  /// The module types that the release knows without any module installed: vector sets, since Redis 8.0.
  public var builtInModules: [String] { name.hasPrefix("redis-8.") ? ["vectorset"] : [] }
}

/// How a server writes a score as text.
public enum ScoreText: Sendable {
  /// Up to 17 significant digits, as C's `%.17g`: Redis up to 7.0.
  case seventeenDigits
  /// The shortest text that reads back to the same number: Redis since 7.2, Valkey.
  case shortest
}

extension RDBVersion {
  /// How the servers that write this version write scores in `DEBUG DIGEST`.
  public var scoreText: ScoreText {
    flavour == .valkey || number >= 11 ? .shortest : .seventeenDigits
  }
}
