internal import BinaryInput
public import RDB

/// Whether a server would load a file: the second of the three verdicts on a backup.
///
/// At its start a server checks less than is checked here (`sanitize-dump-payload no`): it looks at the size
/// and the end of a listpack and not into it. So a damaged file may be loadable, and harm the server later.
struct Loadability {
  /// What the server does about a broken rule when it loads a file with default settings.
  enum Reaction {
    /// It stops.
    case refuses
    /// It does not notice, or logs it and goes on.
    case loads
  }

  /// What can't be overlooked by one who takes a value apart.
  private static let noticedInConversion: Set<FormatRule> = [
    .listpackEntry, .listpackBacklength, .listpackCount, .packedPairs, .intsetOrder,
    .duplicateMember, .score, .truncated, .streamNode,
  ]

  /// What a report adds to a broken rule that does not keep a server from loading the file.
  static let tolerated = " (the server loads it)"

  /// Rules that a server only looks at in deep mode, or not at all.
  private static let toleratedRules: Set<FormatRule> = [
    .listpackEntry, .listpackBacklength, .listpackCount, .packedPairs, .intsetOrder,
    .fieldExpiryOrder, .streamNode, .streamNodeOrder, .streamLength, .streamEntryOrder, .streamIDs,
    .streamOrphanPending,
    .sortedSetOrder, .emptyKey, .notInVersion, .trailingBytes, .checksumDisabled,
    .lengthExpected, .scoreForm, .versionForm, .duplicateLeftOut,
    .resizeDatabase, .slotInfo, .longForm, .danglingAttributes, .aofBase,
  ]

  /// What the server does about `rule`, broken inside a value of `type`, or outside of values.
  ///
  /// A value that `isConverted` while it is loaded is looked at, element by element: there it stops, or
  /// crashes, at whatever it would not have noticed otherwise.
  static func reaction(
    to rule: FormatRule, in type: RDBValueType?, isConverted: Bool = false
  ) -> Reaction {
    if isConverted && noticedInConversion.contains(rule) { return .refuses }
    switch rule {
    // The server iterates over ziplists and zipmaps to convert them, and so notices everything.
    case .packedPairs where type?.isZiplist == true: return .refuses
    // Small hashes stay listpacks, which are not searched for duplicates.
    case .duplicateMember:
      switch type {
      case .hash, .hashListpack, .zsetListpack, .setListpack, .hashListpackEx,
        .hashListpackExPreGA:
        return .loads
      default: return .refuses
      }
    // The text of a score is looked at when somebody asks for it.
    case .score: return type == .zsetListpack || type == .zsetZiplist ? .loads : .refuses
    case .truncated: return type?.isListpack == true ? .loads : .refuses
    default: return toleratedRules.contains(rule) ? .loads : .refuses
    }
  }
}

extension RDBValueType {
  /// Whether the server converts the value when it loads it, looking at every byte.
  fileprivate var isZiplist: Bool {
    switch self {
    case .listZiplist, .zsetZiplist, .hashZiplist, .listQuicklist, .hashZipmap: true
    default: false
    }
  }

  /// Whether the value is a listpack that the server takes as it is.
  fileprivate var isListpack: Bool {
    switch self {
    case .hashListpack, .zsetListpack, .setListpack, .listQuicklist2, .hashListpackEx,
      .hashListpackExPreGA, .streamListpacks, .streamListpacks2, .streamListpacks3,
      .streamListpacks4, .streamListpacks5:
      true
    default: false
    }
  }
}

extension ServerRelease {
  /// Why the release refuses files of a version; nil if it takes them.
  public func refusal(of file: RDBVersion) -> String? {
    switch (version.flavour, file.flavour) {
    case (.redis, .valkey): "\(name) does not know the signature VALKEY"
    case (.redis, .redis):
      file.number <= version.number
        ? nil : "\(name) loads RDB versions up to \(version.number), the file has \(file.number)"
    // Versions 12 to 79 are another project's (`rdb.c` of Valkey: "foreign" versions).
    case (.valkey, .redis):
      file.number < 12 ? nil : "\(name) refuses RDB version \(file.number) of Redis"
    case (.valkey, .valkey):
      file.number <= version.number
        ? nil : "\(name) loads Valkey's RDB versions up to \(version.number)"
    }
  }
}
