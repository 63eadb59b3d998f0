public import Impact
internal import Keyspace
internal import RDB

/// `inspect --format json`: the inventory as one document, `lossmap/inspect/1`.
public struct InventoryJSON {
  private let inventory: Inventory

  /// Prepares the inventory for output.
  public init(_ inventory: Inventory) {
    self.inventory = inventory
  }

  /// Writes the document.
  public func write(to output: inout some TextOutputStream) {
    let snapshot = inventory.backup.snapshot
    var json = JSONWriter(indented: true)
    json.object { json in
      json.field("schema", "lossmap/inspect/1")
      json.field("path", inventory.backup.path)
      json.field("kind", inventory.backup.kind.rawValue)
      json.field("rdb_version", snapshot.version?.number)
      json.field("flavour", snapshot.version?.flavour.rawValue)
      json.field("server", snapshot.server)
      json.field("created_at", time: inventory.backup.createdAt)
      json.field("base_created_at", time: inventory.backup.baseCreatedAt)
      if inventory.backup.isIncomplete { json.field("incomplete", true) }
      json.field("bytes", inventory.bytes)
      json.field("checksum", snapshot.checksum.rawValue)
      json.field("keys", snapshot.keys)
      json.field("at", time: inventory.at)
      json.field("policy", inventory.policy.id)
      json.field("aux", arrayOf: snapshot.auxiliary) { json, field in
        json.object { json in
          json.field("name", bytes: field.name)
          json.field("value", bytes: field.value)
        }
      }
      json.field("databases", arrayOf: inventory.databases) { json, row in
        json.object { json in
          json.field("db", row.database)
          json.field("keys", row.keys)
          json.field("expires", row.expires)
        }
      }
      json.field("encodings", arrayOf: inventory.encodings) { json, row in
        json.object { json in
          json.field("type", row.type.name)
          json.field("encoding", row.encoding)
          json.field("keys", row.keys)
          json.field("bytes", row.bytes)
        }
      }
      json.field("categories", arrayOf: inventory.categories) { json, row in
        json.object { json in
          json.field("id", row.category.id)
          json.field("keys", row.keys)
          json.field("without_expiry", row.withoutExpiry)
          json.field("expired", row.expired)
          json.field("bytes", row.bytes)
        }
      }
      json.field("unknown", arrayOf: inventory.unknown) { json, group in
        json.object { json in
          if let prefix = group.prefix {
            json.field("prefix", bytes: prefix)
          } else {
            json.null("prefix")
          }
          json.field("keys", group.keys)
        }
      }
      json.field("expiries") { json in
        json.field("none", inventory.expiries.none)
        json.field("past", inventory.expiries.past)
        json.field("next_hour", inventory.expiries.nextHour)
        json.field("next_day", inventory.expiries.nextDay)
        json.field("later", inventory.expiries.later)
      }
      json.field("largest", arrayOf: inventory.largest) { json, key in
        json.object { json in
          json.field("db", key.database)
          json.field("key", bytes: key.name)
          json.field("type", key.type.name)
          json.field("bytes", key.bytes)
        }
      }
      json.field("functions", arrayOf: snapshot.functions) { json, source in
        json.object { $0.field("source", bytes: source) }
      }
      json.field("modules", arrayOf: snapshot.modules) { json, name in json.value(name as String?) }
    }
    output.write(json.text)
    output.write("\n")
  }
}
