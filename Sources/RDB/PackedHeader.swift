internal import BinaryInput

/// How a block of packed elements begins.
enum Packing {
  case listpack, ziplist, intset, zipmap

  /// How many bytes of the block it takes to read its number of entries.
  var headerLength: Int {
    switch self {
    case .listpack: 6
    case .ziplist: 10
    case .intset: 8
    case .zipmap: 1
    }
  }
}

extension RDBValueType {
  /// How blocks of this type are packed; nil if it has none.
  private var packing: Packing? {
    switch self {
    case .hashZipmap: .zipmap
    case .listZiplist, .zsetZiplist, .hashZiplist, .listQuicklist: .ziplist
    case .setIntset: .intset
    case .hashListpack, .zsetListpack, .listQuicklist2, .setListpack, .hashListpackExPreGA,
      .hashListpackEx:
      .listpack
    case .string, .list, .set, .zset, .hash, .zset2, .modulePreGA, .module2, .streamListpacks,
      .streamListpacks2, .streamListpacks3, .hashMetadataPreGA, .hashMetadata, .streamListpacks4,
      .streamListpacks5, .array, .valkeyHash2:
      nil
    }
  }

  /// How many entries of a packed block one element takes: a field and its value are two.
  private var entriesPerElement: Int {
    switch self {
    case .hashListpackExPreGA, .hashListpackEx: 3
    case .hashListpack, .hashZiplist, .zsetListpack, .zsetZiplist: 2
    default: 1
    }
  }

  /// How many elements the header of `block` states, which is packed as this type says; nil if it does not
  /// say, or can't be read. The elements are not looked at, and of compressed bytes only the first.
  public func statedElements(of block: EncodedString) -> Int? {
    guard let packing, let header = block.leadingBytes(packing.headerLength) else { return nil }
    func number(at place: Int, bytes: Int) -> Int {
      (0..<bytes).reduce(0) { $0 | Int(header[place + $1]) << (8 * $1) }
    }
    switch packing {
    case .listpack, .ziplist:
      let count = number(at: packing.headerLength - 2, bytes: 2)
      return count == Int(UInt16.max) ? nil : count / entriesPerElement
    case .intset: return number(at: 4, bytes: 4)
    // zipmap.c: 254 and above say that the fields have to be counted.
    case .zipmap: return header[0] < 254 ? Int(header[0]) : nil
    }
  }
}

extension EncodedString {
  /// The length in bytes, of compressed bytes no more than they can expand to.
  public var plausibleCount: Int {
    switch self {
    case .plain(let bytes): return bytes.count
    case .integer(let value): return value.decimalLength
    case .compressed(let bytes, let length, _):
      let most = UInt64(bytes.count).multipliedReportingOverflow(by: LZF.largestExpansion)
      return Int(clamping: most.overflow ? length : min(length, most.partialValue))
    }
  }

  /// The first `count` bytes, at most 16, and zeros behind them; nil if there are not so many.
  func leadingBytes(_ count: Int) -> [16 of UInt8]? {
    switch self {
    case .plain(let bytes):
      guard bytes.count >= count else { return nil }
      var leading = [16 of UInt8](repeating: 0)
      for index in 0..<count { leading[index] = bytes[index] }
      return leading
    case .integer: return nil
    case .compressed(let bytes, _, _): return LZF.leadingBytes(count, of: bytes)
    }
  }
}

extension Int64 {
  /// How many characters the decimal text has, with its sign.
  fileprivate var decimalLength: Int {
    var length = self < 0 ? 2 : 1
    var rest = magnitude / 10
    while rest > 0 {
      length += 1
      rest /= 10
    }
    return length
  }
}
