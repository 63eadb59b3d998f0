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
final class Output: TextOutputStream, ByteSink {
  private let descriptor: FileDescriptor
  private let target: String
  private let isFile: Bool
  /// Where the bytes go until the answer is whole.
  private let writtenPath: String
  /// Where they belong then; nil if they are there already.
  private let finalPath: String?
  private var isFinished = false
  private var buffer: [UInt8] = []
  private var failure: OutputError?

  private static let capacity = 1 << 16

  /// Opens standard output.
  init() {
    descriptor = .standardOutput
    target = "standard output"
    isFile = false
    writtenPath = ""
    finalPath = nil
  }

  /// Opens the file at `path`. What was there stays until the answer is whole.
  init(path: String) throws(OutputError) {
    target = path
    isFile = true
    let resolved = URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
    let type =
      try? FileManager.default.attributesOfItem(atPath: resolved)[.type] as? FileAttributeType
    // A device or a pipe is written to as it is.
    let isReplaced = type == nil || type == .typeRegular
    finalPath = isReplaced ? resolved : nil
    writtenPath = isReplaced ? "\(resolved).\(getpid()).partial" : resolved
    do {
      descriptor = try FileDescriptor.open(
        FilePath(writtenPath), .writeOnly, options: [.create, .truncate, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
    } catch {
      throw OutputError(target: path, errno: error as? Errno ?? .ioError)
    }
  }

  deinit {
    if isFile && !isFinished && finalPath != nil {
      try? FileManager.default.removeItem(atPath: writtenPath)
    }
  }

  func write(_ text: String) {
    buffer += text.utf8
    if buffer.count >= Self.capacity { flush() }
  }

  func write(_ bytes: Span<UInt8>) {
    if bytes.count >= Self.capacity {
      flush()
      return send(bytes)
    }
    buffer.append(copying: bytes)
    if buffer.count >= Self.capacity { flush() }
  }

  private func flush() {
    send(buffer.span)
    buffer.removeAll(keepingCapacity: true)
  }

  private func send(_ bytes: Span<UInt8>) {
    guard failure == nil else { return }
    let error = bytes.write(to: descriptor.rawValue)
    if error != 0 { failure = OutputError(target: target, errno: Errno(rawValue: error)) }
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
    if let finalPath { try Self.move(writtenPath, to: finalPath, target: target) }
    isFinished = true
  }
}

extension Output {
  private static func move(
    _ written: String, to final: String, target: String
  ) throws(OutputError) {
    let files = FileManager.default
    do {
      // Foundation's replaceItemAt fails on Linux, and its moveItem takes no file's place.
      if files.fileExists(atPath: final) { try files.removeItem(atPath: final) }
      try files.moveItem(atPath: written, toPath: final)
    } catch {
      throw OutputError(target: target, errno: .ioError)
    }
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
    let path = URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
    let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
    if let type, type != .typeRegular {
      // A device or a pipe is written to, not replaced.
      let stream = try Output(path: path)
      stream.write(text)
      return try stream.finish()
    }
    do {
      try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
      throw OutputError(
        target: path, errno: cause.map { Errno(rawValue: CInt($0.code)) } ?? .ioError)
    }
  }
}
