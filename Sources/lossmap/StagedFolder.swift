internal import ArgumentParser
internal import Backup
internal import BinaryInput
internal import Foundation
internal import SystemPackage

/// A folder that comes into being whole or not at all: written beside its place, then renamed.
struct StagedFolder {
  private let path: String
  private let place: URL

  private static let pieceLength = 1 << 20

  /// Chooses the place. The input is never written to, nor into.
  ///
  /// - Throws: `ValidationError` if something is there, or it is inside the input.
  init(at path: String, besides input: String) throws {
    self.path = path
    let given = URL(filePath: path, directoryHint: .isDirectory).standardizedFileURL
    // A folder that is missing has no links to resolve, but what it will stand in may have.
    place =
      Self.exists(given)
      ? given.resolvingSymlinksInPath()
      : given.deletingLastPathComponent().resolvingSymlinksInPath()
        .appending(path: given.lastPathComponent, directoryHint: .isDirectory)
    if Self.exists(place) {
      guard let names = try? FileManager.default.contentsOfDirectory(atPath: place.plainPath) else {
        throw ValidationError("\(escaped(path)) is no folder that can be read")
      }
      guard names.isEmpty else {
        throw ValidationError(
          "\(escaped(path)) is not empty: stage writes into a folder of its own")
      }
    }
    let source = URL(filePath: input).standardizedFileURL.resolvingSymlinksInPath().plainPath
    guard !(place.plainPath + "/").hasPrefix(source + "/") else {
      throw ValidationError("\(escaped(path)) is inside the input, which is never written to")
    }
  }

  /// Writes the files of a data directory, compares them with their sources, and puts the folder in its place. A signal
  /// that asks the process to end is obeyed when nothing is left behind. The files get the time of what they hold, in Unix
  /// milliseconds, if it is known: whoever compares the two finds no older data in a newer file.
  ///
  /// - Throws: `OutputError`; nothing is left behind then.
  func write(_ directory: DataDirectory, savedAt: Int64?) throws(OutputError) {
    for name in StageDraft.clear(beside: place) {
      StandardError.write("lossmap: removed what an interrupted run has left: \(escaped(name))\n")
    }
    do {
      try Interruption.deferred {
        let draft = try StageDraft(for: place)
        do {
          try write(directory, savedAt: savedAt, to: draft.url)
          try putInPlace(draft.url)
        } catch {
          draft.remove()
          throw error
        }
        draft.release()
        try synchronize(place.deletingLastPathComponent())
      }
    } catch {
      throw outputError(error)
    }
  }

  // MARK: Steps

  private func write(_ directory: DataDirectory, savedAt: Int64?, to draft: URL) throws {
    let log = draft.appending(path: DataDirectory.logFolder, directoryHint: .isDirectory)
    try make(log)
    for file in directory.files {
      let target = draft.appending(path: file.name)
      try copy(file, to: target.plainPath)
      try compare(file, with: target.plainPath)
      if let savedAt {
        let date = Date(timeIntervalSince1970: Double(savedAt) / 1000)
        try FileManager.default.setAttributes(
          [.modificationDate: date], ofItemAtPath: target.plainPath)
      }
    }
    try synchronize(log)
    try synchronize(draft)
  }

  private func make(_ folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
  }

  private func copy(_ file: DataDirectory.File, to target: String) throws {
    let descriptor = try FileDescriptor.open(
      FilePath(target), .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
      permissions: [.ownerReadWrite, .groupRead, .otherRead])
    try descriptor.closeAfter {
      try Self.forEachPiece(of: file) { _ = try descriptor.writeAll($0) }
      guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
    }
  }

  /// Reads what was written again: the input may have changed meanwhile, a disk may lie.
  private func compare(_ file: DataDirectory.File, with target: String) throws {
    let copy = try InputFile(path: target)
    var offset = 0
    try Self.forEachPiece(of: file) { piece in
      guard try copy.bytes(at: offset, piece.count) == piece else {
        throw CopyError(name: file.name)
      }
      offset += piece.count
    }
    guard copy.size == file.size else { throw CopyError(name: file.name) }
  }

  /// Renames the folder. One that is there, empty, steps aside first.
  private func putInPlace(_ draft: URL) throws {
    guard Self.exists(place) else {
      return try FileManager.default.moveItem(at: draft, to: place)
    }
    try Self.requireEmpty(place)
    let aside = StageDraft.asideURL(of: place)
    try FileManager.default.moveItem(at: place, to: aside)
    do {
      try Self.requireEmpty(aside)
      try FileManager.default.moveItem(at: draft, to: place)
    } catch {
      try FileManager.default.moveItem(at: aside, to: place)
      throw error
    }
    try FileManager.default.removeItem(at: aside)
  }

  private static func requireEmpty(_ folder: URL) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.plainPath)
    guard names.isEmpty else { throw Errno.directoryNotEmpty }
  }

  private func synchronize(_ folder: URL) throws {
    let descriptor = try FileDescriptor.open(
      FilePath(folder.plainPath), .readOnly, options: [.directory, .closeOnExec])
    try descriptor.closeAfter {
      guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
    }
  }

  // MARK: Bits

  private static func forEachPiece(
    of file: DataDirectory.File, _ use: ([UInt8]) throws -> Void
  ) throws {
    var offset = 0
    while offset < file.size {
      try Interruption.check()
      let piece = try file.source.bytes(at: offset, min(pieceLength, file.size - offset))
      guard !piece.isEmpty else { throw CopyError(name: file.name) }
      try use(piece)
      offset += piece.count
    }
  }

  private static func exists(_ url: URL) -> Bool {
    FileManager.default.fileExists(atPath: url.plainPath)
  }

  private func outputError(_ error: any Error) -> OutputError {
    if let error = error as? CopyError {
      return OutputError(target: "\(path)/\(error.name)", reason: "is not what its source is now")
    }
    let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    let code = error as? Errno ?? cause.map { Errno(rawValue: CInt($0.code)) } ?? .ioError
    guard code == .resourceBusy else { return OutputError(target: path, errno: code) }
    return OutputError(
      target: path, reason: "is where something is mounted: stage into a folder in it")
  }
}

/// A copy is not what its source is.
private struct CopyError: Error {
  let name: String
}

extension URL {
  /// The path without escapes and without a slash at its end.
  fileprivate var plainPath: String {
    let path = path(percentEncoded: false)
    return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }
}
