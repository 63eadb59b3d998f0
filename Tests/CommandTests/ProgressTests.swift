import TestSupport
import Testing

/// What is shown of a reading that takes long.
struct ProgressTests {
  @Test func `without a terminal there is no progress`() throws {
    #expect(try Lossmap.run("verify", Story.backup).errors == "")
  }
}
