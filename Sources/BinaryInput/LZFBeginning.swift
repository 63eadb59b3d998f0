extension LZF {
  /// The first `count` bytes, at most 16, that `compressed` expands to; nil if it is damaged before.
  ///
  /// Headers of packed values are so short that expanding the rest would be waste.
  public static func leadingBytes(
    _ count: Int, of compressed: Span<UInt8>
  ) -> [16 of UInt8]? {
    var bytes = [16 of UInt8](repeating: 0)
    var made = 0
    var position = 0
    while made < count {
      guard position < compressed.count else { return nil }
      let control = Int(compressed[position])
      position += 1
      if control < 32 {
        // A run of control + 1 literal bytes.
        for _ in 0...control where made < count {
          guard position < compressed.count else { return nil }
          bytes[made] = compressed[position]
          made += 1
          position += 1
        }
      } else {
        // A reference backwards: three bits of length, 7 says that a byte more follows, 13 bits of distance.
        var length = control >> 5
        if length == 7 {
          guard position < compressed.count else { return nil }
          length += Int(compressed[position])
          position += 1
        }
        guard position < compressed.count else { return nil }
        let distance = (control & 0x1F) << 8 + Int(compressed[position]) + 1
        position += 1
        guard distance <= made else { return nil }
        for _ in 0..<(length + 2) where made < count {
          bytes[made] = bytes[made - distance]
          made += 1
        }
      }
    }
    return bytes
  }
}
