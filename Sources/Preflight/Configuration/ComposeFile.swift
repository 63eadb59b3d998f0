internal import Yams

/// A compose file: how its service runs a server.
struct ComposeFile {
  private let path: String
  private let services: [(name: String, node: Node.Mapping)]

  /// Reads a file.
  ///
  /// - Throws: `ConfigurationError` if it is no YAML, or has no services.
  init(_ text: [UInt8], path: String) throws(ConfigurationError) {
    self.path = path
    let root: Node?
    do {
      root = try Yams.compose(yaml: String(decoding: text, as: UTF8.self))
    } catch {
      throw ConfigurationError(path: path, line: Self.line(of: error), message: "is no YAML")
    }
    guard let mapping = root?.mapping, let services = Self.member("services", of: mapping)?.mapping
    else { throw ConfigurationError(path: path, line: nil, message: "has no services") }
    self.services = services.compactMap { key, value in
      guard let name = key.string, let service = value.mapping else { return nil }
      return (name, service)
    }
  }

  /// How the service that runs a server is told to run it; `name` says which, where there are several.
  func configuration(of name: String?) throws(ConfigurationError) -> ServerConfiguration {
    let candidates = services.filter { candidate in
      name.map { $0 == candidate.name } ?? (arguments(of: candidate.node) != nil)
    }
    guard let service = candidates.first else {
      throw ConfigurationError(
        path: path, line: nil,
        message: name == nil ? "has no service that runs a server" : "has no such service")
    }
    guard candidates.count == 1 else {
      let names = candidates.map { $0.name }.joined(separator: ", ")
      throw ConfigurationError(
        path: path, line: nil, message: "has several servers: \(names); --service names one")
    }
    guard let words = arguments(of: service.node) else {
      throw ConfigurationError(path: path, line: nil, message: "has a service that runs no server")
    }
    var configuration = ServerConfiguration()
    let options = ServerArguments(words)
    if let file = options.file { configuration.notRead.append(file) }
    for directive in options.directives {
      do throws(ServerConfiguration.Mistake) {
        try configuration.apply(directive.name, directive.values)
      } catch {
        throw ConfigurationError(path: path, line: nil, message: "command: \(error.message)")
      }
    }
    let user = Self.member("user", of: service.node)?.scalar?.string
    configuration.user = user.flatMap { Int($0.prefix { $0 != ":" }) }
    return configuration
  }

  /// The words behind the server's name; nil if the service runs none.
  private func arguments(of service: Node.Mapping) -> [[UInt8]]? {
    let command = words("entrypoint", of: service) + words("command", of: service)
    for (index, word) in command.enumerated() {
      if Self.isServer(word) { return Array(command[(index + 1)...]) }
      // sh -c "exec redis-server --appendonly yes"
      let inner = ShellWords(word).words ?? []
      if inner.count > 1, let start = inner.firstIndex(where: { Self.isServer($0) }) {
        return Array(inner[(start + 1)...].prefix { !Self.isShellOperator($0) })
      }
    }
    let image = Self.member("image", of: service)?.scalar?.string ?? ""
    let name = image.split(separator: "/").last.map { $0.prefix { $0 != ":" && $0 != "@" } } ?? ""
    guard name == "redis" || name == "valkey" else { return nil }
    // The image's start script puts the server before options and configuration files.
    guard let first = command.first else { return [] }
    let isForServer = first.starts(with: "-".utf8) || first.suffix(5).elementsEqual(".conf".utf8)
    return isForServer ? command : nil
  }

  /// A command, which may be one text or a list.
  private func words(_ name: String, of service: Node.Mapping) -> [[UInt8]] {
    let command = Self.member(name, of: service)
    return command?.sequence.map { $0.compactMap { $0.scalar.map { Array($0.string.utf8) } } }
      ?? command?.scalar.flatMap { ShellWords(Array($0.string.utf8)).words } ?? []
  }

  private static func line(of error: any Error) -> Int? {
    switch error as? YamlError {
    case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
      mark.line
    default: nil
    }
  }

  private static func isServer(_ word: [UInt8]) -> Bool {
    let name = word.split(separator: UInt8(ascii: "/")).last.map(Array.init) ?? []
    return name == Array("redis-server".utf8) || name == Array("valkey-server".utf8)
  }

  private static func isShellOperator(_ word: [UInt8]) -> Bool {
    guard let first = word.first else { return false }
    return ";&|<>".utf8.contains(first)
  }

  /// A member, of its own or merged in with `<<`.
  private static func member(_ name: String, of mapping: Node.Mapping, depth: Int = 0) -> Node? {
    if let own = mapping.first(where: { $0.key.string == name })?.value { return own }
    guard depth < 4, let merged = mapping.first(where: { $0.key.string == "<<" })?.value else {
      return nil
    }
    for other in merged.sequence.map({ Array($0) }) ?? [merged] {
      guard let mapping = other.mapping else { continue }
      if let found = member(name, of: mapping, depth: depth + 1) { return found }
    }
    return nil
  }
}
