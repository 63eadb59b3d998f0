import BinaryInput
import RDB
import TestSupport
import Testing

/// Reading a file with several readers at the same time.
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
          attributes: key.attributes, type: key.type, value: [UInt8](copying: key.value.bytes)))
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
    var error: FormatError?
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

  @Test(arguments: 2...5)
  func `several readers see together what one sees`(threads: Int) throws {
    let bytes = Self.large.file()
    #expect(bytes.count > 5 << 20)
    let alone = walk(bytes, threads: 1)
    let together = walk(bytes, threads: threads)
    #expect(alone.error == nil)
    #expect(alone.keys.count == 120_000)
    #expect(together.keys == alone.keys)
    #expect(together.records == alone.records)
    #expect(together.end?.offset == alone.end?.offset)
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
    let alone = walk(bytes, threads: 1)
    let together = walk(bytes, threads: 3)
    #expect(together.error == alone.error)
    #expect(together.keys == alone.keys)
    #expect(together.records == alone.records)
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
    let alone = walk(bytes, threads: 1)
    #expect(alone.keys.last?.attributes.expiry == 59_999)
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
    #expect(together.keys == walk(bytes, threads: 1).keys)
    #expect(together.error == nil)
  }
}
