internal import Foundation

/// A folder of files: on disk, or in an archive.
public protocol FileFolder: Sendable {
  /// Where it is, as reports name it.
  var path: String { get }

  /// The paths of the files in it and below, relative to it, sorted.
  ///
  /// - Throws: `InputError` if they can't be listed.
  func files() throws(InputError) -> [String]

  /// The file at a path relative to the folder.
  ///
  /// - Throws: `InputError` if it is missing or can't be read.
  func open(_ name: String) throws(InputError) -> InputFile

  /// What is known of the file or folder at a path relative to this one, which itself is at `""`; nil if nothing is.
  func attributes(of name: String) -> FileAttributes?
}

/// What a folder says of a file or folder in it that nobody has opened.
public struct FileAttributes: Equatable, Sendable {
  /// Whether it is a folder.
  public let isFolder: Bool
  /// How many bytes it has.
  public let size: Int
  /// When it was changed, in Unix milliseconds; nil if that is not known.
  public let modifiedAt: Int64?
  /// Its permissions (`chmod`).
  public let permissions: Int
  /// The number of the user whose it is.
  public let owner: Int
  /// The number of its group.
  public let group: Int

  /// States what is known.
  public init(
    isFolder: Bool, size: Int, modifiedAt: Int64?, permissions: Int, owner: Int, group: Int
  ) {
    self.isFolder = isFolder
    self.size = size
    self.modifiedAt = modifiedAt
    self.permissions = permissions
    self.owner = owner
    self.group = group
  }
}

extension FileFolder {
  /// Nothing is known.
  public func attributes(of name: String) -> FileAttributes? { nil }

  /// The path of a file in it, as reports name it.
  public func path(of name: String) -> String {
    path.hasSuffix("/") ? path + name : "\(path)/\(name)"
  }

  /// The names of the files that are directly in it, sorted.
  ///
  /// - Throws: `InputError` if they can't be listed.
  public func names() throws(InputError) -> [String] { try files().filter { !$0.contains("/") } }
}

/// A folder on disk.
public struct DiskFolder: FileFolder {
  /// Where it is, as it was given.
  public let path: String

  /// A data directory has two levels: files, and the files of the log.
  private static let depth = 3

  /// The folder at `path`; nil if there is none.
  public init?(_ path: String) {
    var isFolder: ObjCBool = false
    let exists = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    guard exists, isFolder.boolValue else { return nil }
    self.path = path
  }

  /// The paths of the files in it and below, sorted.
  public func files() throws(InputError) -> [String] {
    var found: [String] = []
    try list("", depth: Self.depth, &found)
    return found.sorted()
  }

  /// The file at a path relative to the folder.
  ///
  /// - Throws: `InputError` if it is missing or can\'t be read.
  public func open(_ name: String) throws(InputError) -> InputFile {
    try InputFile(path: path(of: name))
  }

  /// What the file system says of a file or folder, links followed.
  public func attributes(of name: String) -> FileAttributes? {
    let path = URL(filePath: name.isEmpty ? self.path : path(of: name)).resolvingSymlinksInPath()
    guard
      let found = try? FileManager.default.attributesOfItem(
        atPath: path.path(percentEncoded: false))
    else { return nil }
    let modified = (found[.modificationDate] as? Date)?.timeIntervalSince1970
    return FileAttributes(
      isFolder: found[.type] as? FileAttributeType == .typeDirectory,
      size: (found[.size] as? NSNumber)?.intValue ?? 0,
      modifiedAt: modified.flatMap { Int64(exactly: ($0 * 1000).rounded(.down)) },
      permissions: (found[.posixPermissions] as? NSNumber)?.intValue ?? 0,
      owner: (found[.ownerAccountID] as? NSNumber)?.intValue ?? 0,
      group: (found[.groupOwnerAccountID] as? NSNumber)?.intValue ?? 0)
  }

  private func list(
    _ relative: String, depth: Int, _ found: inout [String]
  ) throws(InputError) {
    guard depth > 0 else { return }
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path(of: relative))
    } catch {
      guard relative.isEmpty else { return }
      throw InputError(path: path, problem: "is a folder that can't be read")
    }
    for name in names {
      let relative = relative.isEmpty ? name : "\(relative)/\(name)"
      if DiskFolder(path(of: relative)) != nil {
        try list(relative, depth: depth - 1, &found)
      } else {
        found.append(relative)
      }
    }
  }
}

/// A folder in another one.
public struct Subfolder: FileFolder {
  private let parent: any FileFolder
  private let name: String

  /// The folder `name` in `parent`.
  public init(_ name: String, in parent: any FileFolder) {
    self.parent = parent
    self.name = name
  }

  /// Where it is, as reports name it.
  public var path: String { parent.path(of: name) }

  /// The paths of the files in it and below, sorted.
  public func files() throws(InputError) -> [String] {
    let prefix = name + "/"
    return try parent.files().filter { $0.hasPrefix(prefix) }.map {
      String($0.dropFirst(prefix.count))
    }
  }

  /// The file at a path relative to the folder.
  ///
  /// - Throws: `InputError` if it is missing or can\'t be read.
  public func open(_ name: String) throws(InputError) -> InputFile {
    try parent.open("\(self.name)/\(name)")
  }

  /// What the folder in which this one is knows.
  public func attributes(of name: String) -> FileAttributes? {
    parent.attributes(of: name.isEmpty ? self.name : "\(self.name)/\(name)")
  }
}
