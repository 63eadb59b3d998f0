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

  /// Reads `file` and writes commands for `redis-cli --pipe` to `sink`.
  public init(of file: InputFile, to sink: any ByteSink) {
    let writer = CommandWriter(.resp, to: sink)
    do throws(FormatError) {
      try read(file, writer)
    } catch {
      end = error
    }
    writer.flush()
  }

  private mutating func read(
    _ file: InputFile, _ writer: CommandWriter
  ) throws(FormatError) {
    var reader = try RDBReader(file, toleratesLaterFeatures: true)
    var options = KeyWriter.Options()
    options.replaces = true
    options.payloads = .always
    var commands = KeyWriter(to: writer, version: reader.version, options)
    var visitor = StrictVisitor()
    var scratch = ValueScratch()
    var text = ScratchBuffer()
    while let record = try reader.next() {
      switch record {
      case .function:
        let source = try reader.functionSource()
        let code = [UInt8](copying: try source.bytes(in: &text))
        if commands.write(library: code) { functions += 1 }
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
        let name = try reader.key()
        let key = SnapshotKey(
          database: reader.database, name: try name.bytes(in: &text),
          attributes: reader.attributes, isAlive: true, value: SnapshotValue(reader.value),
          offset: reader.recordOffset, size: reader.recordSize)
        _ = try commands.write(key)
        keys += 1
      default: continue
      }
    }
  }
}
