internal import Synchronization

/// Bytes that can only be read from their beginning on, but as often as one likes: what a compressed file
/// holds, or a member of an archive.
public protocol ByteStreamSource: Sendable {
  /// Starts at the beginning.
  ///
  /// - Throws: `FormatError` if the container can't be read.
  func open() throws(FormatError) -> any ByteStream
}

/// One reading of a `ByteStreamSource`.
public protocol ByteStream: AnyObject {
  /// The next bytes, in whatever piece they come; empty at the end.
  ///
  /// - Throws: `FormatError` if the container is damaged here.
  func next() throws(FormatError) -> [UInt8]
}

/// Gives bytes of a stream at any offset. Going forward costs what lies between, going back starts anew.
final class StreamedBytes: Sendable {
  private let source: any ByteStreamSource
  private let readings: Mutex<[Reading]>

  /// As many parts of a file are read at a time, at most: both ends of a comparison look things up.
  private static let mostReadings = 3

  init(_ source: any ByteStreamSource) {
    self.source = source
    readings = Mutex([])
  }

  /// Copies bytes from `offset` on to `buffer`; returns how many there were, 0 at the end.
  func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(FormatError) -> Int {
    let reading = try take(for: offset)
    let count = try unsafe reading.read(into: buffer, at: offset)
    readings.withLock { idle in
      idle.append(reading)
      if idle.count > Self.mostReadings { idle.removeFirst() }
    }
    return count
  }

  /// The idle reading that has come closest to `offset`, or a new one.
  private func take(for offset: Int) throws(FormatError) -> Reading {
    let idle = readings.withLock { idle -> Reading? in
      let candidates = idle.indices.filter { idle[$0].start <= offset }
      return candidates.max { idle[$0].start < idle[$1].start }.map { idle.remove(at: $0) }
    }
    if let idle { return idle }
    return Reading(try source.open())
  }

  /// One reading, and the piece of it at hand. One thread at a time has it.
  private final class Reading: @unchecked Sendable {
    private let stream: any ByteStream
    private var piece: [UInt8] = []
    /// The offset of the first byte of the piece.
    private(set) var start = 0
    private var isAtEnd = false

    init(_ stream: any ByteStream) { self.stream = stream }

    func read(
      into buffer: UnsafeMutableRawBufferPointer, at offset: Int
    ) throws(FormatError) -> Int {
      var copied = 0
      while copied < buffer.count {
        let place = offset + copied - start
        guard place < piece.count else {
          if isAtEnd { break }
          start += piece.count
          piece = try stream.next()
          isAtEnd = piece.isEmpty
          continue
        }
        let count = min(piece.count - place, buffer.count - copied)
        unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[copied...])
          .copyBytes(from: piece[place..<(place + count)])
        copied += count
      }
      return copied
    }
  }
}
