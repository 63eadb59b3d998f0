internal import BinaryInput
public import Impact
internal import Keyspace
internal import RDB

/// What is in a backup, as a document.
public struct InventoryDocument {
  private let inventory: Inventory
  private let settings: DocumentSettings
  private let words: Words

  /// More prefixes than this belong into machine output.
  private static let listedPrefixes = 50

  /// Prepares the inventory.
  public init(_ inventory: Inventory, _ settings: DocumentSettings) {
    self.inventory = inventory
    self.settings = settings
    words = settings.words
  }

  /// The document.
  public var document: Document {
    let path = words.shown(inventory.backup.path)
    let unknown = inventory.unknown.reduce(0) { $0 + $1.keys }
    return Document(
      tag: words.tag, title: words.inspectTitle(path),
      verdict: words.inspectVerdict(
        inventory.backup.snapshot.keys, inventory.categories.count, unknown),
      severity: nil,
      sections: [
        Document.Section(id: "facts", title: words.facts, blocks: facts),
        Document.Section(id: "types", title: words.typesTitle, blocks: types),
        Document.Section(id: "categories", title: words.categoriesCaption, blocks: categories),
        Document.Section(id: "expiries", title: words.expiriesTitle, blocks: expiries),
        Document.Section(id: "largest", title: words.largestTitle, blocks: largest),
      ].filter { !$0.blocks.isEmpty },
      footer: words.footer(settings.tool), controls: words.controls)
  }

  private var facts: [Block] {
    var facts = words.facts(inventory.backup, as: words.file, settings)
    facts.append(Fact(name: words.keysName, value: .number(inventory.backup.snapshot.keys)))
    facts.append(
      Fact(
        name: words.policyName,
        value: .named(inventory.policy.title[words.language], inventory.policy.id)))
    facts.append(Fact(name: words.toolName, value: .text(settings.tool)))
    var blocks: [Block] = settings.isRedacted ? [.note(words.redactedNote)] : []
    if inventory.backup.isIncomplete { blocks.append(.note(words.commandsMissing)) }
    blocks.append(.facts(facts))
    guard inventory.databases.count > 1 else { return blocks }
    var table = Table(
      caption: words.databasesTitle,
      columns: [words.database, words.keysName, words.withExpiry].map {
        Table.Column(title: $0, isNumber: true)
      })
    for row in inventory.databases {
      table.rows.append(
        Table.Row(cells: [
          .text("\(row.database)", order: Int64(clamping: row.database)), .number(row.keys),
          .number(row.expires),
        ]))
    }
    return blocks + [.table(table)]
  }

  // MARK: Types

  private var types: [Block] {
    guard !inventory.encodings.isEmpty else { return [] }
    var table = Table(
      caption: words.typesTitle,
      columns: [
        Table.Column(title: words.type), Table.Column(title: words.encoding),
        Table.Column(title: words.keysName, isNumber: true),
        Table.Column(title: words.bytesInFile, isNumber: true),
      ])
    for row in inventory.encodings {
      table.rows.append(
        Table.Row(cells: [
          .text(row.type.name), .text(words.encoding(row.encoding)), .number(row.keys),
          .number(row.bytes),
        ]))
    }
    let names = [words.keysName, words.bytesInFile]
    let bars = zip(names, [\EncodingInventory.keys, \.bytes]).map { name, number in
      BarChart.Bar(name: name, parts: shares.map { ($0.series, $0.sum(number), $0.name) })
    }
    return [
      .figure(
        Figure(
          id: "shares", title: words.typeSharesTitle, description: words.typeSharesDescription,
          drawing: BarChart.shares(bars), legend: shares.map { ($0.series, $0.name) },
          table: table))
    ]
  }

  /// The encodings of a type, with its colour.
  private struct Share {
    let name: String
    let series: Series
    let rows: [EncodingInventory]

