#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// Why an input can't be opened, is nothing that could be a backup, or is in a container that is damaged.
public struct InputError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The path as it was given.
  public let path: String
  /// What is in the way.
  public let problem: String
  /// Whether there is a backup, as far as can be told, and what it is packed in is damaged.
  public let isDamage: Bool

  /// Describes a problem with the input at `path`.
  public init(path: String, problem: String, isDamage: Bool = false) {
    self.path = path
    self.problem = problem
    self.isDamage = isDamage
  }

  /// One line: path, problem.
  public var description: String { "\(EscapedBytes(Array(path.utf8))): \(problem)" }
}

/// A regular file, open for reading at any offset. It is never written to.
public final class InputFile: Sendable {
  /// The path as it was given.
  public let path: String
  /// The size in bytes when it was opened.
  public let size: Int
  private let source: Source

  /// Where the bytes are.
  private enum Source {
    case descriptor(Int32)
    case memory([UInt8])
    case stream(StreamedBytes)
  }

  /// Makes a file of bytes in memory, which reads like any other.
  public init(_ contents: [UInt8], named path: String) {
    self.path = path
    size = contents.count
    source = .memory(contents)
  }

  /// Makes a file of `size` bytes that come out of a container, which reads like any other; best forward.
  public init(_ stream: some ByteStreamSource, size: Int, named path: String) {
    self.path = path
    self.size = size
    source = .stream(StreamedBytes(stream))
  }

  /// Opens the file at `path`, which reports may call otherwise.
  ///
  /// - Throws: `InputError` if it is missing, can't be read, or is not a regular file.
  public init(path: String, named name: String? = nil) throws(InputError) {
    // Without O_NONBLOCK, opening a named pipe would wait for somebody to write to it.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw InputError(path: path, problem: "can't be opened: \(systemMessage(errno))")
    }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw InputError(path: path, problem: "can't be examined: \(systemMessage(code))")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      let kind = status.st_mode & S_IFMT == S_IFDIR ? "a directory" : "not a regular file"
      throw InputError(path: path, problem: "is \(kind), not a backup file")
    }
    posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
    self.path = name ?? path
    self.size = Int(status.st_size)
    source = .descriptor(descriptor)
  }

  deinit {
    if case .descriptor(let descriptor) = source { close(descriptor) }
  }

  /// Whether reading here and there costs no more than reading on.
  public var isReadAnywhere: Bool {
    switch source {
    case .descriptor, .memory: true
    case .stream: false
    }
  }

  /// The bytes from `offset` on, at most `count`.
  public func bytes(at offset: Int = 0, _ count: Int) throws(FormatError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let length = try unsafe bytes.withUnsafeMutableBufferPointer {
      (buffer) throws(FormatError) -> Int in
      try unsafe read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
    }
    return length == count ? bytes : Array(bytes.prefix(length))
  }

  /// Reads into `buffer` from `offset` on; returns how many bytes there were, 0 at the end.
  func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(FormatError) -> Int {
    switch source {
    case .descriptor(let descriptor):
      while true {
        let count = unsafe pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
        if count >= 0 { return count }
        guard errno == EINTR else { throw FormatError(.unreadable(errno: errno), at: offset) }
      }
    case .memory(let contents):
      guard offset < contents.count else { return 0 }
      let count = min(buffer.count, contents.count - offset)
      unsafe buffer.copyBytes(from: contents[offset..<(offset + count)])
      return count
    case .stream(let stream):
      return try unsafe stream.read(into: buffer, at: offset)
    }
  }
}

/// The operating system's words for an error number.
func systemMessage(_ code: Int32) -> String {
  unsafe String(cString: strerror(code))
}
