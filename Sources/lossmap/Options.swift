internal import AOF
internal import ArgumentParser
internal import Backup
internal import BinaryInput
internal import Foundation
internal import Impact
internal import Keyspace
internal import RDB
internal import Reports

/// A moment on the command line.
struct Moment {
  let milliseconds: Int64

  /// Reads a moment.
  ///
  /// - Throws: `ValidationError` that shows how one is written.
  static func parse(_ argument: String) throws -> Moment {
    guard let timestamp = Timestamp(parsing: argument) else {
      throw ValidationError(
        "'\(EscapedBytes(Array(argument.utf8)))' is no moment: write 2026-03-11T01:00:00Z, with a zone"
      )
    }
    return Moment(milliseconds: timestamp.milliseconds)
  }

  static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }
}

/// What a backup may be, for help texts.
let backupHelp = "An RDB file, an append-only file, its manifest, or its folder (appendonlydir)."

/// How a moment is written, for help texts.
let momentHelp = "RFC 3339 with a zone, or Unix seconds or milliseconds"

/// A duration on the command line: `26h`, `7d`.
struct Duration: ExpressibleByArgument {
  let milliseconds: Int64

  init?(argument: String) {
    guard let milliseconds = parseDuration(argument) else { return nil }
    self.milliseconds = milliseconds
  }
}

/// A server release on the command line.
struct Target: ExpressibleByArgument {
  let release: ServerRelease

  init?(argument: String) {
    guard let release = ServerRelease(name: argument) else { return nil }
    self.release = release
  }

  static var allValueStrings: [String] { ServerRelease.all.map(\.name) }
  static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

/// Where the answer goes, and in which style.
struct OutputOptions: ParsableArguments {
  @Option(
    name: [.customShort("o"), .customLong("output")], help: "Write the answer to this file.",
    completion: .file())
  var output: String?

  @Flag(help: "Write no colours, even on a terminal.")
  var noColor = false

  @Option(
    help: "Speak en or zh to people; machine formats stay as they are. (default: what LANG says)")
  var lang: LanguageOption?

  /// The language for people.
  var language: Language {
    (lang ?? .preferred(by: ProcessInfo.processInfo.environment)).language
  }

  /// Colours only where somebody sees them.
  var style: TextStyle {
    let environment = ProcessInfo.processInfo.environment
    let isWanted =
      !noColor && output == nil && isatty(STDOUT_FILENO) == 1
      && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
    return TextStyle(hasColor: isWanted)
  }

  /// Opens where the answer goes. An input is never written to.
  func open(besides inputs: [String?]) throws -> Output {
    guard let output else { return Output() }
    return try Self.create(output, besides: inputs)
  }

  /// Creates or empties the file at `path`, unless it is one of the inputs.
  static func create(_ path: String, besides inputs: [String?]) throws -> Output {
    try refuse(path, ifAmong: inputs)
    return try Output(path: path)
  }

  /// Refuses to write to an input, or to a file in a folder that is one: what is read of it is not known before.
  static func refuse(_ path: String, ifAmong inputs: [String?]) throws {
    for input in inputs.compactMap(\.self)
    where isSameFile(path, input) || isFile(path, insideOf: folder(of: input)) {
      throw ValidationError(
        "\(EscapedBytes(Array(path.utf8))) is an input, which is never written to")
    }
  }

  /// The folder that an input is, or whose files a manifest names; nil for another file.
  private static func folder(of input: String) -> URL? {
    let url = URL(filePath: input).standardizedFileURL.resolvingSymlinksInPath()
    if input.hasSuffix(".manifest") { return url.deletingLastPathComponent() }
    let attributes = try? FileManager.default.attributesOfItem(
      atPath: url.path(percentEncoded: false))
    return attributes?[.type] as? FileAttributeType == .typeDirectory ? url : nil
  }

  private static func isFile(_ path: String, insideOf folder: URL?) -> Bool {
    guard let folder else { return false }
    let url = URL(filePath: path).standardizedFileURL.resolvingSymlinksInPath()
    return FileManager.default.fileExists(atPath: url.path(percentEncoded: false))
      && url.pathComponents.count > folder.pathComponents.count
      && url.pathComponents.starts(with: folder.pathComponents)
  }

