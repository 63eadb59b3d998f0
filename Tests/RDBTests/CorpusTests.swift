import BinaryInput
import Foundation
import RDB
import TestSupport
import Testing

/// Every key of every file against what a real server said about it.
struct CorpusTests {
  @Test(.enabled(if: Repository.hasCorpus, "the corpus is not here"), arguments: BackupFile.corpus)
  func `a file has the keys, types and expiries that its server had`(backup: BackupFile) throws {
    try check(backup)
  }

  @Test(arguments: BackupFile.fixtures)
  func `a fixture has the keys, types and expiries that its server had`(
    backup: BackupFile
  ) throws {
    try check(backup)
  }

  // The truth is that of a server which had loaded the file, so keys that had expired are missing, and
  // encodings are those into which it converts old ones.
  @Test(
    .enabled(if: Repository.hasCorpus, "the corpus is not here"),
    arguments: BackupFile.legacy.filter(\.hasTruth))
  func `an old file has the keys, types and expiries that a new server finds`(
    backup: BackupFile
  ) throws {
    try check(backup, isConverted: true)
  }

  @Test func `the corpus is there as a whole, or not at all`() {
    #expect(BackupFile.corpus.count == (Repository.hasCorpus ? 88 : 0))
    #expect(BackupFile.legacy.count == (Repository.hasCorpus ? 28 : 0))
    #expect(BackupFile.fixtures.count == 24)
  }

  /// What a file says about a key.
  private struct Found {
    var type: RDBValueType
    var attributes: RDBKeyAttributes
    /// The string, of keys that have one.
    var string: [UInt8]?
    /// When fields of a hash expire, of those that do.
    var fieldExpiries: [[UInt8]: Int64]
  }

  private func check(_ backup: BackupFile, isConverted: Bool = false) throws {
    let truth = try Truth(of: backup.url)
    var (keys, functions) = try Self.read(backup)
    if isConverted {
      keys = keys.filter {
        ($0.value.attributes.expiry ?? .max) > Int64(Date.now.timeIntervalSince1970 * 1000)
      }
    }
    #expect(Set(keys.keys) == Set(truth.keys.map(KeyName.init)))
    for stated in truth.keys {
      let name = KeyName(stated)
      guard let found = keys[name] else { continue }
      #expect(found.type.type.name == stated.type, "\(name)")
      if let expiry = stated.expiry { #expect(found.attributes.expiry ?? -1 == expiry, "\(name)") }
      if !isConverted {
        #expect(Self.isPossible(stated.encoding, found), "\(name): \(stated.encoding)")
      }
      if let idle = stated.idle { #expect(found.attributes.idle == idle, "\(name)") }
      if let frequency = stated.frequency {
        #expect(found.attributes.frequency == frequency, "\(name)")
      }
      #expect(found.fieldExpiries == stated.fieldExpiries ?? [:], "\(name)")
    }
    #expect(functions == truth.functions.compactMap { $0["library_code"]?.bytes }.sorted(by: <))
  }

  private static func read(_ backup: BackupFile) throws -> ([KeyName: Found], [[UInt8]]) {
    var keys: [KeyName: Found] = [:]
    var functions: [[UInt8]] = []
    var reader = try RDBReader(try InputFile(path: backup.path))
    var scratch = ScratchBuffer()
    var valueScratch = ValueScratch()
    while let record = try reader.next() {
      switch record {
      case .key:
        let name = [UInt8](copying: try reader.key().bytes(in: &scratch))
        var visitor = Visitor()
        try reader.value.decode(into: &visitor, scratch: &valueScratch)
        let found = Found(
          type: reader.valueType, attributes: reader.attributes, string: visitor.string,
          fieldExpiries: visitor.fieldExpiries)
        let earlier = keys.updateValue(found, forKey: KeyName(reader.database, name))
        #expect(earlier == nil, "a key is there twice")
      case .function:
        functions.append([UInt8](copying: try reader.functionSource().bytes(in: &scratch)))
      default: break
      }
    }
    return (keys, functions.sorted(by: <))
  }

  private struct Visitor: ValueVisitor {
    var string: [UInt8]?
    var fieldExpiries: [[UInt8]: Int64] = [:]

    mutating func string(_ value: Span<UInt8>) { string = [UInt8](copying: value) }

    mutating func hashField(_ field: Span<UInt8>, value: Span<UInt8>, expiry: Int64?) {
      if let expiry { fieldExpiries[[UInt8](copying: field)] = expiry }
    }
  }

  /// Whether a value that the file has so can have had this encoding in memory.
  private static func isPossible(_ encoding: String, _ found: Found) -> Bool {
    switch found.type {
    case .string:
      // The file does not tell: a string that APPEND has made is raw whatever it holds, and one of
      // digits is written as an integer all the same.
      let bytes = found.string ?? []
      return switch encoding {
      case "int": bytes.count <= 20 && Int64(EscapedBytes(bytes).description) != nil
      case "embstr": bytes.count <= 44
      default: encoding == "raw"
      }
    case .listQuicklist2:
      // Since 7.2 a list of one node is a listpack in memory, and a quicklist in the file.
      return encoding == "quicklist" || encoding == "listpack"
    case .streamListpacks:
      // Redis 5.0 has no word for it.
      return encoding == "stream" || encoding == "unknown"
    default:
      return encoding == found.type.encoding
    }
  }
}

private func < (left: [UInt8], right: [UInt8]) -> Bool { left.lexicographicallyPrecedes(right) }
