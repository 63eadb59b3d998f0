internal import BinaryInput
internal import RDB

extension RDBValue {
  /// Whether a server with default settings keeps the value in another encoding than the file has, and so
  /// takes it apart while loading it (`hash-max-listpack-entries` and its like, as in Redis 7.0). The longest
  /// element that was seen in it has `longest` bytes.
  func isConverted(longest: Int, scratch: inout ValueScratch) -> Bool {
    let stated = statedElements(scratch: &scratch)
    switch type {
    // Loaded element by element into a listpack, as long as it is small.
    case .hash: return stated.map { $0 > Self.mostFields } ?? true || longest > Self.longestPacked
    case .hashListpack: return stated.map { $0 > 2 * Self.mostFields } ?? true
    case .hashListpackEx, .hashListpackExPreGA:
      return stated.map { $0 > 3 * Self.mostFields } ?? true
    case .zsetListpack: return stated.map { $0 > 2 * Self.mostMembers } ?? true
    case .setListpack: return stated.map { $0 > Self.mostMembers } ?? true
    case .setIntset: return stated.map { $0 > Self.mostFields } ?? true
    // This layout lacks the first id, which is looked for among the entries.
    case .streamListpacks: return true
    default: return false
    }
  }

  private static var mostFields: Int { 512 }
  private static var mostMembers: Int { 128 }
  private static var longestPacked: Int { 64 }
}
