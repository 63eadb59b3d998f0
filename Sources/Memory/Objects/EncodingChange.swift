internal import RDB

/// What a server makes of an encoding in a file when it loads it (`rdb.c`, `rdbLoadObject`).
enum EncodingChange {
  /// The block becomes one of another kind that has so many bytes less.
  case shrinks(Int)
  /// It has more elements than the server keeps packed.
  case unpacks
  /// The server adds element after element, and chooses.
  case chooses
}

extension EncodingRules {
  /// What becomes of a value; nil if the server keeps it as it is.
  func change(of type: RDBValueType, _ layout: FileLayout) -> EncodingChange? {
    let count = layout.elements ?? .max
    switch type {
    case .setIntset: return count > integerSet ? .unpacks : nil
    case .hashListpack, .hashZiplist, .hashListpackEx, .hashListpackExPreGA:
      return count > packedHash.entries ? .unpacks : blockChange(of: type)
    case .zsetListpack, .zsetZiplist:
      return count > packedSortedSet.entries ? .unpacks : blockChange(of: type)
    case .setListpack: return count > packedSet.entries ? .unpacks : nil
    case .hashZipmap: return .chooses
    case .listZiplist: return blockChange(of: type)
    case .list: return .chooses
    case .set:
      let isPacked =
        count <= packedSet.entries && layout.longest <= packedSet.longest
        || layout.hasIntegersOnly && count <= integerSet
      return isPacked ? .chooses : nil
    case .hash:
      return count <= packedHash.entries && layout.longest <= packedHash.longest ? .chooses : nil
    case .zset, .zset2:
      let isPacked =
        count <= packedSortedSet.entries && layout.longest <= packedSortedSet.longest
      return isPacked ? .chooses : nil
    // Field expiries do not go with the plain listpack; Redis chooses by the same thresholds.
    case .hashMetadata, .hashMetadataPreGA, .valkeyHash2: return nil
    case .listQuicklist, .listQuicklist2: return nil
    case .string, .streamListpacks, .streamListpacks2, .streamListpacks3, .streamListpacks4,
      .streamListpacks5, .module2, .modulePreGA, .array:
      return nil
    }
  }

  /// A ziplist becomes a listpack, whose header is four bytes shorter and whose entries are as long.
  private func blockChange(of type: RDBValueType) -> EncodingChange? {
    let isZiplist = type == .hashZiplist || type == .zsetZiplist || type == .listZiplist
    return isZiplist && sizes.listNode == ObjectSizes.redis7.listNode ? .shrinks(4) : nil
  }
}
