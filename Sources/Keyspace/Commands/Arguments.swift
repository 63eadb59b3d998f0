internal import AOF
internal import BinaryInput

/// How commands read their arguments.
extension LoggedCommand {
  /// An argument as a number, which must be written canonically (`getLongLongFromObject`).
  func integer(_ index: Int) throws(CommandFailure) -> Int64 {
    guard index < count, let number = canonicalInteger(self[index]) else {
      throw .refused(.notInteger)
    }
    return number
  }

  /// An argument as a number of things, which is not below 0.
  func size(_ index: Int) throws(CommandFailure) -> Int {
    let number = try integer(index)
    guard number >= 0 else { throw .refused(.outOfRange) }
    return Int(number)
  }

  /// An argument as the number of a database.
  func database(_ index: Int) throws(CommandFailure) -> UInt64 {
    let number = try integer(index)
    guard number >= 0, number <= Int32.max else { throw .refused(.outOfRange) }
    return UInt64(number)
  }

  /// An argument as a floating-point number (`getDoubleFromObject`).
  func double(_ index: Int) throws(CommandFailure) -> Double {
    guard index < count, let number = scoreValue(self[index]) else { throw .refused(.notFloat) }
    return number
  }

  /// Whether an argument is a word, given in small letters, in whatever case.
  func has(_ word: String, at index: Int) -> Bool {
    guard index < count else { return false }
    return isWord(self[index], word)
  }

  /// Throws unless there are at least so many arguments.
  func needs(_ number: Int) throws(CommandFailure) {
    guard count >= number else { throw .syntax }
  }
}

/// Whether bytes are a word, given in small letters, in whatever case.
func isWord(_ bytes: Span<UInt8>, _ word: String) -> Bool {
  guard bytes.count == word.utf8.count else { return false }
  var index = 0
  for letter in word.utf8 {
    if bytes[index] | 0x20 != letter | 0x20 { return false }
    index += 1
  }
  return true
}

/// A score or another number as C's `strtod` reads it; nil where a server refuses it.
func scoreValue(_ text: Span<UInt8>) -> Double? {
  guard let value = parseDouble(text) else { return nil }
  let first = text[text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") ? 1 : 0]
  // What is too large to be a number is refused, unless it is the word for infinity.
  if value.isInfinite && first | 0x20 != UInt8(ascii: "i") { return nil }
  return value
}
