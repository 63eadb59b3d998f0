internal import BinaryInput
internal import RDB

/// Looks at keys and into their values, for rules that they break.
struct KeyVerifier: KeyVisitor, ~Copyable {
  /// What was found in the keys that one verifier has seen.
  struct Outcome: Sendable {
    var problems = ProblemList()
    var keys = 0
    var highestDatabase: UInt64 = 0
    /// The modules that values belong to, each with the record in which it came first.
    var modules: [String: Int] = [:]
    /// The first key with metadata for which a server needs a module.
    var metadataModule: Int?
    var duplicates: DuplicateKeys?
  }

  private var outcome = Outcome()
  private var visitor = StrictVisitor()
  private var scratch = ValueScratch()
  private var duplicates: DuplicateKeys
  private let remembersKeys: Bool

  /// With `duplicates`, keys are remembered, to find those that are there twice.
  init(duplicates: DuplicateKeys?) {
    remembersKeys = duplicates != nil
    self.duplicates = duplicates ?? DuplicateKeys()
  }

  consuming func finish() -> Outcome {
    if remembersKeys { outcome.duplicates = duplicates }
    return outcome
  }

  /// Looks at the key at hand; damage inside its value does not keep from reading on.
  mutating func visit(_ reader: borrowing RDBReader) throws(FormatError) {
    let type = reader.valueType
    outcome.keys += 1
    outcome.highestDatabase = max(outcome.highestDatabase, reader.database)
    if remembersKeys { try remember(reader) }
    if let departure = reader.departure {
      outcome.problems.add(departure, record: reader.recordOffset)
    }
    if type == .string {
      try checkString(reader)
    } else {
      try check(reader, type)
    }
    if reader.attributes.needsMetadataModule && outcome.metadataModule == nil {
      outcome.metadataModule = reader.recordOffset
    }
  }

  private mutating func remember(_ reader: borrowing RDBReader) throws(FormatError) {
    var name = ScratchBuffer()
    duplicates.add(try reader.key().bytes(in: &name), in: reader.database)
  }

  /// Most keys of most files are strings, which have no elements to look at.
  private mutating func checkString(_ reader: borrowing RDBReader) throws(FormatError) {
    do throws(FormatError) {
      try reader.value.checkString()
    } catch {
      outcome.problems.add(
        try error.named(reader.key()), in: .string, record: reader.recordOffset)
    }
  }

  private mutating func check(
    _ reader: borrowing RDBReader, _ type: RDBValueType
  ) throws(FormatError) {
    visitor.begin(type)
    do throws(FormatError) {
      try reader.value.decode(into: &visitor, scratch: &scratch)
      visitor.end(type)
    } catch {
      let isConverted = reader.value.isConverted(longest: visitor.longest, scratch: &scratch)
      outcome.problems.add(
        try error.named(reader.key()), in: type, isConverted: isConverted,
        record: reader.recordOffset)
    }
    if !visitor.irregularities.isEmpty { try noteIrregularities(reader) }
    if type == .module2 {
      let module = try reader.moduleType().name
      outcome.modules[module] = outcome.modules[module] ?? reader.recordOffset
    }
    if type == .hashMetadataPreGA || type == .hashListpackExPreGA {
      outcome.problems.warn(
        .preRelease, at: reader.recordOffset, record: reader.recordOffset,
        "only release candidates of 7.4 wrote \(type.name)")
    }
  }

  private mutating func noteIrregularities(
    _ reader: borrowing RDBReader
  ) throws(FormatError) {
    let value = reader.value
    let isConverted = value.isConverted(longest: visitor.longest, scratch: &scratch)
    for irregularity in visitor.irregularities {
      let error = FormatError.malformed(
        irregularity.rule, irregularity.message, at: value.offset
      ).within(value.type.type.name)
      outcome.problems.add(
        try error.named(reader.key()), in: value.type, isConverted: isConverted,
        record: reader.recordOffset)
    }
  }
}

extension FormatError {
  /// Returns the error with the name of the key in whose value it is.
  fileprivate func named(_ name: EncodedString) throws(FormatError) -> FormatError {
    var scratch = ScratchBuffer()
    var error = self
    error.key = [UInt8](copying: try name.bytes(in: &scratch))
    return error
  }
}
