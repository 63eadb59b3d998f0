public import Foundation

extension RedisServer {
  /// Sends commands as they go over the wire, one after the other, and returns the replies.
  ///
  /// - Throws: `RESPError` if the bytes are no commands.
  public func pipe(_ commands: [UInt8]) throws -> [RESPReply] {
    var rest = commands[...]
    var replies: [RESPReply] = []
    while !rest.isEmpty {
      guard let (command, size) = try RESPReply.parse(rest), let words = command.elements else {
        throw RESPError("the commands break off")
      }
      replies.append(
        try send(
          words.map { word in
            guard case .bytes(let bytes) = word else { throw RESPError("no bulk string") }
            return bytes
          }))
      rest = rest.dropFirst(size)
    }
    return replies
  }

  /// `redis-cli`, as `PATH` has it; nil if it is not installed.
  public static let client: URL? = program.map {
    $0.deletingLastPathComponent().appending(path: "redis-cli")
  }.flatMap { FileManager.default.isExecutableFile(atPath: $0.filePath) ? $0 : nil }

  /// Runs `redis-cli` on this server with a file for its input, and returns what it prints.
  public func client(_ arguments: [String], input path: String) throws -> String {
    guard let client = Self.client else { throw RESPError("redis-cli is not installed") }
    let process = Process()
    let output = Pipe()
    process.executableURL = client
    process.arguments = ["-s", folder.url.appending(path: "s").filePath] + arguments
    process.standardInput = FileHandle(forReadingAtPath: path)
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw RESPError("redis-cli: \(text)") }
    return text
  }
}
