internal import AOF
internal import BinaryInput

extension Command {
  /// Commands on the bits of strings.
  static let bitCommands = [
    Command("setbit", 4, BitCommands.setBit),
    Command("bitop", -4, BitCommands.combine),
    Command("bitfield", -2, BitCommands.changeFields),
  ]
}

private enum BitCommands {
  @Sendable
  static func setBit(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    let offset = try bitOffset(try command.integer(2))
    let bit = try command.integer(3)
    guard bit == 0 || bit == 1 else { throw .refused(.outOfRange) }
    var taken = try data.takeString(command[1])
    var bytes = taken?.bytes ?? []
    taken?.bytes = []
    grow(&bytes, toHold: offset)
    let mask = UInt8(0x80) >> UInt8(offset & 7)
    if bit == 1 { bytes[offset >> 3] |= mask } else { bytes[offset >> 3] &= ~mask }
    data.putString(bytes, command[1], entry: taken?.entry)
  }

  /// Bits of strings of at most 512 MB (`getBitOffsetFromArgument`).
  private static func bitOffset(_ number: Int64) throws(CommandFailure) -> Int {
    guard number >= 0, number >> 3 < 512 << 20 else { throw .refused(.outOfRange) }
    return Int(number)
  }

  private static func grow(_ bytes: inout [UInt8], toHold bit: Int) {
    let size = bit >> 3 + 1
    if bytes.count < size { bytes += repeatElement(0, count: size - bytes.count) }
  }

  // MARK: BITOP

  @Sendable
  static func combine(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    var sources: [[UInt8]] = []
    for index in 3..<command.count { sources.append(try data.string(command[index]) ?? []) }
    guard let operation = Operation(command[1]) else { throw .syntax }
    guard operation.takes(sources.count) else { throw .syntax }
    let length = sources.map(\.count).max() ?? 0
    guard length > 0 else {
      try data.remove(command[2])
      return
    }
    var result = [UInt8](repeating: 0, count: length)
    for index in 0..<length {
      result[index] = operation.combine(sources) { index < $0.count ? $0[index] : 0 }
    }
    try data.set(command[2], to: .string(result))
  }

  /// What BITOP does with a byte of each string; the last four are of Redis 8.2.
  private enum Operation {
    case and, or, xor, not, diff, diff1, andor, one

    init?(_ name: Span<UInt8>) {
      if isWord(name, "and") {
        self = .and
      } else if isWord(name, "or") {
        self = .or
      } else if isWord(name, "xor") {
        self = .xor
      } else if isWord(name, "not") {
        self = .not
      } else if isWord(name, "diff") {
        self = .diff
      } else if isWord(name, "diff1") {
        self = .diff1
      } else if isWord(name, "andor") {
        self = .andor
      } else if isWord(name, "one") {
        self = .one
      } else {
        return nil
      }
    }

    func takes(_ strings: Int) -> Bool {
      switch self {
      case .not: strings == 1
      case .diff, .diff1, .andor: strings >= 2
      case .and, .or, .xor, .one: true
      }
    }

    func combine(_ sources: [[UInt8]], _ byte: ([UInt8]) -> UInt8) -> UInt8 {
      let first = byte(sources[0])
      let others = sources.dropFirst()
      let anyOther = others.reduce(UInt8(0)) { $0 | byte($1) }
      switch self {
      case .and: return others.reduce(first) { $0 & byte($1) }
      case .or: return others.reduce(first) { $0 | byte($1) }
      case .xor: return others.reduce(first) { $0 ^ byte($1) }
      case .not: return ~first
      case .diff: return first & ~anyOther
      case .diff1: return ~first & anyOther
      case .andor: return first & anyOther
      case .one:
        var (once, more) = (first, UInt8(0))
        for other in others {
          let next = byte(other)
          more |= once & next
          once = (once | next)
        }
        return once & ~more
      }
    }
  }

  // MARK: BITFIELD

  private enum Overflow { case wrap, saturate, fail }

  private struct FieldChange {
    let isIncrement: Bool
    let isSigned: Bool
    let width: Int
    let offset: Int
    let value: Int64
    let overflow: Overflow
  }

  @Sendable
  static func changeFields(
    _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    let changes = try fieldChanges(command)
    guard let highest = changes.map({ $0.offset + $0.width - 1 }).max() else { return }
    var taken = try data.takeString(command[1])
    var bytes = taken?.bytes ?? []
    taken?.bytes = []
    grow(&bytes, toHold: highest)
    for change in changes { apply(change, to: &bytes) }
    data.putString(bytes, command[1], entry: taken?.entry)
  }

