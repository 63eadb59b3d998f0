public import Foundation

/// What a real server stated about the data of a backup (`Fixtures/README.md`).
public struct Truth: Sendable {
  /// The version of the server.
  public let server: String
  /// What `DEBUG DIGEST` answered: 40 hexadecimal digits.
  public let digest: String
  /// What `FUNCTION LIST WITHCODE` answered.
  public let functions: [JSONValue]
  /// Every key of every database.
  public let keys: [Key]

  /// Reads the truth that stands beside a backup.
  public init(of backup: URL) throws {
    let file = backup.deletingPathExtension().appendingPathExtension("json")
    try self.init(JSONValue(contentsOf: file))
  }

  /// Reads a truth.
  public init(_ value: JSONValue) throws {
    let members = try Members(value)
    server = try members.require("server").text ?? ""
    digest = try members.require("digest").text ?? ""
    functions = try members.require("functions").elements ?? []
    keys = try (members.require("keys").elements ?? []).map { try Key(Members($0)) }
  }

  /// What a server stated about a key.
  public struct Key: Sendable {
    /// The number of the database.
    public let database: UInt64
    /// The name.
    public let name: [UInt8]
    /// What `TYPE` answered.
    public let type: String
    /// What `OBJECT ENCODING` answered.
    public let encoding: String
    /// What `PEXPIRETIME` answered, −1 for none; nil where the server has no such command.
    public let expiry: Int64?
    /// What `DEBUG DIGEST-VALUE` answered; nil where the server has no such command.
    public let digest: String?
    /// What `XINFO STREAM key FULL COUNT 0` answered, of streams.
    public let stream: JSONValue?
    /// What `OBJECT IDLETIME` answered, where the policy is one of use.
    public let idle: UInt64?
    /// What `OBJECT FREQ` answered, where the policy is one of frequency.
    public let frequency: UInt8?
    /// When the fields of a hash expire, in Unix milliseconds, for those that do.
    public let fieldExpiries: [[UInt8]: Int64]?

    /// What `MEMORY USAGE key SAMPLES 0` answered after loading the file again; nil where the server has no
    /// such command.
    public let memory: Int?

    fileprivate init(_ members: Members) throws {
      database = UInt64(try members.require("db").integer ?? 0)
      name = try base64(try members.require("key_b64").text ?? "")
      type = try members.require("type").text ?? ""
      encoding = try members.require("encoding").text ?? ""
      expiry = members["pexpiretime"]?.integer
      digest = members["digest"]?.text
      stream = members["stream"].flatMap { $0 == .null ? nil : $0 }
      idle = members["idle"]?.integer.map(UInt64.init)
      frequency = members["freq"]?.integer.map(UInt8.init)
      memory = members["memory"]?.integer.map(Int.init)
      fieldExpiries = try members["field_expiries"]?.members.map { fields in
        var expiries: [[UInt8]: Int64] = [:]
        for (name, expiry) in fields { expiries[try base64(name)] = expiry.integer }
        return expiries
      }
    }
  }
}

/// The members of an object, some of which must be there.
private struct Members {
  private let members: [String: JSONValue]

  init(_ value: JSONValue) throws {
    guard let members = value.members else { throw CocoaError(.fileReadCorruptFile) }
    self.members = members
  }

  subscript(name: String) -> JSONValue? { members[name] }

  func require(_ name: String) throws -> JSONValue {
    guard let value = members[name] else { throw CocoaError(.fileReadCorruptFile) }
    return value
  }
}

private func base64(_ text: String) throws -> [UInt8] {
  guard let data = Data(base64Encoded: text) else { throw CocoaError(.fileReadCorruptFile) }
  return Array(data)
}
