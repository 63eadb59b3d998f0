import BinaryInput
import RDB
import TestSupport
import Testing

/// Single bytes of real files, changed.
struct MutationTests {
  /// The changes: all bits, the lowest bit, no bits at all.
  private static let changes: [@Sendable (UInt8) -> UInt8] = [
    { $0 ^ 0xFF }, { $0 ^ 1 }, { _ in 0 },
  ]

  /// Every byte of small files, every seventeenth of larger ones.
  private func positions(_ count: Int) -> [Int] {
    Array(stride(from: 0, to: count, by: count < 1200 ? 1 : 17))
  }

  /// A change after which reading takes longer than this would be one that makes it hang: thousands of times as long as
  /// any takes. A time limit of the whole would count the time in which other tests run, too.
  private static let longest = Duration.seconds(20)

  /// Reads the file once for each change; `body` is told where it was and what came of it.
  private func forEachChange(
    of bytes: [UInt8], upTo count: Int, _ body: (Int, FormatError?) -> Void
  ) {
    var bytes = bytes
    for position in positions(count) {
      let original = bytes[position]
      for change in Self.changes where change(original) != original {
        bytes[position] = change(original)
        let start = ContinuousClock.now
        do throws(FormatError) {
          try exhaust(input(bytes))
          body(position, nil)
        } catch {
          body(position, error)
        }
        let time = ContinuousClock.now - start
        if time > Self.longest { Issue.record("byte \(position) took \(time)") }
      }
      bytes[position] = original
    }
  }

  @Test(arguments: BackupFile.fixtures.filter { $0.name != "nochecksum_v10" })
  func `with a checksum, every changed byte is found`(fixture: BackupFile) throws {
    let bytes = try fixture.bytes()
    forEachChange(of: bytes, upTo: bytes.count) { position, error in
      if error == nil {
        Issue.record("a change of byte \(position) of \(bytes.count) was not found")
      }
    }
  }

  @Test(arguments: BackupFile.fixtures)
  func `without a checksum, a changed byte is found or does no harm`(fixture: BackupFile) throws {
    var bytes = try fixture.bytes()
    bytes.replaceSubrange((bytes.count - 8)..., with: repeatElement(0, count: 8))
    forEachChange(of: bytes, upTo: bytes.count - 8) { position, error in
      guard let error else { return }
      if error.offset > bytes.count || error.message.isEmpty {
        Issue.record("byte \(position): \(error)")
      }
    }
  }

  @Test(arguments: WorkedExample.all)
  func `a changed byte of a worked example does no harm`(example: WorkedExample) throws {
    var builder = RDBBuilder(example.header)
    builder.key("k", example.record)
    let bytes = builder.file(.disabled)
    var found = 0
    forEachChange(of: bytes, upTo: min(bytes.count - 8, 1199)) { _, error in
      if error != nil { found += 1 }
    }
    // The header and the type alone make as many errors.
    #expect(found >= 9)
  }
}
