internal import CLZF

extension FormatRule {
  /// A compressed string does not expand to the length that it states.
  public static let lzfLength = FormatRule("lzf-length")
}

/// The compression of long strings in a backup: LZF, decoded by Marc Lehmann's liblzf.
public enum LZF {
  /// The most bytes that one compressed byte can stand for: a reference of 3 bytes copies at most 264.
  public static let largestExpansion: UInt64 = 88

  /// Expands `compressed`, found at `offset`, to exactly `length` bytes in `scratch`.
  ///
  /// - Throws: `lzfLength` if the stated length is impossible, or is not what comes out
  ///   (`rdb.c`, `rdbLoadLzfStringObject`: "Invalid LZF compressed string"). Nothing is allocated
  ///   for a length that the compressed bytes could not fill.
  public static func decompress(
    _ compressed: Span<UInt8>, to length: UInt64, into scratch: inout ScratchBuffer, at offset: Int
  ) throws(FormatError) {
    try refuseImpossible(compressed, length, at: offset)
    let written = unsafe compressed.withUnsafeBufferPointer { source in
      unsafe scratch.write(Int(length)) { target in
        unsafe Int(
          lzf_decompress(
            source.baseAddress, UInt32(source.count), target.baseAddress, UInt32(target.count)))
      }
    }
    guard written == Int(length) else { throw wrongLength(compressed, length, at: offset) }
  }

  /// Checks that `compressed`, found at `offset`, expands to exactly `length` bytes, without making them: literals are
  /// stepped over, and references are only held against what there would be.
  ///
  /// - Throws: `lzfLength`, as `decompress` does.
  public static func check(
    _ compressed: Span<UInt8>, to length: UInt64, at offset: Int
  ) throws(FormatError) {
    try refuseImpossible(compressed, length, at: offset)
    guard expandedLength(compressed) == Int(length) else {
      throw wrongLength(compressed, length, at: offset)
    }
  }

  /// How many bytes come out; nil if the data end too soon or refer to what is not there (`lzf_d.c`).
  private static func expandedLength(_ compressed: Span<UInt8>) -> Int? {
    let count = compressed.count
    var (read, written) = (0, 0)
    while read < count {
      let control = Int(compressed[read])
      read &+= 1
      if control < 32 {
        read &+= control &+ 1
        written &+= control &+ 1
        continue
      }
      var size = control >> 5
      if size == 7 {
        guard read < count else { return nil }
        size &+= Int(compressed[read])
        read &+= 1
      }
      guard read < count, (control & 31) << 8 | Int(compressed[read]) < written else { return nil }
      read &+= 1
      written &+= size &+ 2
    }
    return read == count ? written : nil
  }

  private static func refuseImpossible(
    _ compressed: Span<UInt8>, _ length: UInt64, at offset: Int
  ) throws(FormatError) {
    let (bound, overflow) = UInt64(compressed.count).multipliedReportingOverflow(
      by: largestExpansion)
    guard length > 0, !overflow, length <= bound, length <= UInt64(UInt32.max) else {
      throw .malformed(
        .lzfLength, "\(compressed.count) compressed bytes can't be \(length) bytes", at: offset)
    }
  }

  @inline(never)
  private static func wrongLength(
    _ compressed: Span<UInt8>, _ length: UInt64, at offset: Int
  ) -> FormatError {
    .malformed(
      .lzfLength, "a compressed string of \(compressed.count) bytes does not expand to \(length)",
      at: offset)
  }
}
