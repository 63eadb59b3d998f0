import AOF
import BinaryInput
import Foundation
import TestSupport

/// A log in a folder, as a server keeps it.
struct LogFolder {
  static let base = "appendonly.aof.1.base.rdb"
  static let increment = "appendonly.aof.1.incr.aof"
  static let second = "appendonly.aof.2.incr.aof"

  let folder: TemporaryFolder
  /// The folder of the log.
  let path: String

  /// Makes a log of files; without a manifest of its own, it gets one that lists them all.
  init(_ files: [(name: String, bytes: [UInt8])], manifest: String?? = .some(nil)) throws {
    folder = try TemporaryFolder()
    let url = folder.url.appending(path: "appendonlydir")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.filePath
    var lines = ""
    for (index, file) in files.enumerated() {
      try Data(file.bytes).write(to: url.appending(path: file.name))
      let type = file.name.contains(".base.") ? "b" : "i"
      lines += "file \(file.name) seq \(index + 1) type \(type)\n"
    }
    if case .some(let text) = manifest {
      try Data((text ?? lines).utf8).write(to: url.appending(path: "appendonly.aof.manifest"))
    }
  }

  /// Writes a file again.
  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(filePath: path).appending(path: name))
  }

  /// How large a file is by now.
  func size(of name: String) throws -> Int {
    try Data(contentsOf: URL(filePath: path).appending(path: name)).count
  }

  /// What a server does with the log: the number of its keys, or nil if it does not start.
  func keysAfterLoading(_ arguments: String...) throws -> Int? {
    let server: RedisServer
    do {
      server = try RedisServer(in: folder, ["--appendonly", "yes"] + arguments)
    } catch is RESPError {
      return nil
    }
    defer { server.stop() }
    guard case .integer(let count) = try server.command("DBSIZE") else { return nil }
    return Int(count)
  }
}

/// Walks a log to its end and returns the surveys of its parts.
func surveys(
  _ log: AppendOnlyLog, cut: LogCut? = nil
) throws -> (parts: [CommandSurvey], warning: LogProblem?) {
  var walk = try LogWalk(log, cut: cut)
  var surveys: [CommandSurvey] = []
  while let part = walk.nextPart() {
    // The tests' snapshots are whole files.
    surveys.append(try walk.commands(from: part.beginsWithSnapshot ? part.file.size : 0))
  }
  try walk.finish()
  return (surveys, walk.warning)
}
