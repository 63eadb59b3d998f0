internal import AOF
internal import BinaryInput
internal import RDB

/// What a server does when it starts in a data directory: what it looks at, and what it would then write.
///
/// `server.c` of Redis 7.0, `main`: `aofLoadManifestFromDisk`, `loadDataFromDisk`, `aofOpenIfNeededOnServerStart`,
/// `aofDelHistoryFiles`, in this order; of 6.2 and before, `loadDataFromDisk` of a single file.
struct StartPlan {
  /// What it loads.
  enum Source {
    case log(AppendOnlyLog)
    case snapshot(InputFile)
    case nothing
  }

  let appendonly: Bool
  let source: Source
  /// The paths of the files that it loads, in its order.
  private(set) var loaded: [String] = []
  /// The manifest, which it reads with the log switched off, too.
  private(set) var manifest: Manifest?
  /// What is wrong with the manifest so that it does not start.
  private(set) var manifestProblem: LogProblem?
  /// Whether it moves a single file into the folder of its log before it loads it.
  private(set) var isUpgrade = false

  private let configuration: ServerConfiguration
  private let hasFolder: Bool

  /// Finds out what a server of this release would do.
  ///
  /// - Throws: `InputError` if what it would load can't be read here.
  init(
    _ files: DataFiles, _ configuration: ServerConfiguration, _ target: ServerRelease,
    appendonly: Bool
  ) throws(InputError) {
    self.appendonly = appendonly
    self.configuration = configuration
    hasFolder = target.keepsLogInFolder
    var log: AppendOnlyLog?
    let manifestName = "\(configuration.logFolder)/\(configuration.logName).manifest"
    if hasFolder, files.has(manifestName) {
      let opened = try AppendOnlyLog(
        manifest: files.folder.open(manifestName),
        in: Subfolder(configuration.logFolder, in: files.folder))
      manifest = opened.manifest
      manifestProblem = opened.problems.first {
        if case .manifestDamaged = $0.diagnosis { true } else { false }
      }
      log = opened
    }
    guard appendonly else {
      guard files.has(configuration.dumpName) else {
        source = .nothing
        return
      }
      source = .snapshot(try files.folder.open(configuration.dumpName))
      loaded = [configuration.dumpName]
      return
    }
    let hasEntries = manifest?.loaded.isEmpty == false
    if files.has(configuration.logName),
      !hasFolder || Self.mustUpgrade(files, configuration, manifest, manifestProblem)
    {
      isUpgrade = hasFolder
      source = .log(try Self.single(files.folder.open(configuration.logName)))
      loaded = [configuration.logName]
    } else if let log, hasEntries || manifestProblem != nil {
      source = .log(log)
      loaded = (manifest?.loaded ?? []).map { "\(configuration.logFolder)/\(Self.text($0.name))" }
    } else {
      source = .nothing
    }
  }

  /// `aof.c`, `loadAppendOnlyFiles`: without a log in the folder, or with one that is just the single file, which has
  /// not been moved yet, the single file becomes the base.
  private static func mustUpgrade(
    _ files: DataFiles, _ configuration: ServerConfiguration, _ manifest: Manifest?,
    _ problem: LogProblem?
  ) -> Bool {
    guard problem == nil else { return false }
    guard let entries = manifest?.loaded, !entries.isEmpty else { return true }
    return entries.count == 1 && entries[0].role == .base
      && text(entries[0].name) == configuration.logName
      && !files.has("\(configuration.logFolder)/\(configuration.logName)")
  }

  private static func single(_ file: InputFile) throws(InputError) -> AppendOnlyLog {
    do throws(FormatError) {
      return try AppendOnlyLog(file: file)
    } catch {
      throw InputError(path: file.path, problem: error.message)
    }
  }

  private static func text(_ name: [UInt8]) -> String { String(decoding: name, as: UTF8.self) }
}

extension StartPlan {
  /// What happens to the files if the server starts, runs, and is stopped: everything that a file in the directory has
  /// to fear, and what comes into being. A server that `isRefused` gives up when it has looked at what it would load;
  /// `cut` is the file that it cuts off, and where.
  func changes(_ files: DataFiles, isRefused: Bool, cut: (name: String, at: Int)?) -> [FileFate] {
    var fates = FateList(files)
    for name in loaded { fates.isLoaded(name) }
    if manifest != nil && appendonly && !isUpgrade { fates.isLoaded(manifestName) }
    if let cut { fates.change(cut.name, .truncated(at: cut.at)) }
    if isUpgrade {
      fates.change(configuration.logName, .moved(to: path(configuration.logName)))
      fates.write(manifestName)
    }
    guard !isRefused else { return fates.list }
    if appendonly {
      if hasFolder { openLog(&fates) } else { fates.writeOn(configuration.logName) }
    }
    if hasFolder { deleteHistory(&fates) }
    if configuration.hasSavePoints { fates.overwriteLater(configuration.dumpName) }
    return fates.list
  }

  /// `aofOpenIfNeededOnServerStart`: a base if there is no log, a last increment to write to, the manifest if that
  /// has changed it.
  private func openLog(_ fates: inout FateList) {
    let increments = isUpgrade ? [] : manifest?.entries.filter { $0.role == .increment } ?? []
    if case .nothing = source { fates.write(path(firstBase)) }
    guard let last = increments.last else {
      fates.writeOn(path(newIncrement))
      fates.write(manifestName)
      return
    }
    fates.writeOn(path(Self.text(last.name)))
  }

  private func deleteHistory(_ fates: inout FateList) {
    let history = manifest?.entries.filter { $0.role == .history } ?? []
    for entry in history { fates.change(path(Self.text(entry.name)), .deleted) }
    if !history.isEmpty { fates.write(manifestName) }
  }

  /// The base that a server makes of nothing.
  var firstBase: String {
    "\(configuration.logName).1.base.\(configuration.writesSnapshotBase ? "rdb" : "aof")"
  }

  /// The increment that a server makes if there is none: it writes on in a file that has this name already.
  var newIncrement: String {
    let increments = isUpgrade ? [] : manifest?.entries.filter { $0.role == .increment } ?? []
    let next = (increments.map(\.sequence).max() ?? 0).addingReportingOverflow(1).partialValue
    return "\(configuration.logName).\(next).incr.aof"
  }

  /// Whether the manifest leaves the server without an increment to write to.
  var makesIncrement: Bool {
    appendonly && hasFolder
      && (isUpgrade || manifest?.entries.contains { $0.role == .increment } != true)
  }

  private var manifestName: String { path("\(configuration.logName).manifest") }

  private func path(_ name: String) -> String { "\(configuration.logFolder)/\(name)" }
}
