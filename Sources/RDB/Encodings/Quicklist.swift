public import BinaryInput

extension FormatRule {
  /// A node of a list is neither plain nor packed, or has no bytes.
  public static let quicklistNode = FormatRule("quicklist-node")
}

/// Lists of nodes (`quicklist.c`): type 14 has ziplists, type 18 listpacks and single large elements.
enum Quicklist {
  private static let plain: UInt64 = 1  // QUICKLIST_NODE_CONTAINER_PLAIN
  private static let packed: UInt64 = 2  // QUICKLIST_NODE_CONTAINER_PACKED

  /// Type 14: a count of nodes, each a ziplist.
  static func ofZiplists<V: ValueVisitor & ~Copyable>(
    _ reader: inout ByteReader, _ visitor: inout V, _ blob: inout ScratchBuffer,
    _ scratch: inout ElementScratch
  ) throws(FormatError) {
    var node = 0
    do throws(FormatError) {
      for _ in 0..<(try reader.count()) {
        try checkNotEmpty(reader)
        try PackedValue.parse(.listZiplist, &reader, &visitor, &blob, &scratch)
        node += 1
      }
    } catch {
      throw error.within("node \(node)")
    }
  }

  /// Type 18: a count of nodes, each a container number and a listpack or an element.
  static func ofListpacks<V: ValueVisitor & ~Copyable>(
    _ reader: inout ByteReader, _ visitor: inout V, _ blob: inout ScratchBuffer,
    _ scratch: inout ElementScratch
  ) throws(FormatError) {
    var node = 0
    do throws(FormatError) {
      for _ in 0..<(try reader.count()) {
        let offset = reader.offset
        let container = try reader.length()
        try checkNotEmpty(reader)
        switch container {
        case packed:
          try PackedValue.parse(.listListpack, &reader, &visitor, &blob, &scratch)
        case plain:
          let element = try EncodedString(parsing: &reader)
          if V.readsParts { try visitor.part(element, .plainNode) }
          if V.readsElements {
            try visitor.listElement(try element.bytes(in: &scratch.first))
          }
        default:
          throw FormatError.malformed(
            .quicklistNode, "\(container) is no kind of list node", at: offset)
        }
        node += 1
      }
    } catch {
      throw error.within("node \(node)")
    }
  }

  /// An empty node fails the load ("quicklist ziplist integrity check failed").
  private static func checkNotEmpty(_ reader: ByteReader) throws(FormatError) {
    var ahead = reader
    // The length has more than one form, and each can say 0.
    guard try RDBLength(parsing: &ahead) != .number(0) else {
      throw .malformed(.quicklistNode, "a list node has no bytes", at: reader.offset)
    }
  }
}
