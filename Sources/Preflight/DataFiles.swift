internal import BinaryInput

/// The files of a data directory, as a server finds them that starts there.
struct DataFiles: Sendable {
  let folder: any FileFolder
  /// The paths of the files, sorted.
  let names: [String]
  private let set: Set<String>

  init(_ folder: any FileFolder) throws(InputError) {
    self.folder = folder
    names = try folder.files()
    set = Set(names)
  }

  /// The data directory in a folder: the folder itself, or, of an archive, the one nearest to the top that has what a
  /// server would look for.
  ///
  /// - Throws: `InputError` if the folder can't be listed, or several are as near.
  static func locate(
    in folder: any FileFolder, isArchive: Bool, _ configuration: ServerConfiguration
  ) throws(InputError) -> DataFiles {
    let files = try DataFiles(folder)
    guard isArchive else { return files }
    var places: Set<String> = []
    for name in files.names {
      var parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      let last = parts.removeLast()
      if parts.last == configuration.logFolder {
        places.insert(parts.dropLast().joined(separator: "/"))
      } else if last == configuration.dumpName || last == configuration.logName {
        places.insert(parts.joined(separator: "/"))
      }
    }
    func depth(_ place: String) -> Int { place.isEmpty ? 0 : place.split(separator: "/").count }
    let least = places.map(depth).min() ?? 0
    let nearest = places.filter { depth($0) == least }.sorted()
    guard nearest.count < 2 else {
      throw InputError(
        path: folder.path,
        problem: "has \(nearest.count) data directories; unpack the one that is meant")
    }
    guard let place = nearest.first, !place.isEmpty else { return files }
    return try DataFiles(Subfolder(place, in: folder))
  }

  /// Whether there is a file at a path.
  func has(_ name: String) -> Bool { set.contains(name) }

  /// Whether there is a folder at a path.
  func hasFolder(_ name: String) -> Bool {
    folder.attributes(of: name)?.isFolder == true || names.contains { $0.hasPrefix(name + "/") }
  }

  /// The names of the files that are directly in a folder.
  func names(in name: String) -> [String] {
    let prefix = name + "/"
    return names.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
      .filter { !$0.contains("/") }
  }

  /// The size of a file; 0 if nothing is known.
  func size(of name: String) -> Int { folder.attributes(of: name)?.size ?? 0 }

  /// When a file was changed, in Unix milliseconds; nil if that is not known.
  func modified(_ name: String) -> Int? {
    folder.attributes(of: name)?.modifiedAt.map { Int($0) }
  }
}
