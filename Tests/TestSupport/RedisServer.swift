public import Foundation

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// A `redis-server` of a test's own, on a unix socket in a temporary folder.
///
///     @Test(.enabled(if: RedisServer.isInstalled, "redis-server is not installed"))
///     func `a server loads the file`() throws {
///       let server = try RedisServer(loading: bytes)
///       defer { server.stop() }
///       #expect(try server.command("DBSIZE") == .integer(3))
///     }
public final class RedisServer: Sendable {
  /// The program, as `PATH` has it; nil if it is not installed.
  public static let program: URL? = {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return path.split(separator: ":")
      .map { URL(filePath: String($0)).appending(path: "redis-server") }
      .first { FileManager.default.isExecutableFile(atPath: $0.filePath) }
  }()

  /// Whether tests with a real server can run here.
  public static var isInstalled: Bool { program != nil }

  /// The version that the program states: `7.0.15`; nil if it is not installed.
  public static let version: String? = {
    guard let program else { return nil }
    let process = Process()
    let output = Pipe()
    process.executableURL = program
    process.arguments = ["--version"]
    process.standardOutput = output
    guard (try? process.run()) != nil else { return nil }
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text.split(separator: " ").first { $0.hasPrefix("v=") }.map { String($0.dropFirst(2)) }
  }()

  /// Where the server works; its backup is `dump.rdb`.
  public let folder: TemporaryFolder
  private let process: Process
  private let connection: RESPConnection

  /// Starts a server and waits until it answers.
  ///
  /// - Parameters:
  ///   - backup: the bytes of an RDB file that it loads.
  ///   - folder: where it works; a new one, if none is given.
  ///   - arguments: options of the command line, which win over those that every test server gets:
  ///     no port, no saving by itself, `DEBUG` allowed.
  /// - Throws: `RESPError` with the server's log if it ends, or does not answer within 30 seconds.
  public init(
    loading backup: [UInt8]? = nil, in folder: TemporaryFolder? = nil, _ arguments: [String] = []
  ) throws {
    guard let program = Self.program else { throw RESPError("redis-server is not installed") }
    let folder = try folder ?? TemporaryFolder()
    self.folder = folder
    if let backup { _ = try folder.file(backup) }
    let socket = folder.url.appending(path: "s").filePath
    let log = folder.url.appending(path: "log").filePath
    process = Process()
    process.executableURL = program
    process.arguments =
      [
        "--port", "0", "--unixsocket", socket, "--dir", folder.url.filePath, "--logfile", log,
        "--save", "", "--appendonly", "no", "--enable-debug-command", "yes",
      ] + arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    do {
      connection = try Self.connect(to: socket, of: process)
    } catch {
      Self.kill(process)
      let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
      throw RESPError("\(error)\n\(text.suffix(2000))")
    }
  }

  deinit { stop() }

  /// Sends a command of byte strings; an error is a reply like any other.
  public func send(_ command: [[UInt8]]) throws -> RESPReply {
    try connection.send(command)
  }

  /// Sends a command that somebody else has encoded, as `redis-cli --pipe` does.
  public func send(encoded command: [UInt8]) throws -> RESPReply {
    try connection.send(encoded: command)
  }

  /// Sends a command.
  ///
  /// - Throws: `RESPError` if the server refuses it.
  @discardableResult
  public func command(_ words: String...) throws -> RESPReply {
    let reply = try connection.send(words.map { Array($0.utf8) })
    if case .error(let message) = reply { throw RESPError("\(words[0]): \(message)") }
    return reply
  }

  /// Saves the data, and returns the bytes of the file.
  public func save() throws -> [UInt8] {
    try command("SAVE")
    return Array(try Data(contentsOf: folder.url.appending(path: "dump.rdb")))
  }

  /// Ends the server: politely, then by its process id. Does nothing the second time.
  public func stop() {
    guard process.isRunning else { return }
    _ = try? connection.send([Array("SHUTDOWN".utf8), Array("NOSAVE".utf8)])
    for _ in 0..<200 where process.isRunning { usleep(10_000) }
    Self.kill(process)
  }

  private static func connect(to socket: String, of process: Process) throws -> RESPConnection {
    let deadline = ContinuousClock.now + .seconds(30)
    while ContinuousClock.now < deadline {
      guard process.isRunning else { throw RESPError("the server ended") }
      if let connection = RESPConnection(socketAt: socket),
        try connection.send([Array("PING".utf8)]) == .status("PONG")
      {
        return connection
      }
      usleep(5_000)
    }
    throw RESPError("the server does not answer")
  }

  private static func kill(_ process: Process) {
    if process.isRunning { process.endAtOnce() }
    process.waitUntilExit()
  }
}

extension Process {
  /// Ends the process by its id, and no other.
  fileprivate func endAtOnce() { _ = kill(processIdentifier, SIGKILL) }
}
