internal import BinaryInput

/// Values that stand in the file as one block of bytes with an encoding of its own.
enum PackedValue {
  /// How the block is laid out, and what it stands for.
  enum Layout {
    case hashZipmap
    case listZiplist, zsetZiplist, hashZiplist
    case setIntset
    case listListpack, setListpack, zsetListpack, hashListpack, hashListpackEx
  }

  /// Reads a string object and, if elements are wanted, opens the block in it.
  static func parse<V: ValueVisitor & ~Copyable>(
    _ layout: Layout, _ reader: inout ByteReader, _ visitor: inout V,
    _ blob: inout ScratchBuffer, _ scratch: inout ElementScratch
  ) throws(FormatError) {
    let start = reader.offset
    let block = try EncodedString(parsing: &reader)
    if V.readsParts { try visitor.part(block, .packed) }
    guard V.readsElements else { return }
    guard case .plain(let bytes) = block else {
      do {
        let bytes = try block.bytes(in: &blob)
        try open(layout, bytes, at: 0, &visitor, &scratch)
      } catch {
        throw error.insideExpanded(stringAt: start)
      }
      return
    }
    try open(layout, bytes, at: reader.offset - bytes.count, &visitor, &scratch)
  }

  private static func open<V: ValueVisitor & ~Copyable>(
    _ layout: Layout, _ block: Span<UInt8>, at base: Int, _ visitor: inout V,
    _ scratch: inout ElementScratch
  ) throws(FormatError) {
    switch layout {
    case .hashZipmap:
      try zipmap(block, at: base, &visitor)
    case .setIntset:
      try intset(block, at: base, &visitor, &scratch)
    case .listZiplist, .zsetZiplist, .hashZiplist:
      var ziplist = try Ziplist(block, at: base)
      do {
        switch layout {
        case .listZiplist: try list(of: &ziplist, &visitor, &scratch)
        case .zsetZiplist: try sortedSet(of: &ziplist, &visitor, &scratch)
        default: try hash(of: &ziplist, &visitor, &scratch)
        }
      } catch {
        throw error.within("ziplist entry \(ziplist.entriesRead)")
      }
    case .listListpack, .setListpack, .zsetListpack, .hashListpack, .hashListpackEx:
      var listpack = try Listpack(block, at: base)
      do {
        switch layout {
        case .listListpack: try list(of: &listpack, &visitor, &scratch)
        case .setListpack: try set(of: &listpack, &visitor, &scratch)
        case .zsetListpack: try sortedSet(of: &listpack, &visitor, &scratch)
        case .hashListpackEx: try ExpiringHash.listpack(&listpack, &visitor, &scratch)
        default: try hash(of: &listpack, &visitor, &scratch)
        }
      } catch {
        throw error.within("listpack entry \(listpack.entriesRead)")
      }
    }
  }

  private static func list<P: PackedSequence & ~Escapable, V: ValueVisitor & ~Copyable>(
    of entries: inout P, _ visitor: inout V, _ scratch: inout ElementScratch
  ) throws(FormatError) {
    while let element = try entries.next() {
      try visitor.listElement(try element.bytes(in: &scratch.first))
    }
  }

  private static func set<P: PackedSequence & ~Escapable, V: ValueVisitor & ~Copyable>(
    of entries: inout P, _ visitor: inout V, _ scratch: inout ElementScratch
  ) throws(FormatError) {
    while let member = try entries.next() {
      try visitor.setMember(try member.bytes(in: &scratch.first))
    }
  }

  private static func hash<P: PackedSequence & ~Escapable, V: ValueVisitor & ~Copyable>(
    of entries: inout P, _ visitor: inout V, _ scratch: inout ElementScratch
  ) throws(FormatError) {
    while let field = try entries.next() {
      let value = try entries.expectNext("value", at: entries.offset)
      try field.expand(into: &scratch.first)
      try value.expand(into: &scratch.second)
      try visitor.hashField(
        field.bytes(from: scratch.first), value: value.bytes(from: scratch.second),
        expiry: nil)
    }
  }

  private static func sortedSet<P: PackedSequence & ~Escapable, V: ValueVisitor & ~Copyable>(
    of entries: inout P, _ visitor: inout V, _ scratch: inout ElementScratch
  ) throws(FormatError) {
    while let member = try entries.next() {
      let offset = entries.offset
      let score = try Score.packed(try entries.expectNext("score", at: offset), at: offset)
      try visitor.sortedSetMember(try member.bytes(in: &scratch.first), score: score)
    }
  }

  private static func zipmap<V: ValueVisitor & ~Copyable>(
    _ block: Span<UInt8>, at base: Int, _ visitor: inout V
  ) throws(FormatError) {
    var zipmap = try Zipmap(block, at: base)
    do {
      while let field = try zipmap.nextField() {
        try visitor.hashField(field, value: try zipmap.value(), expiry: nil)
      }
    } catch {
      throw error.within("zipmap")
    }
  }

  private static func intset<V: ValueVisitor & ~Copyable>(
    _ block: Span<UInt8>, at base: Int, _ visitor: inout V, _ scratch: inout ElementScratch
  ) throws(FormatError) {
    do {
      var intset = try Intset(block, at: base)
      while let member = try intset.next() {
        scratch.first.setDecimal(member)
        try visitor.setMember(scratch.first.bytes)
      }
    } catch {
      throw error.within("intset")
    }
  }
}

extension FormatError {
  /// Returns the error as one inside data that had to be made: its place is that of the string object
  /// in the file, and how far into the expanded data it was becomes part of the path.
  func insideExpanded(stringAt start: Int) -> FormatError {
    guard code != FormatRule.lzfLength.code else { return self }
    var error = self
    error.path.append("decompressed byte \(offset)")
    error.offset = start
    return error
  }
}
