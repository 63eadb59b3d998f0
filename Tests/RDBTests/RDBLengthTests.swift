import BinaryInput
import TestSupport
import Testing

@testable import RDB

struct RDBLengthTests {
  @Test(arguments: [
    ("0A", 10), ("3F", 63), ("40 40", 64), ("40 64", 100), ("7F FF", 16_383),
    ("80 00 00 40 00", 16_384), ("80 00 00 00 03", 3), ("81 00 00 00 00 00 00 00 03", 3),
    ("81 FF FF FF FF FF FF FF FF", UInt64.max),
  ])
  func `a length is read from each of its forms`(bytes: String, value: UInt64) throws {
    let bytes = hex(bytes)
    var reader = ByteReader(bytes.span)
    let length = try reader.length()
    let isAtEnd = reader.isAtEnd
    #expect(length == value)
    #expect(isAtEnd)
  }

  @Test(arguments: (0x82...0xBF).map { UInt8($0) })
  func `other bytes with the high bits 10 begin no length`(first: UInt8) throws {
    try expectFailure([0, first], .lengthForm, at: 0)
  }

  @Test(arguments: (0xC0...0xFF).map { UInt8($0) })
  func `a special string form is no count, though servers take it for one`(first: UInt8) throws {
    let bytes = [first]
    var reader = ByteReader(bytes.span, at: 7)
    #expect(try reader.length() == UInt64(first & 0x3F))
    #expect(reader.firstDeparture == .specialNumber)
    #expect(reader.departureOffset == 7)
    let elements = [UInt8](repeating: 0, count: Int(first & 0x3F))
    try expectFailure([1, first] + elements, .lengthExpected, at: 0)
  }

  @Test func `a count is no more than the bytes that are left`() throws {
    let bytes = hex("04 01 02 03")
    var reader = ByteReader(bytes.span, at: 100)
    var thrown: FormatError?
    do { _ = try reader.count() } catch { thrown = error }
    let position = reader.position
    #expect(thrown == .truncated(needed: 4, available: 3, at: 101))
    #expect(position == 0)
  }
}
