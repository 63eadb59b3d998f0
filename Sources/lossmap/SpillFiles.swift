internal import BinaryInput
internal import Diff
internal import Foundation
internal import Synchronization
internal import SystemPackage

/// Lends out files in a folder that are gone when the program is: they lose their names at once.
struct SpillFiles: SpillStorage {
  /// The folder.
  let folder: String

  func makeFile() throws(SpillError) -> any SpillFile {
    let path = folder + "/lossmap-" + UUID().uuidString
    do {
      let descriptor = try FileDescriptor.open(
        FilePath(path), .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: .ownerReadWrite)
      let file = try InputFile(path: path)
      try FileManager.default.removeItem(atPath: path)
      return UnnamedFile(folder: folder, descriptor, file)
    } catch {
      throw Self.error(folder, error)
    }
  }

  fileprivate static func error(_ folder: String, _ error: any Error) -> SpillError {
    let cause = (error as? Errno)?.description ?? (error as? InputError)?.problem ?? "\(error)"
    return SpillError(
      "no room for a temporary file in \(EscapedBytes(Array(folder.utf8))): \(cause)"
        + " (--temp-dir chooses another folder, --memory more memory)")
  }
}

/// A file without a name.
private final class UnnamedFile: SpillFile {
  private let folder: String
  private let descriptor: FileDescriptor
  private let file: InputFile
  private let size = Mutex(0)

  init(folder: String, _ descriptor: FileDescriptor, _ file: InputFile) {
    self.folder = folder
    self.descriptor = descriptor
    self.file = file
  }

  deinit { try? descriptor.close() }

  func append(_ bytes: [UInt8]) throws(SpillError) -> Int {
    do {
      return try size.withLock { size in
        try descriptor.writeAll(toAbsoluteOffset: Int64(size), bytes)
        defer { size += bytes.count }
        return size
      }
    } catch {
      throw SpillFiles.error(folder, error)
    }
  }

  func read(at offset: Int, _ count: Int) throws(SpillError) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      let more: [UInt8]
      do throws(FormatError) {
        more = try file.bytes(at: offset + bytes.count, count - bytes.count)
      } catch {
        throw SpillError("a temporary file can't be read: \(error.message)")
      }
      guard !more.isEmpty else { throw SpillError("a temporary file has lost its end") }
      bytes = bytes.isEmpty ? more : bytes + more
    }
    return bytes
  }
}
