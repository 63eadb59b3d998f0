import Foundation
import TestSupport

/// The files of a folder with their contents, by their paths in it.
struct FileTree: Equatable {
  var files: [String: Data] = [:]

  init() {}

  /// Reads a folder.
  init(at folder: URL) throws {
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.filePath)
    for name in names {
      let url = folder.appending(path: name)
      var isFolder: ObjCBool = false
      _ = unsafe FileManager.default.fileExists(atPath: url.filePath, isDirectory: &isFolder)
      if !isFolder.boolValue { files[name] = try Data(contentsOf: url) }
    }
  }

  subscript(name: String) -> Data? {
    get { files[name] }
    set { files[name] = newValue }
  }

  /// Writes the files below a folder, which is made if it is missing.
  func write(to folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, data) in files {
      let url = folder.appending(path: name)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try data.write(to: url)
    }
  }

  /// The files that have come, gone, or changed.
  func changes(to other: FileTree) -> Set<String> {
    Set(files.keys).union(other.files.keys).filter { files[$0] != other.files[$0] }
  }
}
