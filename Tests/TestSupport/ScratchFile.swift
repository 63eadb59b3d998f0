internal import Foundation

/// A file that a test changes and has read again and again.
public final class ScratchFile {
  /// Where it is.
  public let path: String
  private let folder: TemporaryFolder
  private let handle: FileHandle

  /// Makes a file with `bytes` in a folder of its own.
  public init(_ bytes: [UInt8]) throws {
    folder = try TemporaryFolder()
    path = try folder.file(bytes)
    guard let handle = FileHandle(forUpdatingAtPath: path) else {
      throw CocoaError(.fileNoSuchFile)
    }
    self.handle = handle
  }

  deinit { try? handle.close() }

  /// Writes over the bytes at `offset`.
  public func write(_ bytes: [UInt8], at offset: Int) throws {
    try handle.seek(toOffset: UInt64(offset))
    try handle.write(contentsOf: bytes)
  }

  /// Cuts the file off, or fills it up with zeros without taking up room for them.
  public func resize(to size: Int) throws {
    try handle.truncate(atOffset: UInt64(size))
  }
}
