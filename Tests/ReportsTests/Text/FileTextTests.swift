import BinaryInput
import Impact
import Keyspace
import Reports
import TestSupport
import Testing

/// What `inspect` and `verify` write for people.
struct FileTextTests {
  private func inspect(_ name: String) throws -> String {
    let folder = try TemporaryFolder()
    let text = InventoryText(try inventory(of: fixture(name, in: folder)), style: .plain)
    return rendered { text.write(to: &$0) }
  }

  private func verify(_ bytes: [UInt8], color: Bool = false) throws -> String {
    let folder = try TemporaryFolder()
    let verification = Verification(of: try InputFile(path: folder.file(bytes)))
    return rendered {
      VerificationText(verification, style: TextStyle(hasColor: color)).write(to: &$0)
    }
  }

  @Test(arguments: BackupFile.fixtures)
  func `an inventory has no line wider than 100 columns`(file: BackupFile) throws {
    #expect(TerminalText(try inspect(file.name)).lines(widerThan: 100) == [])
  }

  @Test(arguments: BackupFile.fixtures)
  func `an inventory has nothing but text and line ends`(file: BackupFile) throws {
    #expect(charactersThatAct(in: try inspect(file.name)) == [])
  }

  @Test func `an inventory of hostile names counts them all`() throws {
    let text = try inspect("hostile_names_v10")
    #expect(text.contains("keys      50"))
    #expect(text.contains(#"\x1b"#))
    #expect(text.contains(#"right-to-left \xe2\x80\xae"#))
  }

  @Test(arguments: BackupFile.fixtures)
  func `a sound backup has a line`(file: BackupFile) throws {
    let text = try verify(file.bytes())
    #expect(charactersThatAct(in: text) == [])
    let lines = TerminalText(text).lines
    if file.name == "nochecksum_v10" {
      #expect(lines.count == 2)
      #expect(lines[0].contains(": sound, but unverified ("))
      #expect(lines[1].contains("[checksum-disabled]"))
    } else {
      #expect(lines.count == 1)
      #expect(lines[0].contains(": intact ("))
    }
    #expect(TerminalText(text).lines(widerThan: 100) == [])
  }

  @Test(arguments: hostileNames)
  func `damage in a key with a hostile name is shown safely`(name: [UInt8]) throws {
    var builder = RDBBuilder()
    // An intset of three bytes is none.
    builder.append([11] + RDBBuilder.string(name) + RDBBuilder.string([1, 2, 3]))
    let text = try verify(builder.file())
    #expect(text.contains(": damaged ("))
    #expect(text.contains("offset 0x"))
    #expect(charactersThatAct(in: text) == [])
    // However long it is, a problem has one line.
    #expect(TerminalText(text).lines.count == 2)
    #expect(withoutColors(try verify(builder.file(), color: true)).contains(": damaged ("))
  }

  @Test func `warnings name their place and code`() throws {
    var builder = RDBBuilder()
    builder.string("a", "1")
    let text = try verify(builder.file(.disabled) + [1, 2, 3])
    #expect(text.contains(": sound, but unverified ("))
    #expect(text.contains("[checksum-disabled]"))
    #expect(text.contains("[trailing-bytes]"))
    #expect(text.contains("3 bytes follow the end"))
  }

  @Test func `what is not supported is said to be so`() throws {
    var builder = RDBBuilder("REDIS0099")
    builder.string("a", "1")
    let text = try verify(builder.file())
    #expect(text.contains(": not supported ("))
    #expect(text.contains("[unsupported]"))
  }
}
