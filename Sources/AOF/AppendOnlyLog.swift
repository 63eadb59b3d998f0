public import BinaryInput

/// An append-only log: one file (Redis 6.2 and before), or those that a manifest lists.
///
///     let log = try AppendOnlyLog(folder: "appendonlydir")
///     var walk = LogWalk(log)
///     while let part = try walk.nextPart() { … }
public struct AppendOnlyLog: Sendable {
  /// The path as it was given.
  public let path: String
  /// The files that a server would load, in its order; those that are missing are left out.
  public let parts: [LogPart]
  /// The path of the manifest; nil if the log is a single file.
  public let manifestPath: String?
  /// The manifest; nil if the log is a single file, or the manifest can't be read.
  public let manifest: Manifest?
  /// What is wrong with manifest and folder.
  public let problems: [LogProblem]

  /// A manifest that takes more is none that a server wrote.
  private static let largestManifest = 1 << 24

  /// A log that is a single file.
  ///
  /// - Throws: `FormatError` if the file can't be read.
  public init(file: InputFile) throws(FormatError) {
    path = file.path
    parts = [try LogPart(.whole, file, isLast: true)]
    manifestPath = nil
    manifest = nil
    problems = []
  }

  /// The log that the manifest `file` lists; everything it names stands in `folder`, where the manifest is.
  ///
  /// - Throws: `InputError` if that can't be read.
  public init(
    manifest file: InputFile, in folder: any FileFolder, path: String? = nil
  ) throws(InputError) {
    self.path = path ?? file.path
    manifestPath = file.path
    let opened = try Self.open(file, in: folder)
    (manifest, parts, problems) = opened
  }

  /// The log in a folder: that of its manifest.
  ///
  /// - Throws: `InputError` if there is nothing like a log.
  public init(in folder: any FileFolder) throws(InputError) {
    let path = folder.path
    let names = try folder.names()
    let manifests = names.filter { $0.hasSuffix(".manifest") && !$0.hasPrefix("temp") }
    switch manifests.count {
    case 1:
      try self.init(manifest: folder.open(manifests[0]), in: folder, path: path)
    case 0 where names.contains(where: Self.looksLikePart):
      self.init(withoutManifest: path)
    case 0:
      throw InputError(path: path, problem: "is a folder without an append-only log")
    default:
      throw InputError(
        path: path, problem: "has \(manifests.count) manifests; name the one that is meant")
    }
  }

  /// The log in the folder at `path` on disk.
  ///
  /// - Throws: `InputError` if there is nothing like a log.
  public init(folder path: String) throws(InputError) {
    guard let folder = DiskFolder(path) else {
      throw InputError(path: path, problem: "is no folder")
    }
    try self.init(in: folder)
  }

  private init(withoutManifest path: String) {
    self.path = path
    parts = []
    manifestPath = nil
    manifest = nil
    problems = [LogProblem(.manifestMissing, in: path, at: 0, .startsEmpty)]
  }

  // MARK: Opening what a manifest lists

  private static func open(
    _ file: InputFile, in folder: any FileFolder
  ) throws(InputError) -> (Manifest?, [LogPart], [LogProblem]) {
    let manifest: Manifest
    do throws(FormatError) {
      guard file.size <= largestManifest else {
        throw .malformed(.manifestLine, "\(file.size) bytes are too many for a manifest", at: 0)
      }
      manifest = try Manifest(parsing: file.bytes(file.size))
    } catch {
      let problem = LogProblem(
        .manifestDamaged(error), in: file.path, at: error.offset, .refuses(cutAt: nil))
      return (nil, [], [problem])
    }
    var parts: [LogPart] = []
    var problems: [LogProblem] = []
    let entries = manifest.loaded
    for (index, entry) in entries.enumerated() {
      let name = String(decoding: entry.name, as: UTF8.self)
      do throws(InputError) {
        parts.append(
          try part(entry, folder.open(name), isLast: index == entries.count - 1))
      } catch {
        problems.append(
          LogProblem(
            .partMissing(error, entry.role), in: folder.path(of: name), at: 0,
            .refuses(cutAt: nil)))
      }
    }
    if entries.isEmpty {
      problems.append(LogProblem(.manifestListsNothing, in: file.path, at: 0, .startsEmpty))
    }
    problems += unlisted(in: folder, besides: manifest)
    return (manifest, parts, problems)
  }

  private static func part(
    _ entry: Manifest.Entry, _ file: InputFile, isLast: Bool
  ) throws(InputError) -> LogPart {
    do throws(FormatError) {
      return try LogPart(entry.role == .base ? .base : .increment, file, isLast: isLast)
    } catch {
      throw InputError(path: file.path, problem: error.message)
    }
  }

  /// Files that look like parts, and that the manifest does not list.
  private static func unlisted(
    in folder: any FileFolder, besides manifest: Manifest
  ) -> [LogProblem] {
    let listed = Set(manifest.entries.map { String(decoding: $0.name, as: UTF8.self) })
    return ((try? folder.names()) ?? [])
      .filter { looksLikePart($0) && !listed.contains($0) }
      .map { LogProblem(.partUnlisted, in: folder.path(of: $0), at: 0, .loads) }
  }

  /// Whether a file has a name as servers give it: `appendonly.aof.1.incr.aof`.
  private static func looksLikePart(_ name: String) -> Bool {
    [".base.rdb", ".base.aof", ".incr.aof"].contains { name.hasSuffix($0) }
      && !name.hasPrefix("temp")
  }
}
