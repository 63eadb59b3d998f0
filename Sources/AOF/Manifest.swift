public import BinaryInput

extension FormatRule {
  /// A manifest is empty.
  public static let manifestEmpty = FormatRule("manifest-empty")
  /// A line of a manifest is longer than 1024 bytes, or does not end.
  public static let manifestLineEnd = FormatRule("manifest-line-end")
  /// A line of a manifest is not made of pairs, or lacks file, seq or type.
  public static let manifestLine = FormatRule("manifest-line")
  /// A manifest names a file by a path.
  public static let manifestFileName = FormatRule("manifest-file-name")
  /// A manifest has a type that is none of base, increment and history.
  public static let manifestType = FormatRule("manifest-type")
  /// A manifest has two bases.
  public static let manifestDuplicateBase = FormatRule("manifest-duplicate-base")
  /// The sequence numbers of increments do not rise.
  public static let manifestOrder = FormatRule("manifest-order")
}

/// The list of the files that an append-only log consists of.
///
/// `aof.c`, `aofLoadManifestFromFile`: whatever the server refuses is refused here, and nothing else.
public struct Manifest: Equatable, Sendable {
  /// A line of a manifest.
  public struct Entry: Equatable, Sendable {
    /// What a file is for.
    public enum Role: UInt8, Sendable {
      /// The data set as it was when the log began: `b`.
      case base = 0x62
      /// What was written since: `i`.
      case increment = 0x69
      /// Replaced, and about to be deleted: `h`. Servers don't look at it.
      case history = 0x68
    }

    /// The name of the file, in the folder of the manifest.
    public let name: [UInt8]
    /// Its number: bases and increments are counted apart.
    public let sequence: Int64
    /// What it is for.
    public let role: Role
    /// The number of the line, from 1.
    public let line: Int
  }

  /// Every entry, in the order of the lines.
  public let entries: [Entry]

  /// The files that a server loads, in the order in which it does: the base, then increments.
  public var loaded: [Entry] {
    entries.filter { $0.role == .base } + entries.filter { $0.role == .increment }
  }
}
