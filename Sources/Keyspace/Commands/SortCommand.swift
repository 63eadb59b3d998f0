internal import AOF
internal import BinaryInput

/// `SORT … STORE` (`sortCommandGeneric`). Without `STORE` it changes nothing.
enum SortCommand {
  private struct Options {
    var by: [UInt8]?
    var get: [[UInt8]] = []
    var first: Int64 = 0
    var count: Int64 = -1
    var isDescending = false
    var isAlphabetic = false
    var target: Int?

    /// A pattern without an asterisk says that the order does not matter.
    var keepsOrder: Bool { by.map { !$0.contains(UInt8(ascii: "*")) } ?? false }
  }

  /// An element with what it is compared by.
  private struct Item {
    let element: [UInt8]
    var score = 0.0
    var text: [UInt8]?
  }

  @Sendable
  static func sort(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    var options = try parse(command)
    guard let target = options.target else { return }
    var items: [Item] = []
    var sorts = !options.keepsOrder
    switch try data.value(command[1]) {
    case nil: break
    case .list(let box):
      var position = box.value.first
      while let current = position {
        items.append(Item(element: [UInt8](copying: box.value.element(at: current).span)))
        position = box.value.position(after: current)
      }
      if !sorts && options.isDescending { items.reverse() }
    case .set(let box):
      // A set has no order to keep, so it is made one.
      if !sorts { (sorts, options.isAlphabetic, options.by) = (true, true, nil) }
      let set = box.value
      var place = set.first
      while let current = place {
        items.append(Item(element: [UInt8](copying: set.key(at: current))))
        place = set.place(after: current)
      }
    case .sortedSet(let box):
      items = box.value.names(of: box.value.sorted()).map { Item(element: $0) }
      if !sorts && options.isDescending { items.reverse() }
    case .integer, .string, .logged, .hash, .stream, .opaque: throw .wrongType
    }
    if sorts { try sort(&items, options, &data) }
    let range = range(of: items.count, options)
    try store(Array(items[range]), options, command[target], &data)
  }

  private static func parse(_ command: LoggedCommand) throws(CommandFailure) -> Options {
    var options = Options()
    var index = 2
    while index < command.count {
      if command.has("asc", at: index) {
        options.isDescending = false
      } else if command.has("desc", at: index) {
        options.isDescending = true
      } else if command.has("alpha", at: index) {
        options.isAlphabetic = true
      } else if command.has("limit", at: index) {
        options.first = try command.integer(index + 1)
        options.count = try command.integer(index + 2)
        index += 2
      } else if command.has("store", at: index) {
        try command.needs(index + 2)
        options.target = index + 1
        index += 1
      } else if command.has("by", at: index) {
        try command.needs(index + 2)
        options.by = [UInt8](copying: command[index + 1])
        index += 1
      } else if command.has("get", at: index) {
        try command.needs(index + 2)
        options.get.append([UInt8](copying: command[index + 1]))
        index += 1
      } else {
        throw .syntax
      }
      index += 1
    }
    return options
  }

  private static func sort(
    _ items: inout [Item], _ options: Options, _ data: inout LiveData
  ) throws(CommandFailure) {
    for index in items.indices {
      let text =
        try options.by.map { (pattern) throws(CommandFailure) in
          try value(pattern, items[index].element, &data)
        } ?? items[index].element
      if options.isAlphabetic {
        items[index].text = text
      } else if let text {
        // C's strings end at a zero byte, and so does what strtod sees of them.
        let digits = Array(text.prefix { $0 != 0 })
        guard let score = digits.isEmpty ? 0 : scoreValue(digits.span) else {
          throw .refused(.notFloat)
        }
        items[index].score = score
      }
    }
    let isByPattern = options.by != nil
    var isAmbiguous = false
    items.sort { left, right in
      let order: Int
      if options.isAlphabetic {
        order = Self.order(left.text, right.text)
        if order == 0 && isByPattern && left.element != right.element { isAmbiguous = true }
      } else if left.score != right.score {
        order = left.score < right.score ? -1 : 1
      } else {
        order = left.element.span.order(to: right.element.span)
      }
      return options.isDescending ? order > 0 : order < 0
    }
    if isAmbiguous {
      throw .unsupported("SORT BY … ALPHA of elements that compare equal")
    }
  }

  private static func order(_ left: [UInt8]?, _ right: [UInt8]?) -> Int {
    guard let left else { return right == nil ? 0 : -1 }
    guard let right else { return 1 }
    return left.span.order(to: right.span)
  }

  private static func range(of count: Int, _ options: Options) -> Range<Int> {
    let start = min(max(options.first, 0), Int64(count))
    let length = options.count < 0 ? Int64(count) : options.count
    return Int(start)..<Int(start + min(length, Int64(count) - start))
  }

  private static func store(
    _ items: [Item], _ options: Options, _ target: Span<UInt8>, _ data: inout LiveData
  ) throws(CommandFailure) {
    var list = PackedDeque()
    for item in items {
      if options.get.isEmpty { list.append(item.element.span) }
      for pattern in options.get {
        let value = try value(pattern, item.element, &data) ?? []
        list.append(value.span)
      }
    }
    if list.isEmpty {
      try data.remove(target)
    } else {
      try data.set(target, to: .list(Box(list)))
    }
  }

  /// What a pattern stands for: `#` for the element itself, else the string at the key that it names, or a
  /// field of the hash there (`lookupKeyByPattern`).
  private static func value(
    _ pattern: [UInt8], _ element: [UInt8], _ data: inout LiveData
  ) throws(CommandFailure) -> [UInt8]? {
    if pattern == [UInt8(ascii: "#")] { return element }
    guard let star = pattern.firstIndex(of: UInt8(ascii: "*")) else { return nil }
    let behind = pattern[(star + 1)...]
    var field: [UInt8]?
    var end = pattern.count
    if let arrow = behind.firstRange(of: Array("->".utf8)), arrow.upperBound < pattern.count {
      field = Array(pattern[arrow.upperBound...])
      end = arrow.lowerBound
    }
    let name = pattern[..<star] + element + pattern[(star + 1)..<end]
    guard let value = try data.value(Array(name).span) else { return nil }
    if let field {
      guard case .hash(let box) = value, let place = box.value.find(field.span) else { return nil }
      let hash = box.value
      return [UInt8](copying: hash.value(at: place))
    }
    switch value {
    case .integer, .string, .logged: return try value.stringBytes(data.strings)
    case .list, .set, .sortedSet, .hash, .stream, .opaque: return nil
    }
  }
}