    func sum(_ number: KeyPath<EncodingInventory, Int>) -> Int {
      rows.reduce(0) { $0 + $1[keyPath: number] }
    }
  }

  private var shares: [Share] {
    let types = RedisType.allCases.map { type in
      (type.name, inventory.encodings.filter { $0.type == type })
    }.filter { !$0.1.isEmpty }.sorted {
      $0.1.reduce(0) { $0 + $1.keys } > $1.1.reduce(0) { $0 + $1.keys }
    }
    return zip(types, Series.ranked(types.count)).map { type, series in
      Share(name: type.0, series: series, rows: type.1)
    }
  }

  // MARK: Categories and expiries

  private var categories: [Block] {
    var table = Table(
      caption: words.categoriesCaption,
      columns: [Table.Column(title: words.category)]
        + [words.keysName, words.withoutExpiry, words.expired, words.bytesInFile].map {
          Table.Column(title: $0, isNumber: true)
        })
    for row in inventory.categories {
      table.rows.append(
        Table.Row(cells: [
          .named(row.category.title[words.language], row.category.id), .number(row.keys),
          .number(row.withoutExpiry), .number(row.expired), .number(row.bytes),
        ]))
    }
    let groups = inventory.unknown.sorted { $0.keys > $1.keys }
    var blocks: [Block] = table.rows.isEmpty ? [] : [.table(table)]
    guard !groups.isEmpty else { return blocks }
    var unknown = Table(
      caption: words.unknownCaption,
      columns: [
        Table.Column(title: words.prefixColumn),
        Table.Column(title: words.keysName, isNumber: true),
      ])
    for group in groups.prefix(Self.listedPrefixes) {
      unknown.rows.append(
        Table.Row(cells: [words.prefixCell(group.prefix), .number(group.keys)]))
    }
    if groups.count > Self.listedPrefixes {
      unknown.omission = words.more(groups.count - Self.listedPrefixes)
    }
    blocks.append(.table(unknown))
    return blocks
  }

  private var expiries: [Block] {
    let summary = inventory.expiries
    let numbers = [summary.none, summary.past, summary.nextHour, summary.nextDay, summary.later]
    var table = Table(
      caption: words.expiriesTitle,
      columns: [
        Table.Column(title: words.expiresAt), Table.Column(title: words.keysName, isNumber: true),
      ])
    for (index, (name, number)) in zip(words.expiryNames, numbers).enumerated() {
      table.rows.append(Table.Row(cells: [.text(name, order: Int64(index)), .number(number)]))
    }
    let bars = zip(words.expiryNames, numbers).map { name, number in
      BarChart.Bar(name: name, parts: [(Series.first, number, words.keysName)])
    }
    return [
      .figure(
        Figure(
          id: "expiry-chart", title: words.expiriesTitle,
          description: words.expiriesDescription("\(Timestamp(milliseconds: inventory.at))"),
          drawing: BarChart.lengths(bars), legend: [(.first, words.keysName)], table: table))
    ]
  }

  private var largest: [Block] {
    guard !inventory.largest.isEmpty else { return [] }
    var table = Table(
      caption: words.largestTitle,
      columns: [
        Table.Column(title: words.key), Table.Column(title: words.type),
        Table.Column(title: words.database, isNumber: true),
        Table.Column(title: words.bytesInFile, isNumber: true),
      ])
    for key in inventory.largest {
      table.rows.append(
        Table.Row(cells: [
          .code(EscapedBytes(key.name, limit: 120).description), .text(key.type.name),
          .text("\(key.database)", order: Int64(clamping: key.database)), .number(key.bytes),
        ]))
    }
    return [.table(table)]
  }
}

extension Series {
  /// Colours for things by rank; from the sixth on they share one.
  static func ranked(_ count: Int) -> [Series] {
    let colors: [Series] = [.first, .second, .third, .fourth, .fifth]
    return (0..<count).map { $0 < colors.count ? colors[$0] : .others }
  }
}
