internal import BinaryInput

extension RDBValue {
  /// How many elements the value's own header states, pairs counted twice where they are packed; nil if it
  /// does not say, or can't be read. The elements are not looked at.
  public func statedElements(scratch: inout ValueScratch) -> Int? {
    var reader = ByteReader(bytes, at: offset)
    do throws(FormatError) {
      switch type {
      case .list, .set, .zset, .zset2, .hash: return Int(clamping: try reader.length())
      case .hashListpackEx: _ = try reader.int64()
      case .hashListpack, .zsetListpack, .setListpack, .hashListpackExPreGA, .setIntset: break
      default: return nil
      }
      let block = try EncodedString(parsing: &reader)
      let bytes = try block.bytes(in: &scratch.blob)
      var header = ByteReader(bytes, at: 0)
      _ = try header.uint32()
      if type == .setIntset { return Int(try header.uint32()) }
      let count = try header.uint16()
      return count == .max ? nil : Int(count)
    } catch {
      return nil
    }
  }
}
