internal import Foundation
internal import Synchronization

/// A line on a terminal that says how far reading is, how fast it goes and how long it will take.
///
/// How much has been read is what the kernel counts for the process (`rchar` of `/proc/self/io`), so nothing that reads
/// needs to know that somebody watches; where there is no such count, there is no line. It comes when a second has
/// passed, and leaves nothing behind.
final class ProgressLine {
  private let timer: any DispatchSourceTimer
  private let terminal = Terminal()

  /// What the timer's thread shares with the one that ends the line.
  private final class Terminal: Sendable {
    private let state = Mutex((isShown: false, hasEnded: false))

    /// Writes `text` over what is there: back to the beginning, the text, and nothing behind it.
    func show(_ text: String) {
      state.withLock { state in
        guard !state.hasEnded else { return }
        state.isShown = true
        StandardError.write("\r\(text)\u{1B}[K")
      }
    }

    /// Clears the line away; nothing is written any more.
    func end() {
      state.withLock { state in
        if state.isShown { StandardError.write("\r\u{1B}[K") }
        state = (isShown: false, hasEnded: true)
      }
    }
  }

  /// Starts to watch the reading of inputs at these paths; nil if nobody sits at a terminal, or there is no telling.
  init?(ofReading paths: [String]) {
    guard isatty(STDERR_FILENO) == 1, let start = Self.bytesRead else { return nil }
    let total = paths.reduce(0) { $0 + Self.size(of: $1) }
    guard total > 0 else { return nil }
    let source = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
    timer = source
    let clock = ContinuousClock()
    let began = clock.now
    source.setEventHandler { [terminal] in
      guard let now = Self.bytesRead else { return }
      let seconds = (clock.now - began) / .seconds(1)
      terminal.show(Self.text(read: now - start, of: total, in: seconds))
    }
    source.schedule(deadline: .now() + 1, repeating: 0.25)
    source.activate()
  }

  /// Ends the line and clears it away, before anything else is written.
  func stop() {
    timer.cancel()
    terminal.end()
  }

  /// How far a reading is that has read so many bytes: `42 % of 772 MB, 610 MB/s, 1 s left`.
  ///
  /// Some verbs read again what they have found: beyond the whole, only the speed is known.
  static func text(read: Int, of total: Int, in seconds: Double) -> String {
    let speed = Double(read) / max(seconds, 0.001)
    let rate = "\(megabytes(Int(speed)))/s"
    guard read <= total, speed > 0 else { return "\(megabytes(read)) read, \(rate)" }
    let left = Int((Double(total - read) / speed).rounded(.up))
    return "\(read * 100 / total) % of \(megabytes(total)), \(rate), \(left) s left"
  }

  private static func megabytes(_ bytes: Int) -> String { "\((bytes + 500_000) / 1_000_000) MB" }

  /// What the process has read so far, in bytes; nil where the kernel does not tell.
  private static var bytesRead: Int? {
    guard let text = try? String(contentsOfFile: "/proc/self/io", encoding: .utf8) else {
      return nil
    }
    let line = text.split(separator: "\n").first { $0.hasPrefix("rchar: ") }
    return line.flatMap { Int($0.dropFirst("rchar: ".count)) }
  }

  /// How many bytes a file has, or the files in a folder; 0 for what can't be examined.
  private static func size(of path: String) -> Int {
    let files = FileManager.default
    func attributes(_ path: String) -> [FileAttributeKey: Any] {
      (try? files.attributesOfItem(atPath: path)) ?? [:]
    }
    let isFolder = attributes(path)[.type] as? FileAttributeType == .typeDirectory
    let paths = isFolder ? (files.subpaths(atPath: path) ?? []).map { "\(path)/\($0)" } : [path]
    return paths.reduce(0) { sum, path in
      let found = attributes(path)
      guard found[.type] as? FileAttributeType == .typeRegular else { return sum }
      return sum + (found[.size] as? Int ?? 0)
    }
  }
}
