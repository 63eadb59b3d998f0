import BinaryInput
import RDB
import TestSupport
import Testing

/// Reading a file with one visitor, or with several that share it: what they are shown is what `RDBReader.next()` finds.
struct RecordWalkTests {
  /// What is told of a key.
  private struct Seen: Equatable, Sendable {
    let offset: Int
    let size: Int
    let name: [UInt8]
    let database: UInt64
    let attributes: RDBKeyAttributes
    let type: RDBValueType
    let value: [UInt8]
    let departure: FormatError?
  }

  private struct Collector: KeyVisitor {
    var seen: [Seen] = []
    var failsAt: Int?

    mutating func visit(_ key: borrowing RDBKey) throws(FormatError) {
      if key.recordOffset == failsAt {
        throw .malformed(FormatRule("test"), "refused", at: key.recordOffset)
      }
      var scratch = ScratchBuffer()
      seen.append(
        Seen(
          offset: key.recordOffset, size: key.recordSize,
          name: [UInt8](copying: try key.name().bytes(in: &scratch)), database: key.database,
          attributes: key.attributes, type: key.type, value: [UInt8](copying: key.value.bytes),
          departure: key.departure))
    }

    consuming func finish() -> [Seen] { seen }
  }

  /// What is told of other records, with the keys before each.
  private struct Records: RecordObserver, Equatable {
    var seen: [String] = []

    mutating func observe(
      _ record: RDBRecord, after keys: KeyCounts, _ reader: borrowing RDBReader
    ) throws(FormatError) {
      seen.append(
        "\(keys.keys) keys, \(keys.expires) expire, then \(record) at \(reader.recordOffset) in \(reader.database)"
      )
    }
  }

  private struct Outcome {
    var keys: [Seen] = []
    var records = Records()
    var end: RecordEnd?
    /// The offset behind the end.
    var offset: Int?
    var error: FormatError?
  }

  /// What a reader finds that has the file for itself.
  private func alone(_ bytes: [UInt8]) -> Outcome {
    var outcome = Outcome()
    var keys = KeyCounts()
    do throws(FormatError) {
      var reader = try RDBReader(InputFile(bytes, named: "a.rdb"), toleratesLaterFeatures: true)
      var scratch = ScratchBuffer()
      while let record = try reader.next() {
        guard record == .key else {
          try outcome.records.observe(record, after: keys, reader)
          keys = KeyCounts()
          continue
        }
        keys.keys += 1
        if reader.attributes.expiry != nil { keys.expires += 1 }
        outcome.keys.append(
          Seen(
            offset: reader.recordOffset, size: reader.recordSize,
            name: [UInt8](copying: try reader.key().bytes(in: &scratch)),
            database: reader.database, attributes: reader.attributes, type: reader.valueType,
            value: [UInt8](copying: reader.value.bytes), departure: reader.departure))
      }
      outcome.offset = reader.offset
    } catch {
      outcome.error = error
    }
    return outcome
  }

  private func walk(_ bytes: [UInt8], threads: Int, failsAt: Int? = nil) -> Outcome {
    var outcome = Outcome()
    do throws(FormatError) {
      let walk = try RecordWalk(
        InputFile(bytes, named: "a.rdb"), toleratesLaterFeatures: true)
      let (parts, end) = walk.run(threads: threads, &outcome.records) {
        Collector(failsAt: failsAt)
      }
      outcome.keys = parts.flatMap(\.self).sorted { $0.offset < $1.offset }
      outcome.end = end
      outcome.offset = end.offset
      outcome.error = end.error
    } catch {
      outcome.error = error
    }
    return outcome
  }

  /// Some 8 MB of every kind of record, so that four readers get their share.
  private static let large: RDBBuilder = {
    var builder = RDBBuilder()
    var random = SeededRandom(seed: 7)
    builder.auxiliary("redis-ver", "7.0.15")
    for number in 0..<120_000 {
      if number % 9_000 == 0 { builder.selectDatabase(UInt64(number / 9_000 % 16)) }
      if number % 17_000 == 5 { builder.auxiliary("between", "\(number)") }
      switch Int.random(in: 0..<12, using: &random) {
      case 0...3: builder.expiry(Int64(number))
      case 4: builder.append(hex("F8 40 64"))
      case 5: builder.append(hex("F9 07"))
      case 6:
        builder.expiry(Int64(number))
        builder.append(hex("F9 07"))
      default: break
      }
      let filler = String(repeating: "v", count: Int.random(in: 0..<90, using: &random))
      switch Int.random(in: 0..<8, using: &random) {
      case 0:
        builder.key("list:\(number)", [1] + hex("02") + RDBBuilder.string(filler) + hex("C0 05"))
      case 1: builder.key("int:\(number)", [0] + hex("C1 00 10"))
      case 2: builder.key("hash:\(number)", [4] + hex("01 01 66") + RDBBuilder.string(filler))
      case 3:
        builder.key("large:\(number)", [0] + RDBBuilder.string(String(repeating: "x", count: 200)))
      default: builder.string("string:\(number)", filler)
      }
    }
    return builder
  }()

  @Test(arguments: 1...5)
  func `visitors see together what a reader finds`(threads: Int) throws {
    let bytes = Self.large.file()
    #expect(bytes.count > 5 << 20)
    let alone = alone(bytes)
    let together = walk(bytes, threads: threads)
    #expect(alone.error == nil)
    #expect(alone.keys.count == 120_000)
    #expect(together.keys == alone.keys)
    #expect(together.records == alone.records)
    #expect(together.offset == alone.offset)
    #expect(together.end?.checksum == .ok)
    #expect(together.error == nil)
  }

