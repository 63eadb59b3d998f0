internal import BinaryInput
public import Impact
internal import Keyspace
internal import RDB

/// `inspect --format text`: what is in a backup, on a screen.
public struct InventoryText {
  private let inventory: Inventory
  private let style: TextStyle
  private let words: Words

  /// More function libraries, prefixes or auxiliary fields than this are cut.
  private static let shown = 12

  /// Prepares the inventory for output.
  public init(_ inventory: Inventory, style: TextStyle, language: Language = .english) {
    self.inventory = inventory
    self.style = style
    words = Words(language: language)
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
      "  \(words.formatLabel)\(words.format(inventory.backup))"
        + words.text(", ", "，") + words.plainBytes(inventory.bytes),
      "  \(words.serverLabel)\(snapshot.shownServer ?? words.notStated)",
      "  \(words.createdLabel)\(words.created(inventory.backup))",
      "  \(words.checksumLabel)\(words.checksum(snapshot.checksum))",
      "  \(words.keysLabel)\(snapshot.keys)",
    ]
    if inventory.backup.isIncomplete {
      lines.append("  \(words.noteInColumn)\(words.commandsMissing)")
    }
    let known = ["redis-ver", "valkey-ver", "ctime"]
    let others = snapshot.auxiliary.map {
      (name: "\(EscapedBytes($0.name, limit: 40))", value: "\(EscapedBytes($0.value, limit: 60))")
    }.filter { !known.contains($0.name) }
    if !others.isEmpty {
      let list = others.prefix(Self.shown).map { "\($0.name)=\($0.value)" }.joined(separator: " ")
      lines.append(style.wrap(list, first: "  \(words.auxiliaryLabel)", rest: "            "))
    }
    if !snapshot.modules.isEmpty {
      lines.append("  \(words.modulesLabel)\(words.list(snapshot.modules))")
    }
    return lines + [""]
  }

  private var databases: [String] {
    var table = TextTable([
      (words.database.lowercased(), .right), (words.keysName.lowercased(), .right),
      (words.withExpiry.lowercased(), .right),
    ])
    for row in inventory.databases {
      table.add(["\(row.database)", "\(row.keys)", "\(row.expires)"])
    }
    return inventory.databases.isEmpty ? [] : table.lines() + [""]
  }

  private var encodings: [String] {
    var table = TextTable([
      (words.type.lowercased(), .left), (words.encoding.lowercased(), .left),
      (words.keysName.lowercased(), .right), (words.bytesInFile.lowercased(), .right),
    ])
    for row in inventory.encodings {
      table.add([row.type.name, words.encoding(row.encoding), "\(row.keys)", "\(row.bytes)"])
    }
    return inventory.encodings.isEmpty ? [] : table.lines() + [""]
  }

  private var categories: [String] {
    var table = TextTable([
      (words.categoriesHeading(inventory.policy.id), .left),
      (words.keysName.lowercased(), .right), (words.withoutExpiry.lowercased(), .right),
      (words.expired.lowercased(), .right), (words.bytesInFile.lowercased(), .right),
    ])
    for row in inventory.categories {
      table.add([
        row.category.id, "\(row.keys)", "\(row.withoutExpiry)", "\(row.expired)", "\(row.bytes)",
      ])
    }
    let groups = inventory.unknown.sorted { $0.keys > $1.keys }
    let unknown = groups.map(\.keys).reduce(0, +)
    if unknown > 0 { table.add([words.noCategory, "\(unknown)", "", "", ""]) }
    guard !inventory.categories.isEmpty || unknown > 0 else { return [] }
    var lines = table.lines()
    if unknown > 0 {
      var names = groups.prefix(Self.shown).map { "\(words.prefix($0.prefix)) \($0.keys)" }
      if groups.count > Self.shown { names.append(words.more(groups.count - Self.shown)) }
      lines.append(
        style.wrap(words.list(names), first: "  \(words.byPrefix)", rest: "    ")
      )
    }
    return lines + [""]
  }

  private var expiries: [String] {
    let summary = inventory.expiries
    let numbers = [
      summary.none, summary.past, summary.nextHour, summary.nextDay, summary.later,
    ]
    return ["  " + words.expiries(at: "\(Timestamp(milliseconds: inventory.at))", numbers), ""]
  }

  private var largest: [String] {
    var table = TextTable([
      (words.largestTitle.lowercased(), .right), (words.type.lowercased(), .left),
      (words.database.lowercased(), .right), (words.key.lowercased(), .left),
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
    return ["", style.wrap(words.list(first), first: "  \(words.functionsLabel)", rest: "    ")]
  }
}

extension PrefixImpact {
  /// How many keys the backup has.
  var keys: Int { (exposure?.alive ?? 0) + (exposure?.expired ?? 0) }
}

extension SnapshotDescription {
  /// The server that wrote the file, safe to show.
  var shownServer: String? { server.map { "\(EscapedBytes(sentence: $0))" } }
}
