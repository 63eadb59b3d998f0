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

  /// Looks at a key; damage inside its value does not keep from reading on.
  mutating func visit(_ key: borrowing RDBKey) throws(FormatError) {
    outcome.keys += 1
    outcome.highestDatabase = max(outcome.highestDatabase, key.database)
    if let departure = key.departure { outcome.problems.add(departure, record: key.recordOffset) }
    guard noteName(key) else { return }
    if key.type == .string {
      try checkString(key)
    } else {
      try check(key)
    }
    if key.attributes.needsMetadataModule && outcome.metadataModule == nil {
      outcome.metadataModule = key.recordOffset
    }
  }

  /// Takes in the name; returns false if it can't be made.
  private mutating func noteName(_ key: borrowing RDBKey) -> Bool {
    if let name = key.plainName {
      if remembersKeys { duplicates.add(name, in: key.database) }
      return true
    }
    do throws(FormatError) {
      var scratch = ScratchBuffer()
      let bytes = try key.name().bytes(in: &scratch)
      if remembersKeys { duplicates.add(bytes, in: key.database) }
      return true
    } catch {
      outcome.problems.add(error.within("key name"), record: key.recordOffset)
      return false
    }
  }

  /// Most keys of most files are strings, which have no elements to look at.
  private mutating func checkString(_ key: borrowing RDBKey) throws(FormatError) {
    do throws(FormatError) {
      try key.value.checkString()
    } catch {
      outcome.problems.add(try error.named(key.name()), in: .string, record: key.recordOffset)
    }
  }

  private mutating func check(_ key: borrowing RDBKey) throws(FormatError) {
    let type = key.type
    visitor.begin(type)
    do throws(FormatError) {
      try key.value.decode(into: &visitor, scratch: &scratch)
      visitor.end(type)
    } catch {
      let isConverted = key.value.isConverted(longest: visitor.longest, scratch: &scratch)
      outcome.problems.add(
        try error.named(key.name()), in: type, isConverted: isConverted, record: key.recordOffset)
    }
    if !visitor.irregularities.isEmpty { try noteIrregularities(key) }
    if type == .module2 {
      let module = try key.moduleType().name
      outcome.modules[module] = outcome.modules[module] ?? key.recordOffset
    }
    if type == .hashMetadataPreGA || type == .hashListpackExPreGA {
      outcome.problems.warn(
        .preRelease, at: key.recordOffset, record: key.recordOffset,
        "only release candidates of 7.4 wrote \(type.name)")
    }
  }

  private mutating func noteIrregularities(_ key: borrowing RDBKey) throws(FormatError) {
    let value = key.value
    let isConverted = value.isConverted(longest: visitor.longest, scratch: &scratch)
    for irregularity in visitor.irregularities {
      let error = FormatError.malformed(
        irregularity.rule, irregularity.message, at: value.offset
      ).within(value.type.type.name)
      outcome.problems.add(
        try error.named(key.name()), in: value.type, isConverted: isConverted,
        record: key.recordOffset)
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