  @Test(arguments: 0..<40)
  func `damage is met at the same place, with every key before it`(round: Int) throws {
    var bytes = Self.large.file()
    var random = SeededRandom(seed: UInt64(round))
    switch round % 4 {
    case 0: bytes.removeLast(1 + Int.random(in: 0..<(bytes.count - 100), using: &random))
    case 1: bytes[100 + Int.random(in: 0..<(bytes.count - 200), using: &random)] ^= 0xFF
    case 2: bytes[bytes.count - 1 - Int.random(in: 0..<8, using: &random)] ^= 1
    default:
      let place = 100 + Int.random(in: 0..<(bytes.count - 200), using: &random)
      bytes.replaceSubrange(place..<place + 1, with: [0x80, 0xFF, 0xFF, 0xFF, 0xFF])
    }
    let alone = alone(bytes)
    for threads in [1, 3] {
      let together = walk(bytes, threads: threads)
      #expect(together.error == alone.error)
      #expect(together.keys == alone.keys)
      #expect(together.records == alone.records)
    }
  }

  @Test func `of several errors of visitors the first in the file counts`() throws {
    let bytes = Self.large.file()
    let keys = walk(bytes, threads: 1).keys
    let place = keys[keys.count / 3].offset
    let together = walk(bytes, threads: 4, failsAt: place)
    #expect(together.error?.offset == place)
    #expect(together.error?.code == "test")
  }

  @Test func `attributes that no key follows at once stay until one does`() throws {
    var builder = Self.large
    for number in 0..<60_000 {
      builder.expiry(Int64(number))
      builder.selectDatabase(UInt64(number % 3))
      builder.string("late:\(number)", String(repeating: "w", count: 40))
    }
    let bytes = builder.file()
    let alone = alone(bytes)
    #expect(alone.keys.last?.attributes.expiry == 59_999)
    #expect(walk(bytes, threads: 1).keys == alone.keys)
    #expect(walk(bytes, threads: 3).keys == alone.keys)
  }

  @Test func `values larger than what is read at a time are given out whole`() throws {
    var builder = RDBBuilder()
    for number in 0..<6 {
      builder.key(
        "huge:\(number)", [0] + RDBBuilder.string([UInt8](repeating: 0x61, count: 9 << 20)))
      builder.string("small:\(number)", "1")
    }
    let bytes = builder.file()
    let together = walk(bytes, threads: 3)
    #expect(together.keys.count == 12)
    #expect(together.keys == alone(bytes).keys)
    #expect(walk(bytes, threads: 1).keys == together.keys)
    #expect(together.error == nil)
  }

  @Test(arguments: [1, 2])
  func `behind a large value keys come in small runs, one after the other`(threads: Int) throws {
    var builder = RDBBuilder()
    // A list, whose end is not known before it is there: what has been read behind it stays.
    builder.key(
      "list",
      [1] + hex("02") + RDBBuilder.string([UInt8](repeating: 0x61, count: 9 << 20))
        + RDBBuilder.string([UInt8](repeating: 0x62, count: 3 << 20)))
    for _ in 0..<900_000 { builder.append([0, 0, 0]) }
    builder.selectDatabase(7)
    builder.string("last", "1")
    let bytes = builder.file()
    let together = walk(bytes, threads: threads)
    #expect(together.error == nil)
    #expect(together.keys.count == 900_002)
    #expect(together.keys.last?.database == 7)
    #expect(together.keys == alone(bytes).keys)
  }

  @Test(arguments: [1, 2])
  func `attributes without end need no memory and belong to the key behind them`(threads: Int) {
    var builder = RDBBuilder()
    for number in 0..<400_000 { builder.expiry(Int64(number)) }
    // A special form where a number stands.
    builder.append(hex("F8 C5"))
    builder.expiry(12)
    builder.string("k", "1")
    let bytes = builder.file()
    let together = walk(bytes, threads: threads)
    #expect(together.keys.first?.attributes.expiry == 12)
    #expect(together.keys.first?.departure?.code == "length-expected")
    #expect(together.keys == alone(bytes).keys)
    #expect(together.records == alone(bytes).records)
  }

  /// Counts what it is told, and refuses the second record.
  private struct Refusing: RecordObserver {
    var told = 0

    mutating func observe(
      _ record: RDBRecord, after keys: KeyCounts, _ reader: borrowing RDBReader
    ) throws(FormatError) {
      told += 1
      if told == 2 { throw .malformed(FormatRule("test"), "refused", at: reader.recordOffset) }
    }
  }

  @Test func `an observer that fails is told nothing again, and keys before that are seen`() throws
  {
    var builder = RDBBuilder()
    builder.auxiliary("a", "1")
    builder.string("before", "1")
    builder.auxiliary("b", "2")
    builder.string("behind", "2")
    let walk = try RecordWalk(InputFile(builder.file(), named: "a.rdb"))
    var observer = Refusing()
    let (parts, end) = walk.run(threads: 1, &observer) { Collector() }
    #expect(observer.told == 2)
    #expect(end.error?.code == "test")
    #expect(end.checksum == nil)
    #expect(parts.flatMap(\.self).map(\.name) == [Array("before".utf8)])
  }
}
