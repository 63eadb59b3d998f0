internal import BinaryInput

/// A command of a log, borrowed from the reader until its next call.
public struct LoggedCommand: ~Escapable {
  /// Everything from `*` to the last line end.
  public let bytes: Span<UInt8>
  @usableFromInline
  let arguments: Span<ArgumentRange>
  /// The offset in the part of the first byte, which is `*`.
  public let offset: Int

  @_lifetime(copy bytes, copy arguments)
  init(bytes: Span<UInt8>, arguments: Span<ArgumentRange>, at offset: Int) {
    self.bytes = bytes
    self.arguments = arguments
    self.offset = offset
  }

  /// How many arguments there are, the name included; at least 1.
  @inlinable public var count: Int { arguments.count }

  /// The offset behind the command.
  @inlinable public var end: Int { offset + bytes.count }

  /// An argument; the first is the name, in the case in which somebody wrote it.
  @inlinable
  public subscript(_ index: Int) -> Span<UInt8> {
    @_lifetime(copy self)
    get {
      let argument = arguments[index]
      return bytes.extracting(argument.start..<(argument.start + argument.count))
    }
  }

  /// The offset in the part of an argument's first byte.
  @inlinable
  public func offset(of index: Int) -> Int { offset + arguments[index].start }

  /// Whether the name is `name`, which is given in capitals; servers take either case.
  @inlinable
  public func isNamed(_ name: String) -> Bool {
    let argument = self[0]
    guard argument.count == name.utf8.count else { return false }
    var index = 0
    for letter in name.utf8 {
      let byte = argument[index]
      let capital = byte >= 0x61 && byte <= 0x7A ? byte & 0xDF : byte
      if capital != letter { return false }
      index += 1
    }
    return true
  }
}
