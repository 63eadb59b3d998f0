internal import BinaryInput

/// What becomes of a file when a server starts in its data directory, and is stopped.
public struct FileFate: Equatable, Sendable {
  /// What a server does to a file when it starts.
  public enum Change: Equatable, Sendable {
    /// It makes the file.
    case created
    /// It writes another one in its place.
    case overwritten
    /// It writes on behind its end, as soon as somebody writes.
    case writtenOn
    /// It cuts the file off.
    case truncated(at: Int)
    /// It moves the file.
    case moved(to: String)
    /// It deletes the file.
    case deleted

    /// The stable name, for machine output.
    public var name: String {
      switch self {
      case .created: "created"
      case .overwritten: "overwritten"
      case .writtenOn: "written-on"
      case .truncated: "truncated"
      case .moved: "moved"
      case .deleted: "deleted"
      }
    }
  }

  /// The path in the data directory.
  public internal(set) var path: String
  /// How many bytes it has; nil if it is not there yet.
  public let bytes: Int?
  /// When it was changed, in Unix milliseconds; nil if that is not known.
  public let modifiedAt: Int64?
  /// Whether the server reads it.
  public internal(set) var isLoaded = false
  /// What the server does to it when it starts, in this order.
  public internal(set) var onStart: [Change] = []
  /// What the server does to it later: at a save point, or when it is stopped.
  public internal(set) var later: Change?

  /// Whether the server neither reads nor changes it.
  public var isIgnored: Bool { !isLoaded && onStart.isEmpty && later == nil }
}

/// Collects what becomes of files: those of the directory that belong to a server first.
struct FateList {
  private(set) var list: [FileFate] = []
  private var places: [String: Int] = [:]
  private let files: DataFiles

  /// A directory could have any number of files.
  private static let most = 1000

  init(_ files: DataFiles) {
    self.files = files
    for name in files.names where Self.isOfServer(name) && list.count < Self.most { add(name) }
  }

  private mutating func add(_ name: String) {
    let attributes = files.folder.attributes(of: name)
    places[name] = list.count
    list.append(
      FileFate(
        path: name, bytes: files.has(name) ? attributes?.size ?? 0 : nil,
        modifiedAt: attributes?.modifiedAt))
  }

  /// Whether a file has a name as servers give them.
  private static func isOfServer(_ name: String) -> Bool {
    [".rdb", ".aof", ".manifest"].contains { name.hasSuffix($0) }
  }

  mutating func isLoaded(_ name: String) { edit(name) { $0.isLoaded = true } }

  mutating func change(_ name: String, _ change: FileFate.Change) {
    guard files.has(name) else { return }
    edit(name) { $0.onStart.append(change) }
  }

  /// The server writes the file when it starts.
  mutating func write(_ name: String) {
    edit(name) { fate in
      let change: FileFate.Change = fate.bytes == nil ? .created : .overwritten
      if !fate.onStart.contains(change) { fate.onStart.append(change) }
    }
  }

  /// The server opens the file to write behind its end.
  mutating func writeOn(_ name: String) {
    edit(name) { $0.onStart.append($0.bytes == nil ? .created : .writtenOn) }
  }

  /// The server writes the file when it saves.
  mutating func overwriteLater(_ name: String) {
    edit(name) { $0.later = $0.bytes == nil ? .created : .overwritten }
  }

  private mutating func edit(_ name: String, _ body: (inout FileFate) -> Void) {
    if places[name] == nil { add(name) }
    if let place = places[name] { body(&list[place]) }
  }
}
