internal import BinaryInput
internal import Foundation
internal import SystemPackage

/// Why the answer could not be written.
struct OutputError: Error, CustomStringConvertible {
  let target: String
  let reason: String

  /// Nobody reads any more: the reader had enough, which is no failure.
  let isClosedPipe: Bool

  init(target: String, errno: Errno) {
    self.target = target
    reason = "can't be written: \(errno)"
    isClosedPipe = errno == .brokenPipe
  }

  init(target: String, reason: String) {
    self.target = target
    self.reason = reason
    isClosedPipe = false
  }

  var description: String { "\(EscapedBytes(Array(target.utf8))): \(reason)" }
}

/// Where the answer goes: standard output or a file, in large pieces.
final class Output: TextOutputStream {
  private let descriptor: FileDescriptor
  private let target: String
  private let isFile: Bool
  private var buffer: [UInt8] = []
  private var failure: OutputError?

  private static let capacity = 1 << 16

  /// Opens standard output.
  init() {
    descriptor = .standardOutput
    target = "standard output"
    isFile = false
  }

  /// Creates the file at `path`, or empties it.
  init(path: String) throws(OutputError) {
    target = path
    isFile = true
    do {
      descriptor = try FileDescriptor.open(
        FilePath(path), .writeOnly, options: [.create, .truncate, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
    } catch {
      throw OutputError(target: path, errno: error as? Errno ?? .ioError)
    }
  }

  func write(_ text: String) {
    buffer += text.utf8
    if buffer.count >= Self.capacity { flush() }
  }

  func write(bytes: [UInt8]) {
    buffer += bytes
    if buffer.count >= Self.capacity { flush() }
  }

  private func flush() {
    guard failure == nil, !buffer.isEmpty else { return }
    do {
      try descriptor.writeAll(buffer)
    } catch {
      failure = OutputError(target: target, errno: error as? Errno ?? .ioError)
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Writes what is left.
  ///
  /// - Throws: `OutputError` if anything could not be written.
  func finish() throws(OutputError) {
    flush()
    if isFile {
      do {
        try descriptor.close()
      } catch {
        throw failure ?? OutputError(target: target, errno: error as? Errno ?? .ioError)
      }
    }
    if let failure { throw failure }
  }
}

/// Makes a closed pipe an error that can be told from others, instead of the end of the process.
func ignoreClosedPipes() {
  signal(SIGPIPE, SIG_IGN)
}

/// Where everything goes that is not the answer.
enum StandardError {
  static func write(_ text: String) {
    _ = try? FileDescriptor.standardError.writeAll(Array(text.utf8))
  }
}

extension Output {
  /// Writes a whole file at once: a reader finds the old one or the new one, never half of it.
  ///
  /// - Throws: `OutputError`; the old file is still there then.
  static func replace(_ path: String, with text: String) throws(OutputError) {
    do {
      try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
      throw OutputError(
        target: path, errno: cause.map { Errno(rawValue: CInt($0.code)) } ?? .ioError)
    }
  }
}
