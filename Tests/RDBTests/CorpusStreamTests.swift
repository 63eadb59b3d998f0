import BinaryInput
import RDB
import TestSupport
import Testing

/// Streams against `XINFO STREAM FULL`, which knows what no digest covers: states, groups, consumers and
/// pending entries.
struct CorpusStreamTests {
  @Test(
    .enabled(if: Repository.hasCorpus, "the corpus is not here"),
    arguments: (BackupFile.corpus + BackupFile.legacy).filter { name in
      ["-streams", "_streams", "-all", "-tiny-encodings", "-nocompress-nochecksum"]
        .contains { name.name.hasSuffix($0) }
    })
  func `a stream is what its server said`(backup: BackupFile) throws {
    try check(backup)
  }

  @Test(arguments: BackupFile.fixtures.filter { $0.name.hasPrefix("stream") })
  func `a stream of the fixtures is what its server said`(backup: BackupFile) throws {
    #expect(try check(backup) > 0)
  }

  @Test(.enabled(if: Repository.hasCorpus, "the corpus is not here"))
  func `the corpus has streams of every server that knows them`() throws {
    let counts = try BackupFile.corpus.filter { $0.name.hasSuffix("-streams") }.map(check)
    // 3.2 has no such file, and 5.0 no command that would tell.
    #expect(counts == [0, 7, 7, 7, 7])
  }

  /// Compares the streams about which the truth says something; returns how many they are.
  @discardableResult
  private func check(_ backup: BackupFile) throws -> Int {
    let truth = try Truth(of: backup.url)
    var stated: [KeyName: JSONValue] = [:]
    for key in truth.keys { stated[KeyName(key)] = key.stream }
    var reader = try RDBReader(try InputFile(path: backup.path))
    var scratch = ValueScratch()
    var nameScratch = ScratchBuffer()
    var compared = 0
    while let record = try reader.next() {
      guard record == .key else { continue }
      let name = [UInt8](copying: try reader.key().bytes(in: &nameScratch))
      guard let expected = stated[KeyName(reader.database, name)] else { continue }
      var stream = StreamInformation()
      try reader.value.decode(into: &stream, scratch: &scratch)
      try compare(stream, expected)
      compared += 1
    }
    #expect(compared == stated.count)
    return compared
  }

  private func compare(_ stream: StreamInformation, _ expected: JSONValue) throws {
    let state = try #require(stream.state)
    #expect(expected["length"]?.integer == Int64(state.length))
    #expect(Int64(stream.entries.count) == Int64(state.length))
    #expect(expected["last-generated-id"] == .text(state.lastID.description))
    if let id = expected["max-deleted-entry-id"] {
      #expect(id == .text(state.maxDeletedID.description))
    }
    if let id = expected["recorded-first-entry-id"] {
      #expect(id == .text(state.firstID.description))
    }
    if let added = expected["entries-added"]?.integer {
      #expect(added == Int64(state.entriesAdded))
    }
    let entries = try #require(expected["entries"]?.elements)
    #expect(stream.entries.count == entries.count)
    for (entry, answer) in zip(stream.entries, entries) {
      #expect(answer.elements?[0] == .text(entry.id.description))
      #expect(answer.elements?[1].elements?.map(\.bytes) == entry.fields)
    }
    let groups = try #require(expected["groups"]?.elements)
    #expect(stream.groups.count == groups.count)
    for answer in groups {
      let name = try #require(answer["name"]?.bytes)
      let group = try #require(stream.groups.first { $0.name == name })
      try compare(group, answer)
    }
  }

  private func compare(_ group: StreamInformation.Group, _ expected: JSONValue) throws {
    #expect(expected["last-delivered-id"] == .text(group.state.lastDeliveredID.description))
    if let read = expected["entries-read"] {
      #expect(read == group.state.entriesRead.map { .integer(Int64($0)) } ?? .null)
    }
    #expect(expected["pel-count"]?.integer == Int64(group.pending.count))
    let pending = try #require(expected["pending"]?.elements)
    #expect(pending.count == group.pending.count)
    for (entry, answer) in zip(group.pending.sorted { $0.id < $1.id }, pending) {
      let owner = try #require(group.consumers.first { $0.owned.contains(entry.id) })
      #expect(
        answer.elements?.map(\.bytes) == [Array(entry.id.description.utf8), owner.name, nil, nil])
      #expect(answer.elements?[2].integer == entry.deliveryTime)
      #expect(answer.elements?[3].integer == Int64(entry.deliveryCount))
    }
    let consumers = try #require(expected["consumers"]?.elements)
    #expect(consumers.count == group.consumers.count)
    for answer in consumers {
      let name = try #require(answer["name"]?.bytes)
      let consumer = try #require(group.consumers.first { $0.name == name })
      #expect(answer["seen-time"]?.integer == consumer.state.seenTime)
      if let active = answer["active-time"]?.integer {
        #expect(active == consumer.state.activeTime ?? -1)
      }
      #expect(answer["pel-count"]?.integer == Int64(consumer.owned.count))
      let owned = answer["pending"]?.elements?.map { $0.elements?[0] }
      #expect(owned == consumer.owned.sorted().map { .text($0.description) })
    }
  }
}
