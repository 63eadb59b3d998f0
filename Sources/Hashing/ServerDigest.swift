internal import Crypto

/// The running digest of `DEBUG DIGEST`: 20 bytes, with the server's two operations (`debug.c`).
public struct ServerDigest: Hashable, Sendable {
  private var words: InlineBytes

  /// 20 bytes as three words, the last of which is half used.
  private struct InlineBytes: Hashable {
    var first: UInt64 = 0
    var second: UInt64 = 0
    var third: UInt32 = 0
  }

  /// 20 zero bytes.
  public init() {
    words = InlineBytes()
  }

  /// The hash of a text.
  public init(hashing text: String) {
    self.init()
    xor(text)
  }

  /// The hash of a number, as 4 bytes with the most significant first.
  public init(hashing number: UInt32) {
    let bytes = (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
    self.init()
    xor(bytes.span)
  }

  /// Adds something without order (`xorDigest`): d ⊕ SHA1(bytes).
  public mutating func xor(_ bytes: Span<UInt8>) {
    combine(unsafe bytes.withUnsafeBufferPointer { unsafe Self.sha1(UnsafeRawBufferPointer($0)) })
  }

  /// Adds something with order (`mixDigest`): SHA1(d ⊕ SHA1(bytes)).
  public mutating func mix(_ bytes: Span<UInt8>) {
    xor(bytes)
    self = sha1OfSelf
  }

  /// Adds something with order of which the hash is at hand.
  public mutating func mix(hashed hash: ServerDigest) {
    combine(hash)
    self = sha1OfSelf
  }

  /// Adds another digest as something without order: d ⊕ SHA1(other).
  public mutating func xor(_ other: ServerDigest) {
    combine(other.sha1OfSelf)
  }

  /// Adds another digest's bytes as they are: d ⊕ other.
  public mutating func combine(_ other: ServerDigest) {
    words.first ^= other.words.first
    words.second ^= other.words.second
    words.third ^= other.words.third
  }

  /// Adds a text with order.
  public mutating func mix(_ text: String) {
    let bytes = Array(text.utf8)
    mix(bytes.span)
  }

  /// Adds a text without order.
  public mutating func xor(_ text: String) {
    let bytes = Array(text.utf8)
    xor(bytes.span)
  }

  /// Adds a number with order, as 4 bytes with the most significant first.
  public mutating func mix(number: UInt32) {
    mix(hashed: ServerDigest(hashing: number))
  }

  private var sha1OfSelf: ServerDigest {
    unsafe withBytes { unsafe Self.sha1($0) }
  }

  private func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    unsafe withUnsafeTemporaryAllocation(byteCount: 20, alignment: 8) { buffer in
      unsafe buffer.storeBytes(of: words.first, toByteOffset: 0, as: UInt64.self)
      unsafe buffer.storeBytes(of: words.second, toByteOffset: 8, as: UInt64.self)
      unsafe buffer.storeBytes(of: words.third, toByteOffset: 16, as: UInt32.self)
      return unsafe body(UnsafeRawBufferPointer(buffer))
    }
  }

  private static func sha1(_ bytes: UnsafeRawBufferPointer) -> ServerDigest {
    var function = Insecure.SHA1()
    unsafe function.update(bufferPointer: bytes)
    var digest = ServerDigest()
    unsafe function.finalize().withUnsafeBytes { hash in
      digest.words.first = unsafe hash.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
      digest.words.second = unsafe hash.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
      digest.words.third = unsafe hash.loadUnaligned(fromByteOffset: 16, as: UInt32.self)
    }
    return digest
  }
}

extension ServerDigest: CustomStringConvertible {
  /// 40 hexadecimal digits.
  public var description: String {
    unsafe withBytes { bytes in
      unsafe bytes.map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0\(digits)" : digits
      }.joined()
    }
  }
}
