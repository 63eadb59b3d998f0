public import BinaryInput
internal import RDB

/// Saves what can be saved from a damaged file: every key that decodes whole before the damage.
///
/// Each becomes a `RESTORE` command whose payload is the value's bytes as the file has them, in the form of
/// `DUMP`: type, value, version, checksum. So nothing is re-encoded, and every type comes through.
public struct Salvage {
  /// How many keys came through.
  public private(set) var keys = 0
  /// How many keys did not, because something inside their values is broken.
  public private(set) var brokenKeys = 0
  /// How many function libraries came through.
  public private(set) var functions = 0
  /// The damage at which reading ended; nil if the file could be read to its end.
  public private(set) var end: FormatError?

  /// The highest database that a key came from; nil if none came through.
  public private(set) var highestDatabase: UInt64?

  /// Rules that a value may break without harm to the server that takes it: it would load it, too.
  private static let harmless: Set<FormatRule> = [
    .sortedSetOrder, .streamEntryOrder, .streamIDs, .streamLength, .streamOrphanPending,
  ]

  /// Reads `file` and hands commands for `redis-cli --pipe` to `write`, one after the other.
  public init(of file: InputFile, _ write: ([UInt8]) -> Void) {
    do throws(FormatError) {
      try read(file, write)
    } catch {
      end = error
    }
  }

  private mutating func read(
    _ file: InputFile, _ write: ([UInt8]) -> Void
  ) throws(FormatError) {
    var reader = try RDBReader(file, toleratesLaterFeatures: true)
    var visitor = StrictVisitor()
    var scratch = ValueScratch()
    var text = ScratchBuffer()
    var database: UInt64?
    while let record = try reader.next() {
      switch record {
      case .function:
        let source = try reader.functionSource()
        let code = [UInt8](copying: try source.bytes(in: &text))
        write(RESPCommand("FUNCTION", "LOAD", "REPLACE").adding(code).bytes)
        functions += 1
      case .key:
        let type = reader.valueType
        visitor.begin(type)
        do throws(FormatError) {
          try reader.value.decode(into: &visitor, scratch: &scratch)
          visitor.end(type)
        } catch {
          brokenKeys += 1
          continue
        }
        guard visitor.irregularities.allSatisfy({ Self.harmless.contains($0.rule) }) else {
          brokenKeys += 1
          continue
        }
        highestDatabase = max(highestDatabase ?? 0, reader.database)
        if database != reader.database {
          database = reader.database
          write(RESPCommand("SELECT", "\(reader.database)").bytes)
        }
        let key = try reader.key()
        let name = [UInt8](copying: try key.bytes(in: &text))
        write(Self.restore(name, reader.attributes, reader.value, reader.version).bytes)
        keys += 1
      default: continue
      }
    }
  }

  /// `RESTORE key ttl payload REPLACE ABSTTL`, with idle time or frequency.
  private static func restore(
    _ name: [UInt8], _ attributes: RDBKeyAttributes, _ value: borrowing RDBValue,
    _ version: RDBVersion
  ) -> RESPCommand {
    // A time before 1970 is as past as the first millisecond, which RESTORE takes.
    let expiry = attributes.expiry.map { max(1, $0) } ?? 0
    var command = RESPCommand("RESTORE").adding(name).adding("\(expiry)")
      .adding(payload(value, version)).adding("REPLACE").adding("ABSTTL")
    // RESTORE takes one of the two, and refuses a time beyond 63 bits.
    if let frequency = attributes.frequency {
      command = command.adding("FREQ").adding("\(frequency)")
    } else if let idle = attributes.idle {
      command = command.adding("IDLETIME").adding("\(Int64(clamping: idle))")
    }
    return command
  }

  private static func payload(
    _ value: borrowing RDBValue, _ version: RDBVersion
  ) -> [UInt8] {
    var payload = [value.type.number] + [UInt8](copying: value.bytes)
    payload += [
      UInt8(truncatingIfNeeded: version.number), UInt8(truncatingIfNeeded: version.number >> 8),
    ]
    var checksum = CRC64()
    checksum.update(payload.span)
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      payload.append(UInt8(truncatingIfNeeded: checksum.value >> shift))
    }
    return payload
  }
}

/// A command as clients send it: an array of bulk strings.
struct RESPCommand {
  private var arguments: [[UInt8]] = []

  init(_ arguments: String...) {
    self.arguments = arguments.map { Array($0.utf8) }
  }

  /// The command with one more argument.
  func adding(_ argument: [UInt8]) -> RESPCommand {
    var command = self
    command.arguments.append(argument)
    return command
  }

  /// The command with one more argument.
  func adding(_ argument: String) -> RESPCommand { adding(Array(argument.utf8)) }

  /// What goes over the wire.
  var bytes: [UInt8] {
    var bytes = Array("*\(arguments.count)\r\n".utf8)
    for argument in arguments {
      bytes += "$\(argument.count)\r\n".utf8
      bytes += argument
      bytes += "\r\n".utf8
    }
    return bytes
  }
}
