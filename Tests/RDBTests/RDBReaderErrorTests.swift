import BinaryInput
import RDB
import TestSupport
import Testing

/// Damage between and around values.
struct RDBReaderErrorTests {
  @Test(arguments: ["00", "08", "40 40"])
  func `a key has one to seven classes of metadata`(classes: String) throws {
    let error = try expectFailure(
      Array("REDIS0014".utf8) + hex("F3 \(classes) 00 00 00 00 00 00 01 6B 01 76 FF"),
      FormatRule.keyMetadata.code, at: 10)
    #expect(error.path == ["KEY_META"])
  }

  @Test func `the metadata of a key are module data`() throws {
    try expectFailure(
      Array("REDIS0014".utf8) + hex("F3 01 00 00 00 00 09 00 00 01 6B 01 76 FF"),
      FormatRule.moduleOpcode.code, at: 15)
  }

  @Test(arguments: ["01", "00", "05"])
  func `a module's data say when they are loaded`(opcode: String) throws {
    let error = try expectFailure(
      Array("REDIS0010".utf8) + hex("F7 81 B5 EB 2D FF FA DD 6C 01 \(opcode) 01 00 FF"),
      FormatRule.moduleAuxiliary.code, at: 19)
    #expect(error.path == ["MODULE_AUX"])
  }

  @Test(arguments: [
    ("FE C0 01", "SELECTDB", 10), ("FB 01 C0 01", "RESIZEDB", 11), ("F4 01 02 C0", "SLOT_INFO", 12),
    ("F8 C0 01", "IDLE", 10), ("F3 C1 00 00 00 00 00", "KEY_META", 10),
    ("F7 C0 02 01 00", "MODULE_AUX", 10),
  ])
  func `an error names the record that it is in`(
    bytes: String, name: String, offset: Int
  ) throws {
    let error = try expectFailure(
      Array("REDIS0014".utf8) + hex(bytes), FormatRule.lengthExpected.code, at: offset)
    #expect(error.path == [name])
    #expect(error.key == nil)
  }

  @Test func `an error in a slot migration says so`() throws {
    let error = try expectFailure(
      Array("VALKEY080".utf8) + hex("F3 01 61 01 C0 01"), FormatRule.lengthExpected.code, at: 13)
    #expect(error.path == ["SLOT_IMPORT"])
  }

  @Test(arguments: ["AUX": "FA C4", "FUNCTION2": "F5 C4"])
  func `a field or a library is a string`(name: String, bytes: String) throws {
    let error = try expectFailure(
      Array("REDIS0014".utf8) + hex(bytes), FormatRule.stringForm.code, at: 10)
    #expect(error.path == [name])
  }

  @Test func `an error in a name says so`() throws {
    let error = try expectFailure(
      Array("REDIS0014".utf8) + hex("00 C4"), FormatRule.stringForm.code, at: 10)
    #expect(error.path == ["key name"])
    #expect(error.key == nil)
  }

  @Test func `an error in a value names the key and what it is`() throws {
    for (record, path) in [("00 C4", "string"), ("01 01 C4", "list"), ("07 C4", "module")] {
      let error = try #require(
        #expect(throws: FormatError.self) { try decode(hex(record)) })
      #expect(error.key == Array("k".utf8))
      #expect(error.path == [path])
    }
  }

  @Test func `a reader that has failed fails again, in the same place`() throws {
    var builder = RDBBuilder()
    builder.string("a", "1")
    builder.append(hex("00 01 6B C4"))
    var reader = try RDBReader(input(builder.file()))
    _ = try reader.next()
    var errors: [FormatError] = []
    for _ in 0..<2 {
      do throws(FormatError) { _ = try reader.next() } catch { errors.append(error) }
    }
    #expect(errors.count == 2)
    #expect(errors.first == errors.last)
  }
}
