import TestSupport

/// A value of the format's reference, byte for byte, and what it consists of.
struct WorkedExample: CustomStringConvertible, Sendable {
  let description: String
  /// The header of a file that may have it.
  let header: String
  /// The type and the value.
  let record: [UInt8]
  let value: [String]

  init(_ description: String, _ record: [UInt8], in header: String = "REDIS0014", _ value: [String])
  {
    self.description = description
    self.header = header
    self.record = record
    self.value = value
  }

  /// The examples of every encoding.
  static let all: [WorkedExample] =
    EncodedStringTests.examples + PlainValueTests.examples + ListpackTests.examples
    + ZiplistTests.examples + ZipmapTests.examples + IntsetTests.examples
    + QuicklistTests.examples + PackedValueTests.examples + ExpiringHashTests.examples
    + StreamValueTests.examples + StreamLayoutTests.examples + ModuleValueTests.examples
    + ArrayValueTests.examples
}
