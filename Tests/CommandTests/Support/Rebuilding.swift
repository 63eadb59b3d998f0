import Foundation
import TestSupport

/// Makes the commands that rebuild a server from the lines of `export --format ndjson`, and from nothing else.
struct Rebuilding {
  /// The commands, each a list of arguments.
  private(set) var commands: [[[UInt8]]] = []

  /// Reads the lines.
  init(_ lines: [JSON]) {
    for line in lines {
      if line["key"] != nil {
        add(key: line)
      } else if line["function"] != nil {
        add("FUNCTION", "LOAD", "REPLACE", line.bytes("function"))
      }
    }
  }

  private mutating func add(_ arguments: any Argument...) {
    commands.append(arguments.map(\.bytes))
  }

  private mutating func add(key line: JSON) {
    let key = line.bytes("key")
    add("SELECT", "\(line["db"]?.integer ?? 0)")
    let value = line["value"]
    switch line["type"]?.text {
    case "string": add("SET", key, line.bytes("value"))
    case "list": for item in value?.elements ?? [] { add("RPUSH", key, item.bytes) }
    case "set": for item in value?.elements ?? [] { add("SADD", key, item.bytes) }
    case "zset":
      for item in value?.elements ?? [] {
        add("ZADD", key, item["score"]?.scoreText ?? "", item.bytes("member"))
      }
    case "hash":
      for item in value?.elements ?? [] {
        add("HSET", key, item.bytes("field"), item.bytes("value"))
      }
    case "stream": add(stream: value, key)
    default: break
    }
    if let expiry = line["expires_at"]?.integer { add("PEXPIREAT", key, "\(expiry)") }
  }

  private mutating func add(stream: JSON?, _ key: [UInt8]) {
    guard let stream else { return }
    let entries = stream["entries"]?.elements ?? []
    for entry in entries {
      commands.append(
        [Array("XADD".utf8), key, entry.text("id")]
          + (entry["fields"]?.elements ?? []).map(\.bytes))
    }
    if entries.isEmpty { add("XADD", key, "MAXLEN", "0", "0-1", "x", "y") }
    add(
      "XSETID", key, stream.text("last_id"), "ENTRIESADDED",
      "\(stream["entries_added"]?.integer ?? 0)", "MAXDELETEDID", stream.text("max_deleted_id"))
    for group in stream["groups"]?.elements ?? [] {
      let name = group.bytes("name")
      add(
        "XGROUP", "CREATE", key, name, group.text("last_delivered_id"), "ENTRIESREAD",
        "\(group["entries_read"]?.integer ?? -1)")
      for consumer in group["consumers"]?.elements ?? [] {
        add("XGROUP", "CREATECONSUMER", key, name, consumer.bytes("name"))
        for id in consumer["pending"]?.elements ?? [] {
          add("XCLAIM", key, name, consumer.bytes("name"), "0", id.text ?? "", "FORCE", "JUSTID")
        }
      }
    }
  }
}

/// What can be an argument of a command.
private protocol Argument {
  var bytes: [UInt8] { get }
}

extension String: Argument {
  fileprivate var bytes: [UInt8] { Array(utf8) }
}

extension [UInt8]: Argument {
  fileprivate var bytes: [UInt8] { self }
}

extension JSON {
  /// The bytes of a member: those in base 64 count, if they are there.
  func bytes(_ name: String) -> [UInt8] {
    if let encoded = self["\(name)_b64"]?.text {
      return Array(Data(base64Encoded: encoded) ?? Data())
    }
    return text(name)
  }

  /// The text of a member.
  func text(_ name: String) -> [UInt8] { Array((self[name]?.text ?? "").utf8) }

  /// The bytes of an item of an array.
  fileprivate var bytes: [UInt8] {
    if case .text(let text) = self { Array(text.utf8) } else { bytes("text") }
  }

  fileprivate var scoreText: String {
    switch self {
    case .integer(let score): "\(score)"
    case .number(let score): "\(score)"
    case .text(let score): score
    default: ""
    }
  }
}
