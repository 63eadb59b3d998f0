internal import BinaryInput
internal import Foundation
internal import SystemPackage

/// A folder beside the place that it is for, with a name that says so: `.data.lossmap-new-…`.
///
/// Whoever makes it holds a lock on it for as long as the process lives. What a process that was killed has left behind
/// has no lock any more, and the next run clears it away. Between making the folder and locking it, another run into the
/// same place could take it for such: then this one fails, and says so.
struct StageDraft {
  let url: URL
  private let lock: FileDescriptor

  /// Makes the folder.
  init(for place: URL) throws {
    url = place.deletingLastPathComponent().appending(
      path: Self.prefix(place, "new") + UUID().uuidString, directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    lock = try Self.open(url)
    _ = flock(lock.rawValue, LOCK_EX | LOCK_NB)
  }

  /// Lets go of the folder, wherever it is by now.
  func release() { try? lock.close() }

  /// Removes the folder.
  func remove() {
    try? FileManager.default.removeItem(at: url)
    release()
  }

  /// Where an empty folder steps aside that is in the place.
  static func asideURL(of place: URL) -> URL {
    place.deletingLastPathComponent().appending(
      path: prefix(place, "old") + UUID().uuidString, directoryHint: .isDirectory)
  }

  /// Removes what runs that were killed have left behind, and returns their names.
  static func clear(beside place: URL) -> [String] {
    let parent = place.deletingLastPathComponent()
    let files = FileManager.default
    let names =
      (try? files.contentsOfDirectory(atPath: parent.path(percentEncoded: false)))?.sorted() ?? []
    return names.filter { name in
      let url = parent.appending(path: name, directoryHint: .isDirectory)
      let path = url.path(percentEncoded: false)
      if name.hasPrefix(prefix(place, "old")) {
        // Nothing was in it.
        guard (try? files.contentsOfDirectory(atPath: path))?.isEmpty == true else { return false }
        return (try? files.removeItem(at: url)) != nil
      }
      guard name.hasPrefix(prefix(place, "new")), let descriptor = try? open(url) else {
        return false
      }
      defer { try? descriptor.close() }
      guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 else { return false }
      return (try? files.removeItem(at: url)) != nil
    }
  }

  private static func prefix(_ place: URL, _ role: String) -> String {
    ".\(place.lastPathComponent).lossmap-\(role)-"
  }

  private static func open(_ url: URL) throws -> FileDescriptor {
    try FileDescriptor.open(
      FilePath(url.path(percentEncoded: false)), .readOnly,
      options: [.directory, .noFollow, .closeOnExec])
  }
}
