internal import BinaryInput

/// Words of a command line for a shell, quoted so that each is taken as it is.
enum ShellWords {
  /// A command of words.
  static func line(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

  /// A word of text.
  static func quoted(_ word: String) -> String { quoted(Array(word.utf8)) }

  /// A word of bytes. What is not plain ASCII stands as an escape of `$'…'`, which bash, zsh and ksh read.
  static func quoted(_ bytes: [UInt8]) -> String {
    let isPlain = !bytes.isEmpty && bytes.allSatisfy(isPlain)
    if isPlain { return String(decoding: bytes, as: UTF8.self) }
    let isPrintable = bytes.allSatisfy {
      (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "'") && $0 != UInt8(ascii: "`")
    }
    if isPrintable { return "'\(String(decoding: bytes, as: UTF8.self))'" }
    return "$'" + bytes.map(escaped).joined() + "'"
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
      UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "@"),
      UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: "%"):
      true
    default: false
    }
  }

  private static func escaped(_ byte: UInt8) -> String {
    if isPlain(byte) { return String(UnicodeScalar(byte)) }
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "\\x0\(digits)" : "\\x\(digits)"
  }
}
