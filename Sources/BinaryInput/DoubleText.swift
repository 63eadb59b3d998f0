#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// Reads decimal text as the server does, with C's `strtod`; nil unless every byte belongs to a number.
///
/// NaN, hexadecimal forms and leading blanks, all of which `strtod` would take, are not numbers here.
public func parseDouble(_ text: Span<UInt8>) -> Double? {
  // No double needs more digits than %.17g gives; type 3 has room for 252 bytes.
  guard (1...252).contains(text.count) else { return nil }
  for index in text.indices {
    switch text[index] {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
      UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
      continue
    case UInt8(ascii: "i"), UInt8(ascii: "n"), UInt8(ascii: "f"), UInt8(ascii: "I"),
      UInt8(ascii: "N"), UInt8(ascii: "F"):
      // The letters of "inf"; other words made of them don't parse.
      continue
    default: return nil
    }
  }
  let value = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: text.count + 1) {
    buffer -> Double? in
    for index in text.indices { unsafe buffer[index] = CChar(bitPattern: text[index]) }
    unsafe buffer[text.count] = 0
    guard let start = buffer.baseAddress else { return nil }
    var end: UnsafeMutablePointer<CChar>?
    let value = unsafe strtod(start, &end)
    return unsafe end == start + text.count ? value : nil
  }
  guard let value, !value.isNaN else { return nil }
  return value
}

/// Reads a number as C's `sscanf` does with `%lg`: blanks before it, hexadecimal forms, and whatever stands behind it
/// are all right; nil if there is none.
public func scanDouble(_ text: Span<UInt8>) -> Double? {
  guard (1...252).contains(text.count) else { return nil }
  var value = Double.nan
  let count = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: text.count + 1) {
    buffer -> Int32 in
    for index in text.indices { unsafe buffer[index] = CChar(bitPattern: text[index]) }
    unsafe buffer[text.count] = 0
    guard let start = buffer.baseAddress else { return 0 }
    return unsafe withUnsafeMutablePointer(to: &value) { target in
      unsafe withVaList([target]) { unsafe vsscanf(start, "%lg", $0) }
    }
  }
  return count == 1 && !value.isNaN ? value : nil
}
