public import AOF
internal import Archive
public import BinaryInput
internal import RDB

/// What a path stands for: a data set, in one of the forms in which people keep them.
public struct Backup: Sendable {
  /// Where the data are.
  public enum Contents: Sendable {
    /// An RDB file.
    case snapshot(InputFile)
    /// An append-only log.
    case log(AppendOnlyLog)
  }

  /// What it came in.
  public enum Container: String, Sendable {
    /// A file of its own.
    case file
    /// A folder.
    case directory
    /// An archive or compressed file.
    case archive
  }

  /// Where the data are.
  public let contents: Contents
  /// What they came in.
  public let container: Container

  /// Finds out what is at `path`: a file, a data directory, an `appendonlydir`, an archive of one, a compressed
  /// file. Of a folder or archive counts what a server with the log switched on, where there is one, would load;
  /// `part` names another file in it.
  ///
  /// - Throws: `InputError` if it can't be opened or is no backup.
  public init(path: String, part: String? = nil) throws(InputError) {
    if let folder = DiskFolder(path) {
      self.init(try Self.contents(of: folder, part: part), in: .directory)
    } else {
      try self.init(InputFile(path: path), part: part)
    }
  }

  /// Finds out what a file holds.
  ///
  /// - Throws: as for a path.
  public init(_ file: InputFile, part: String? = nil) throws(InputError) {
    guard try BackupKind(of: file) == .archive else {
      guard part == nil else {
        throw InputError(
          path: file.path, problem: "is a single file: --part chooses one in a folder")
      }
      let folder = DiskFolder(Self.parent(of: file.path))
      self.init(try Self.contents(of: file, in: folder), in: .file)
      return
    }
    let archive = try ArchiveFile(file)
    if archive.isTar {
      self.init(try Self.contents(of: ArchiveFolder(archive), part: part), in: .archive)
    } else {
      guard let member = archive.members.first else {
        throw InputError(path: file.path, problem: "is compressed, and empty")
      }
      let inner = archive.open(member)
      self.init(try Self.contents(of: inner, in: nil), in: .archive)
    }
  }

  private init(_ contents: Contents, in container: Container) {
    self.contents = contents
    self.container = container
  }

  // MARK: Files

  /// What a file is, which stands in `folder`, if that is known.
  private static func contents(
    of file: InputFile, in folder: (any FileFolder)?
  ) throws(InputError) -> Contents {
    switch try BackupKind(of: file) {
    case .rdb:
      return hasCommands(file) ? .log(try log(file)) : .snapshot(file)
    case .aof: return .log(try log(file))
    case .manifest:
      guard let folder else {
        throw InputError(path: file.path, problem: "is a manifest without the files that it lists")
      }
      return .log(try AppendOnlyLog(manifest: file, in: folder))
    case .archive:
      throw InputError(path: file.path, problem: "is an archive in an archive")
    }
  }

  private static func log(_ file: InputFile) throws(InputError) -> AppendOnlyLog {
    do throws(FormatError) {
      return try AppendOnlyLog(file: file)
    } catch {
      throw InputError(path: file.path, problem: error.message)
    }
  }

  /// Whether an RDB says that the commands of a log follow it (Redis 4.0 to 6.2).
  private static func hasCommands(_ file: InputFile) -> Bool {
    guard var reader = try? RDBReader(file) else { return false }
    while let record = try? reader.next(), record == .auxiliary {
      guard let isPreamble = try? isPreambleMark(reader) else { return false }
      if isPreamble { return true }
    }
    return false
  }

  private static func isPreambleMark(_ reader: borrowing RDBReader) throws(FormatError) -> Bool {
    var scratch = ScratchBuffer()
    let field = try reader.auxiliary()
    guard try EscapedBytes(field.name.bytes(in: &scratch)).description == "aof-preamble" else {
      return false
    }
    return try EscapedBytes(field.value.bytes(in: &scratch)).description == "1"
  }

  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  // MARK: Folders

  /// What counts in a folder.
  private static func contents(of folder: any FileFolder, part: String?) throws(InputError)
    -> Contents
  {
    if let part {
      let file = try folder.open(part)
      return try contents(of: file, in: self.folder(of: part, in: folder))
    }
    let files = try folder.files()
    // The log of a folder, of the data directory that it is, or of one that was packed with its own name.
    let manifests = files.filter { isManifest($0) }
    if let manifest = nearest(manifests, of: folder) {
      return .log(try AppendOnlyLog(in: self.folder(of: manifest, in: folder)))
    }
    if let log = nearest(files.filter { name(of: $0) == "appendonly.aof" }, of: folder) {
      return try contents(of: folder.open(log), in: nil)
    }
    let snapshots = files.filter { $0.hasSuffix(".rdb") }
    let dumps = snapshots.filter { name(of: $0) == "dump.rdb" }
    if let dump = nearest(dumps.isEmpty ? snapshots : dumps, of: folder) {
      return try contents(of: folder.open(dump), in: nil)
    }
    if let log = try? AppendOnlyLog(in: folder) { return .log(log) }
    throw InputError(
      path: folder.path,
      problem: snapshots.isEmpty
        ? "has neither an append-only log nor an RDB file"
        : "has \(snapshots.count) RDB files; name the one that is meant (--part)")
  }

  private static func isManifest(_ file: String) -> Bool {
    let name = name(of: file)
    return name.hasSuffix(".manifest") && !name.hasPrefix("temp")
  }

  /// The one of these files that is closest to the top; nil if there is none, or several are as close.
  private static func nearest(_ files: [String], of folder: any FileFolder) -> String? {
    func depth(_ file: String) -> Int { file.utf8.count { $0 == UInt8(ascii: "/") } }
    guard let least = files.map(depth).min() else { return nil }
    let candidates = files.filter { depth($0) == least }
    return candidates.count == 1 ? candidates[0] : nil
  }

  private static func name(of file: String) -> String {
    file.split(separator: "/").last.map(String.init) ?? file
  }

  /// The folder in which a file of `folder` is.
  private static func folder(of file: String, in folder: any FileFolder) -> any FileFolder {
    guard let slash = file.lastIndex(of: "/") else { return folder }
    return Subfolder(String(file[..<slash]), in: folder)
  }
}