  private static func fieldChanges(
    _ command: LoggedCommand
  ) throws(CommandFailure) -> [FieldChange] {
    var changes: [FieldChange] = []
    var overflow = Overflow.wrap
    var index = 2
    while index < command.count {
      if command.has("overflow", at: index) {
        if command.has("wrap", at: index + 1) {
          overflow = .wrap
        } else if command.has("sat", at: index + 1) {
          overflow = .saturate
        } else if command.has("fail", at: index + 1) {
          overflow = .fail
        } else {
          throw .syntax
        }
        index += 2
        continue
      }
      let isRead = command.has("get", at: index)
      let isIncrement = command.has("incrby", at: index)
      guard isRead || isIncrement || command.has("set", at: index) else { throw .syntax }
      try command.needs(index + (isRead ? 3 : 4))
      let (isSigned, width) = try fieldType(command[index + 1])
      let offset = try fieldOffset(command[index + 2], width: width)
      if isRead {
        index += 3
        continue
      }
      changes.append(
        FieldChange(
          isIncrement: isIncrement, isSigned: isSigned, width: width, offset: offset,
          value: try command.integer(index + 3), overflow: overflow))
      index += 4
    }
    return changes
  }

  private static func fieldType(
    _ text: Span<UInt8>
  ) throws(CommandFailure) -> (isSigned: Bool, width: Int) {
    guard text.count > 1, text[0] == UInt8(ascii: "i") || text[0] == UInt8(ascii: "u"),
      let width = canonicalInteger(text.extracting(1..<text.count))
    else { throw .syntax }
    let isSigned = text[0] == UInt8(ascii: "i")
    guard (1...(isSigned ? 64 : 63)).contains(width) else { throw .syntax }
    return (isSigned, Int(width))
  }

  private static func fieldOffset(
    _ text: Span<UInt8>, width: Int
  ) throws(CommandFailure) -> Int {
    let isMultiple = !text.isEmpty && text[0] == UInt8(ascii: "#")
    guard let number = canonicalInteger(text.extracting((isMultiple ? 1 : 0)..<text.count)),
      number >= 0, number < 1 << 40
    else { throw .refused(.outOfRange) }
    return try bitOffset(isMultiple ? number * Int64(width) : number)
  }

  private static func apply(_ change: FieldChange, to bytes: inout [UInt8]) {
    let old = bits(change, in: bytes)
    let mask = change.width == 64 ? UInt64.max : (UInt64(1) << UInt64(change.width)) - 1
    let new: UInt64?
    if change.isSigned {
      new = signed(change, old: signExtended(old, change.width)).map { UInt64(bitPattern: $0) }
    } else {
      new = unsigned(change, old: old, highest: mask)
    }
    guard let new else { return }
    for index in 0..<change.width {
      let bit = (new & mask) >> UInt64(change.width - 1 - index) & 1
      let place = change.offset + index
      let flag = UInt8(0x80) >> UInt8(place & 7)
      if bit == 1 { bytes[place >> 3] |= flag } else { bytes[place >> 3] &= ~flag }
    }
  }

  private static func bits(_ change: FieldChange, in bytes: [UInt8]) -> UInt64 {
    var value: UInt64 = 0
    for place in change.offset..<(change.offset + change.width) {
      value = value << 1 | UInt64(bytes[place >> 3] >> UInt8(7 - place & 7) & 1)
    }
    return value
  }

  private static func signExtended(_ value: UInt64, _ width: Int) -> Int64 {
    let unused = UInt64(64 - width)
    return Int64(bitPattern: value << unused) >> Int64(unused)
  }

  /// The new value of a signed field; nil if it would overflow and that is to fail.
  ///
  /// The server's differences wrap around (`bitops.c`, `checkSignedBitfieldOverflow`), so that a SET far below the
  /// range of a field narrower than 64 bits is held for one above it.
  private static func signed(_ change: FieldChange, old: Int64) -> Int64? {
    let highest = Int64.max >> Int64(64 - change.width)
    let lowest = -highest - 1
    let (base, increment) = change.isIncrement ? (old, change.value) : (change.value, 0)
    let isAbove: Bool
    let isBelow: Bool
    if change.width == 64 {
      let carries = base.addingReportingOverflow(increment).overflow
      (isAbove, isBelow) = (carries && increment > 0, carries && increment < 0)
    } else {
      isAbove = base > highest || increment > highest &- base
      isBelow = base < lowest || increment < lowest &- base
    }
    guard isAbove || isBelow else { return base &+ increment }
    switch change.overflow {
    case .wrap: return base &+ increment
    case .saturate: return isAbove ? highest : lowest
    case .fail: return nil
    }
  }

  /// The same for an unsigned field. SET takes its value for an unsigned one.
  private static func unsigned(_ change: FieldChange, old: UInt64, highest: UInt64) -> UInt64? {
    let isAbove: Bool
    let isBelow: Bool
    let wrapped: UInt64
    if change.isIncrement {
      wrapped = old &+ UInt64(bitPattern: change.value)
      isAbove = change.value > 0 && UInt64(change.value) > highest - old
      isBelow = change.value < 0 && change.value.magnitude > old
    } else {
      wrapped = UInt64(bitPattern: change.value)
      isAbove = wrapped > highest
      isBelow = false
    }
    guard isAbove || isBelow else { return wrapped }
    switch change.overflow {
    case .wrap: return wrapped
    case .saturate: return isAbove ? highest : 0
    case .fail: return nil
    }
  }
}
