internal import BinaryInput
public import Impact
internal import Keyspace
internal import RDB

/// `inspect --format text`: what is in a backup, on a screen.
public struct InventoryText {
  private let inventory: Inventory
  private let style: TextStyle

  /// More function libraries, prefixes or auxiliary fields than this are cut.
  private static let shown = 12

  /// Prepares the inventory for output.
  public init(_ inventory: Inventory, style: TextStyle) {
    self.inventory = inventory
    self.style = style
  }

  /// Writes the inventory.
  public func write(to output: inout some TextOutputStream) {
    for line in file + databases + encodings + categories + expiries + largest + functions {
      output.write(line + "\n")
    }
  }

  private var file: [String] {
    let snapshot = inventory.backup.snapshot
    var lines = [
      style.bold("\(EscapedBytes(Array(inventory.backup.path.utf8)))"),
      "  format    \(format), \(inventory.bytes) bytes",
      "  server    \(snapshot.shownServer ?? "not stated")",
      "  created   \(created)",
      "  checksum  \(Self.text(snapshot.checksum.rawValue))",
      "  keys      \(snapshot.keys)",
    ]
    if inventory.backup.isIncomplete {
      lines.append("  note      commands that this build does not know are missing here")
    }
    let known = ["redis-ver", "valkey-ver", "ctime"]
    let others = snapshot.auxiliary.map {
      (name: "\(EscapedBytes($0.name, limit: 40))", value: "\(EscapedBytes($0.value, limit: 60))")
    }.filter { !known.contains($0.name) }
    if !others.isEmpty {
      let list = others.prefix(Self.shown).map { "\($0.name)=\($0.value)" }.joined(separator: " ")
      lines.append(style.wrap(list, first: "  aux       ", rest: "            "))
    }
    if !snapshot.modules.isEmpty {
      lines.append("  modules   \(snapshot.modules.joined(separator: ", "))")
    }
    return lines + [""]
  }

  private var format: String {
    let version = inventory.backup.snapshot.version
    guard inventory.backup.kind != .rdb else {
      return version.map { "RDB version \($0)" } ?? "RDB"
    }
    return version.map { "append-only log over RDB version \($0)" } ?? "append-only log"
  }

  private var created: String {
    if let createdAt = inventory.backup.createdAt { return "\(Timestamp(milliseconds: createdAt))" }
    guard let base = inventory.backup.baseCreatedAt else { return "not stated" }
    return "not stated; its base \(Timestamp(milliseconds: base))"
  }

  private static func text(_ checksum: String) -> String {
    switch checksum {
    case "disabled": "disabled: the bytes are unverified"
    case "absent": "absent: the version has none"
    default: checksum
    }
  }

  private var databases: [String] {
    var table = TextTable([("database", .right), ("keys", .right), ("with expiry", .right)])
    for row in inventory.databases {
      table.add(["\(row.database)", "\(row.keys)", "\(row.expires)"])
    }
    return inventory.databases.isEmpty ? [] : table.lines() + [""]
  }

  private var encodings: [String] {
    var table = TextTable([
      ("type", .left), ("encoding", .left), ("keys", .right), ("bytes in file", .right),
    ])
    for row in inventory.encodings {
      table.add([row.type.name, row.encoding, "\(row.keys)", "\(row.bytes)"])
    }
    return inventory.encodings.isEmpty ? [] : table.lines() + [""]
  }

  private var categories: [String] {
    var table = TextTable([
      ("category (\(inventory.policy.id))", .left), ("keys", .right), ("without expiry", .right),
      ("expired", .right), ("bytes in file", .right),
    ])
    for row in inventory.categories {
      table.add([
        row.category.id, "\(row.keys)", "\(row.withoutExpiry)", "\(row.expired)", "\(row.bytes)",
      ])
    }
    let groups = inventory.unknown.sorted { $0.keys > $1.keys }
    let unknown = groups.map(\.keys).reduce(0, +)
    if unknown > 0 { table.add(["(no category)", "\(unknown)", "", "", ""]) }
    guard !inventory.categories.isEmpty || unknown > 0 else { return [] }
    var lines = table.lines()
    if unknown > 0 {
      var names = groups.prefix(Self.shown).map { "\($0.label) \($0.keys)" }
      if groups.count > Self.shown { names.append("and \(groups.count - Self.shown) more") }
      lines.append(
        style.wrap(names.joined(separator: ", "), first: "  no category, by prefix: ", rest: "    ")
      )
    }
    return lines + [""]
  }

  private var expiries: [String] {
    let summary = inventory.expiries
    return [
      "  expiry at \(Timestamp(milliseconds: inventory.at)): none \(summary.none), "
        + "past \(summary.past), next hour \(summary.nextHour), next day \(summary.nextDay), "
        + "later \(summary.later)",
      "",
    ]
  }

  private var largest: [String] {
    var table = TextTable([
      ("largest in file", .right), ("type", .left), ("database", .right), ("key", .left),
    ])
    for key in inventory.largest {
      table.add([
        "\(key.bytes)", key.type.name, "\(key.database)", shortened(key.name, columns: 48),
      ])
    }
    return inventory.largest.isEmpty ? [] : table.lines()
  }

  private var functions: [String] {
    let sources = inventory.backup.snapshot.functions
    guard !sources.isEmpty else { return [] }
    let first = sources.prefix(Self.shown).map { source in
      "\(EscapedBytes(Array(source.prefix { $0 != UInt8(ascii: "\n") }), limit: 60))"
    }
    return ["", style.wrap(first.joined(separator: ", "), first: "  functions: ", rest: "    ")]
  }
}

extension PrefixImpact {
  /// How many keys the backup has.
  var keys: Int { (exposure?.alive ?? 0) + (exposure?.expired ?? 0) }

  /// The prefix as it is shown.
  var label: String {
    guard let prefix else { return "(others)" }
    return prefix.isEmpty ? "(no prefix)" : "\"\(shortened(prefix, columns: 40))\""
  }
}

extension SnapshotDescription {
  /// The server that wrote the file, safe to show.
  var shownServer: String? { server.map { "\(EscapedBytes(sentence: $0))" } }
}
