import BinaryInput
import RDB
import TestSupport
import Testing

struct ModuleValueTests {
  static let examples: [WorkedExample] = [
    WorkedExample(
      "one string", hex("07 81 B5 EB 2D FF FA DD 6C 01 05 06 76 61 6C 75 65 31 00"),
      ["module test__rdb 1: 9 bytes"]),
    WorkedExample(
      "every opcode",
      hex(
        """
        07 81 BD E7 2D A2 BB 1E B4 00 | 01 81 FF FF FF FF FF FF FF FF | 02 05
        03 00 00 80 3F | 04 00 00 00 00 00 00 F8 3F | 05 C0 07 | 05 C3 03 02 01 61 61 | 00
        """),
      ["module vectorset 0: 37 bytes"]),
  ]

  @Test(arguments: examples)
  func `a module's value describes itself`(example: WorkedExample) throws {
    #expect(try decode(example.record, example.header) == example.value)
  }

  @Test(arguments: [
    (0xB5EB_2DFF_FADD_6C01, "test__rdb", 1), (0xBDE7_2DA2_BB1E_B400, "vectorset", 0),
    (0x45E2_5238_DF91_2C00, "ReJSON-RL", 0), (0x3016_E5A2_89BE_F800, "MBbloom--", 0),
    (0x4D20_C1F9_360F_1000, "TSDB-TYPE", 0), (UInt64.max, "_________", 1023),
    (0, "AAAAAAAAA", 0),
  ])
  func `an identifier is nine characters and a version`(id: UInt64, name: String, version: Int) {
    let module = ModuleType(id: id)
    #expect(module.name == name)
    #expect(module.version == version)
  }

  @Test func `the reader names the module of a key`() throws {
    var reader = try RDBReader(
      input(file(Self.examples[0].record)))
    _ = try reader.next()
    #expect(try reader.moduleType().name == "test__rdb")
  }

  @Test(arguments: ["06", "3F", "40 40"])
  func `other numbers are no module opcodes`(opcode: String) throws {
    let error = try expectFailure(
      hex("07 81 B5 EB 2D FF FA DD 6C 01 02 05 \(opcode) 00"), .moduleOpcode, at: 11)
    #expect(error.path == ["module"])
  }
}
