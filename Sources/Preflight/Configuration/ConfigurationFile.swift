internal import AOF
internal import BinaryInput

extension ServerConfiguration {
  /// Reads the configuration that a server is started with: a `redis.conf`, or the `command:` of a service in a
  /// compose file (`.yml`, `.yaml`).
  ///
  /// - Throws: `ConfigurationError` if that can't be done, or no server would start with it.
  public init(path: String, service: String? = nil) throws(ConfigurationError) {
    self.init()
    let text = try ConfigurationFile.text(at: path)
    if path.hasSuffix(".yml") || path.hasSuffix(".yaml") {
      self = try ComposeFile(text, path: path).configuration(of: service)
    } else {
      var file = ConfigurationFile()
      try file.read(text, path: path, depth: 0, into: &self)
    }
  }
}

/// Reads a `redis.conf` line by line, and what it includes.
struct ConfigurationFile {
  private var files = 0

  private static let largestFile = 1 << 20
  private static let mostFiles = 64
  private static let greatestDepth = 8

  /// The bytes of a file that a person could have written.
  static func text(at path: String) throws(ConfigurationError) -> [UInt8] {
    do throws(InputError) {
      let file = try InputFile(path: path)
      guard file.size <= largestFile else {
        throw InputError(path: path, problem: "is too large for a configuration")
      }
      do throws(FormatError) {
        return try file.bytes(file.size)
      } catch {
        throw InputError(path: path, problem: error.message)
      }
    } catch {
      throw ConfigurationError(path: path, line: nil, message: error.problem)
    }
  }

  mutating func read(
    _ text: [UInt8], path: String, depth: Int, into configuration: inout ServerConfiguration
  ) throws(ConfigurationError) {
    files += 1
    var number = 0
    for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      let line = line.drop { Self.isBlank($0) }
      guard let first = line.first, first != UInt8(ascii: "#") else { continue }
      guard let words = QuotedWords(line).words else {
        throw ConfigurationError(path: path, line: number, message: "a quote is not closed")
      }
      guard let directive = words.first else { continue }
      let name = String(decoding: directive, as: UTF8.self).lowercased()
      if name == "include", words.count == 2 {
        try include(words[1], from: path, depth: depth, into: &configuration)
        continue
      }
      do throws(ServerConfiguration.Mistake) {
        try configuration.apply(name, Array(words.dropFirst()))
      } catch {
        throw ConfigurationError(path: path, line: number, message: error.message)
      }
    }
  }

  /// Takes in another file where it is named. One that is not here is somewhere else on the server.
  private mutating func include(
    _ name: [UInt8], from path: String, depth: Int, into configuration: inout ServerConfiguration
  ) throws(ConfigurationError) {
    let name = String(decoding: name, as: UTF8.self)
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
    let target = name.hasPrefix("/") ? name : folder + name
    guard depth < Self.greatestDepth, files < Self.mostFiles, let text = try? Self.text(at: target)
    else {
      configuration.notRead.append(name)
      return
    }
    try read(text, path: target, depth: depth + 1, into: &configuration)
  }

  /// A server trims these.
  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0D
  }
}
