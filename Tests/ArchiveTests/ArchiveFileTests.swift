import Archive
import BinaryInput
import Foundation
import TestSupport
import Testing

struct ArchiveFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func archive(_ name: String) throws -> ArchiveFile {
    try ArchiveFile(InputFile(path: folder.url.appending(path: name).filePath))
  }

  private func contents(_ file: InputFile) throws -> [UInt8] {
    try file.bytes(at: 0, file.size + 1)
  }

  private func problem(_ name: String) throws -> String {
    try #require(throws: InputError.self) { try archive(name) }.problem
  }

  /// A data directory with three files, one of them larger than any buffer.
  private func dataDirectory() throws -> [UInt8] {
    var large = Array("REDIS0010".utf8)
    for number in 0..<200_000 as Range<UInt32> {
      for shift in [24, 16, 8, 0] as [UInt32] {
        large.append(UInt8(truncatingIfNeeded: number >> shift))
      }
    }
    try folder.run(
      "mkdir -p data/appendonlydir; printf manifest > data/appendonlydir/a.manifest; : > data/empty"
    )
    try Data(large).write(to: folder.url.appending(path: "data/dump.rdb"))
    return large
  }

  @Test(arguments: [("", ""), ("z", ".gz"), ("J", ".xz"), ("j", ".bz2")])
  func `an archive of a data directory is read where it is`(flag: String, suffix: String) throws {
    let large = try dataDirectory()
    try folder.run("tar -C data -c\(flag)f data.tar\(suffix) .")
    let archive = try archive("data.tar\(suffix)")
    #expect(archive.isTar)
    #expect(
      Set(archive.members.map(\.name)) == ["dump.rdb", "appendonlydir/a.manifest", "empty"])
    let dump = try #require(archive.members.first { $0.name == "dump.rdb" })
    #expect(dump.size == large.count)
    let file = archive.open(dump)
    #expect(file.size == large.count)
    #expect(file.path.hasSuffix("data.tar\(suffix):dump.rdb"))
    #expect(try contents(file) == large)
    let manifest = try #require(archive.members.first { $0.name.hasSuffix("manifest") })
    #expect(try contents(archive.open(manifest)) == Array("manifest".utf8))
  }

  @Test(arguments: ["gzip", "xz", "bzip2"])
  func `a compressed file is the file`(tool: String) throws {
    let large = try dataDirectory()
    try folder.run("\(tool) -c data/dump.rdb > dump")
    let archive = try archive("dump")
    #expect(!archive.isTar)
    let member = try #require(archive.members.first)
    let file = archive.open(member)
    #expect(file.path == archive.path)
    #expect(file.size == large.count)
    #expect(try contents(file) == large)
  }

  @Test func `bytes are there at any offset, forward and back, for many at a time`() throws {
    let large = try dataDirectory()
    try folder.run("gzip -c data/dump.rdb > dump.gz")
    let archive = try archive("dump.gz")
    let file = archive.open(try #require(archive.members.first))
    var generator = SeededRandom(seed: 7)
    for _ in 0..<60 {
      let offset = Int.random(in: 0...(large.count + 10), using: &generator)
      let count = Int.random(in: 0...400_000, using: &generator)
      let expected = large.dropFirst(offset).prefix(count)
      #expect(try file.bytes(at: offset, count).elementsEqual(expected))
    }
  }

  @Test func `damage is told of`() throws {
    _ = try dataDirectory()
    try folder.run(
      "gzip -c data/dump.rdb > dump.gz; head -c 3000 dump.gz > cut.gz; "
        + "(head -c 3000 dump.gz; printf 'xxxxxxxx'; tail -c +3009 dump.gz) > flipped.gz")
    #expect(try problem("cut.gz").contains("truncated"))
    #expect(try problem("flipped.gz").hasPrefix("can't be unpacked: offset 0x"))
  }

  @Test func `what would lead out of an archive is refused`() throws {
    try folder.run(
      "mkdir in; printf x > in/x; printf x > out; "
        + "tar -C in -Pcf parent.tar ../out; tar -Pcf absolute.tar \"$PWD/out\"; "
        + "ln -s /etc/passwd in/link; tar -cf link.tar in; "
        + "rm in/link; ln in/x in/y; tar -cf hardlink.tar in")
    #expect(try problem("parent.tar").contains("leads out of the archive"))
    #expect(try problem("absolute.tar").contains("leads out of the archive"))
    #expect(try problem("link.tar").contains("is a link"))
    #expect(try problem("hardlink.tar").contains("is a link"))
  }

  @Test func `too many entries are refused`() throws {
    try folder.run("mkdir many; cd many; seq 10100 | xargs touch; tar -cf ../many.tar .")
    #expect(try problem("many.tar").contains("more than 10000 entries"))
  }

  @Test func `data that expand without end are refused long before their end`() throws {
    try folder.run("yes | head -c 1000000000 | gzip -9 > bomb.gz")
    let started = ContinuousClock.now
    #expect(try problem("bomb.gz").contains("more than 200 times as many"))
    #expect(ContinuousClock.now - started < .seconds(60))
  }
}