  private static func isSameFile(_ first: String, _ second: String) -> Bool {
    func identity(_ path: String) -> [FileAttributeKey: Any]? {
      let resolved = URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
      return try? FileManager.default.attributesOfItem(atPath: resolved)
    }
    guard let left = identity(first), let right = identity(second) else { return false }
    let isSameNode = left[.systemFileNumber] as? UInt64 == right[.systemFileNumber] as? UInt64
    return isSameNode && left[.systemNumber] as? UInt64 == right[.systemNumber] as? UInt64
  }
}

/// A language on the command line.
enum LanguageOption: String, CaseIterable, ExpressibleByArgument {
  case en, zh

  var language: Language {
    switch self {
    case .en: .english
    case .zh: .chinese
    }
  }

  /// The language of an environment, by the variables that decide about messages.
  static func preferred(by environment: [String: String]) -> LanguageOption {
    let names = ["LC_ALL", "LC_MESSAGES", "LANG"]
    let locale = names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    return locale.lowercased().hasPrefix("zh") ? .zh : .en
  }
}

/// Which policy says what keys mean.
struct PolicyOptions: ParsableArguments {
  @Option(
    help: "Use this policy file instead of the built-in policy.",
    completion: .file(extensions: ["yaml", "yml"]))
  var policy: String?

  /// Reads the policy.
  ///
  /// - Throws: `InputError` or `PolicyError`.
  func load() throws -> Policy {
    guard let policy else { return try Policy.builtIn() }
    return try PolicySource(path: policy).policy()
  }
}

/// A policy file.
struct PolicySource {
  let path: String
  let text: String

  /// Reads the file at `path`.
  ///
  /// - Throws: `InputError` if that can't be done.
  init(path: String) throws {
    self.path = path
    guard let data = FileManager.default.contents(atPath: path) else {
      throw InputError(path: path, problem: "can't be read")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw InputError(path: path, problem: "is not valid UTF-8")
    }
    self.text = text
  }

  /// What the file says.
  ///
  /// - Throws: `PolicyError` with the path in front.
  func policy() throws -> Policy {
    do {
      return try Policy(yaml: text)
    } catch {
      throw PolicyError(
        line: error.line, field: error.field, message: error.message, path: path)
    }
  }
}

extension BinaryInput.InputFile {
  /// Opens an RDB file.
  ///
  /// - Throws: `InputError` if it can't be opened or is none.
  static func backup(at path: String) throws(InputError) -> InputFile {
    let file = try InputFile(path: path)
    guard try BackupKind(of: file) == .rdb else {
      throw InputError(path: path, problem: "is part of an append-only log, no RDB file")
    }
    return file
  }
}

extension Snapshot {
  /// A backup as the command line names it.
  struct Input {
    var path: String
    var part: String?
    var cut: LogCut?
  }

  /// Opens several backups.
  ///
  /// - Throws: if some can't be used, the error of the worst of them, the first of these.
  static func openAll(_ inputs: [Input]) throws -> [Snapshot] {
    let results = inputs.map { input in
      Result { try open(input.path, part: input.part, cut: input.cut) }
    }
    let failures = results.compactMap { result -> (error: any Error, status: ExitStatus)? in
      guard case .failure(let error) = result else { return nil }
      return (error, ExitStatus(ofInput: error))
    }
    let worst = ExitStatus.worst(of: failures.map(\.status))
    if worst == .unsupported {
      // Damage counts more, wherever it is.
      for case .success(let snapshot) in results { try snapshot.readThrough() }
    }
    if let failure = failures.first(where: { $0.status == worst }) { throw failure.error }
    return try results.map { try $0.get() }
  }

  /// Reads the backup to its end for nothing but its damage.
  fileprivate func readThrough() throws(BackupError) {
    do throws(FormatError) {
      try check()
    } catch {
      throw BackupError(path: path, error: error)
    }
  }
}
