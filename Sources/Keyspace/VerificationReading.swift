internal import BinaryInput
internal import RDB

extension FormatRule {
  /// The data end before they should.
  static let truncated = FormatRule("truncated")
  /// Bytes follow the end of the file.
  static let trailingBytes = FormatRule("trailing-bytes")
  /// No checksum was stored.
  static let checksumDisabled = FormatRule("checksum-disabled")
  /// A database does not have as many keys as the file announces.
  static let resizeDatabase = FormatRule("resizedb")
  /// A file announces more keys than a server could make room for.
  static let resizeDatabaseSize = FormatRule("resizedb-size")
  /// A cluster slot does not have as many keys as the file announces.
  static let slotInfo = FormatRule("slot-info")
  /// A length has a longer form than a server writes.
  static let longForm = FormatRule("non-canonical-length")
  /// An expiry, idle time or frequency is followed by no key.
  static let danglingAttributes = FormatRule("dangling-attributes")
  /// The file was written as the base of an append-only file.
  static let aofBase = FormatRule("aof-base")
  /// A type that only release candidates wrote.
  static let preRelease = FormatRule("pre-release-type")
  /// A key occurs twice, but of its copies a server keeps only one.
  static let duplicateLeftOut = FormatRule("duplicate-left-out")
  /// A server needs a module to load the file.
  static let module = FormatRule("module")
}

/// The work of verifying one file.
struct VerificationReading: ~Copyable {
  private var result: Verification
  private let options: Verification.Options
  private var visitor = StrictVisitor()
  private var scratch = ValueScratch()
  private var description: SnapshotDescription?
  private var duplicates = DuplicateKeys()
  private var highestDatabase: UInt64 = 0
  private var database = AnnouncedCounts()
  private var slot = AnnouncedCounts()
  private var libraries: Set<String> = []
  private var modules: [String] = []
  private var needsMetadataModule = false
  /// The version of a type or opcode that came later than the file's version.
  private var newestFeature: Int?
  /// The first problem for which a server stops loading.
  private var refusal: String?

  /// A server makes room for all keys that a file announces: for more than this, no machine has it.
  private static let mostKeys: UInt64 = 1 << 36

  /// Problems beyond this many are counted, not listed.
  private static let listed = 1000

  init(_ result: Verification, _ options: Verification.Options) {
    self.result = result
    self.options = options
  }

  // MARK: Reading

  mutating func read(_ file: InputFile) {
    do throws(FormatError) {
      var reader = try RDBReader(file, toleratesLaterFeatures: true)
      result.version = reader.version
      var description = SnapshotDescription(version: reader.version)
      if let departure = reader.departure { note(departure, in: nil) }
      while let record = try reader.next() {
        if let departure = reader.departure { note(departure, in: nil) }
        if record == .key {
          try key(reader)
        } else {
          try add(record, reader, &description)
        }
        if newestFeature == nil, let error = reader.laterFeature {
          let byte = (try? file.bytes(at: error.offset, 1))?.first
          newestFeature = byte.flatMap { RDBVersion.since(ofRecord: $0) }
          note(error, in: nil)
        }
      }
      checkEnd(reader, file, description)
      if options.looksForDuplicates { try findDuplicates(in: file) }
    } catch {
      if case .checksumMismatch = error.reason { result.checksum = .mismatch }
      note(error, in: nil)
    }
  }

  /// Looks at the key at hand; damage inside its value does not keep from reading on.
  private mutating func key(_ reader: borrowing RDBReader) throws(FormatError) {
    let type = reader.valueType
    database.add(expires: reader.attributes.expiry != nil)
    slot.add(expires: reader.attributes.expiry != nil)
    highestDatabase = max(highestDatabase, reader.database)
    if options.looksForDuplicates {
      var name = ScratchBuffer()
      duplicates.add(try reader.key().bytes(in: &name), in: reader.database)
    }
    visitor.begin(type)
    do throws(FormatError) {
      try reader.value.decode(into: &visitor, scratch: &scratch)
      visitor.end(type)
    } catch {
      let isConverted = reader.value.isConverted(longest: visitor.longest, scratch: &scratch)
      note(try error.named(reader.key()), in: type, isConverted: isConverted)
    }
    if !visitor.irregularities.isEmpty { try noteIrregularities(reader) }
    if type == .module2 { modules.append(try reader.moduleType().name) }
    if reader.attributes.needsMetadataModule && !needsMetadataModule {
      needsMetadataModule = true
      warn(
        .module, at: reader.recordOffset,
        "a server needs the module that has attached metadata to the key")
    }
    if type == .hashMetadataPreGA || type == .hashListpackExPreGA {
      warn(
        .preRelease, at: reader.recordOffset, "only release candidates of 7.4 wrote \(type.name)")
    }
    result.keys += 1
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
      note(try error.named(reader.key()), in: value.type, isConverted: isConverted)
    }
  }

  private mutating func add(
    _ record: RDBRecord, _ reader: borrowing RDBReader, _ description: inout SnapshotDescription
  ) throws(FormatError) {
    try description.add(record, reader)
    switch record {
    case .auxiliary:
      result.createdAt = description.createdAt
    case .function:
      var scratch = ScratchBuffer()
      let source = [UInt8](copying: try reader.functionSource().bytes(in: &scratch))
      checkLibrary(source, at: reader.recordOffset)
    case .moduleAuxiliary: modules.append(try reader.moduleType().name)
    case .selectDatabase:
      checkCounts(at: reader.recordOffset)
      highestDatabase = max(highestDatabase, reader.database)
    case .resizeDatabase:
      let counts = try reader.counts()
      database.announced = counts
      if max(counts.keys, counts.expires) > Self.mostKeys {
        let error = FormatError.malformed(
          .resizeDatabaseSize, "no server has room for \(max(counts.keys, counts.expires)) keys",
          at: reader.recordOffset)
        note(error, in: nil)
      }
    case .slotInfo:
      checkSlot(at: reader.recordOffset)
      slot.announced = try reader.counts()
    case .end:
      result.checksum = reader.checksum
      checkCounts(at: reader.recordOffset)
    case .key, .slotImport: break
    }
    if record != .key, reader.attributes != RDBKeyAttributes() {
      warn(.danglingAttributes, at: reader.recordOffset, "an expiry or idle time precedes no key")
    }
  }

  // MARK: Checks

  /// Holds what was announced for the database, and for its last slot, against what came.
  private mutating func checkCounts(at offset: Int) {
    checkSlot(at: offset)
    if let difference = database.difference {
      warn(.resizeDatabase, at: offset, "the database should have \(difference)")
    }
    database = AnnouncedCounts()
  }

  private mutating func checkSlot(at offset: Int) {
    if let difference = slot.difference {
      warn(.slotInfo, at: offset, "the slot should have \(difference)")
    }
    slot = AnnouncedCounts()
  }

  private mutating func checkLibrary(_ source: [UInt8], at offset: Int) {
    result.libraries += 1
    guard let library = FunctionLibrary(source: source) else {
      let error = FormatError.malformed(
        .functionLibrary, "a function library does not begin with #!lua name=NAME", at: offset)
      return note(error, in: nil)
    }
    guard libraries.insert(library.name).inserted else {
      let error = FormatError.malformed(
        .duplicateLibrary, "function library \(library.name) is there twice", at: offset)
      return note(error, in: nil)
    }
  }

  private mutating func checkEnd(
    _ reader: borrowing RDBReader, _ file: InputFile, _ description: SnapshotDescription
  ) {
    result.end = reader.offset
    if result.checksum == .disabled {
      warn(.checksumDisabled, at: reader.offset - 8, "no checksum was stored: unverified")
    }
    if let offset = reader.firstLongForm {
      warn(
        .longForm, at: offset,
        "a length has a longer form than a server writes: the file was put together by something else"
      )
    }
    if reader.offset < file.size {
      warn(
        .trailingBytes, at: reader.offset,
        "\(file.size - reader.offset) bytes follow the end (a server ignores them)")
    }
    if description.isLogBase {
      warn(.aofBase, at: 0, "the file was written as the base of an append-only file")
    }
    if let first = modules.first {
      warn(.module, at: 0, "a server needs the module with \(first) to load the file")
    }
  }

  private mutating func findDuplicates(in file: InputFile) throws(FormatError) {
    let search = duplicates
    duplicates = DuplicateKeys()
    let (findings, count) = try search.findings(
      in: file, atMost: Self.listed, loadedAt: options.loadedAt)
    result.duplicates = count
    result.unlisted += count - findings.count
    for finding in findings {
      let what = "the key is there twice in database \(finding.database)"
      var error =
        finding.isRefused
        ? FormatError.malformed(.duplicateKey, "\(what) (a server aborts)", at: finding.offset)
        : FormatError.malformed(
          .duplicateLeftOut, "\(what), once of it empty or expired", at: finding.offset)
      error.key = finding.name
      note(error, in: nil)
    }
  }

  // MARK: Noting

  private mutating func note(
    _ error: FormatError, in type: RDBValueType?, isConverted: Bool = false
  ) {
    switch error.reason {
    case .unsupported: if result.isIntact == true { result.isIntact = nil }
    case .unreadable: result.isReadable = false
    case .truncated, .malformed, .checksumMismatch: result.isIntact = false
    }
    let place = error.path.isEmpty ? "" : "\(error.path.joined(separator: ", ")): "
    let rule = FormatRule(error.code)
    let isTolerated = Loadability.reaction(to: rule, in: type, isConverted: isConverted) == .loads
    if !isTolerated { refusal = refusal ?? error.description }
    // The reader says it itself, for the commands that stop there.
    let remark = isTolerated && rule != .notInVersion ? Loadability.tolerated : ""
    list(
      Verification.Problem(
        severity: .error, code: error.code, offset: error.offset, key: error.key,
        message: place + error.message + remark))
  }

  private mutating func warn(_ rule: FormatRule, at offset: Int, _ message: String) {
    list(
      Verification.Problem(
        severity: .warning, code: rule.code, offset: offset, key: nil, message: message))
  }

  private mutating func list(_ problem: Verification.Problem) {
    if result.problems.count < Self.listed {
      result.problems.append(problem)
    } else {
      result.unlisted += 1
    }
  }

  // MARK: Judging

  /// The verdict, with what each release that was asked about would do.
  consuming func finished() -> Verification {
    for release in options.targets {
      result.targets.append((release, refusal(by: release)))
    }
    return result
  }

  private func refusal(by release: ServerRelease) -> String? {
    guard let version = result.version else { return refusal ?? "the file has no readable header" }
    if let refusal = release.refusal(of: version) { return refusal }
    if let refusal { return refusal }
    if let newestFeature,
      release.version.flavour == .valkey || release.version.number < newestFeature
    {
      return "\(release.name) does not know a type of RDB version \(newestFeature)"
    }
    if highestDatabase >= options.databases {
      return "database \(highestDatabase) takes more than \(options.databases) databases"
    }
    if let missing = modules.first(where: { !release.builtInModules.contains($0) }) {
      return "the module with \(missing) is not part of the server"
    }
    if needsMetadataModule { return "the module with metadata of keys is not part of the server" }
    return nil
  }
}

/// How many keys a file announces, and how many came.
private struct AnnouncedCounts {
  var announced: RDBCounts?
  private var keys: UInt64 = 0
  private var expires: UInt64 = 0

  mutating func add(expires: Bool) {
    keys += 1
    if expires { self.expires += 1 }
  }

  /// The two in words; nil if they agree or nothing was announced.
  var difference: String? {
    guard let announced, announced.keys != keys || announced.expires != expires else { return nil }
    return
      "\(announced.keys) keys, \(announced.expires) with an expiry; it has \(keys) and \(expires)"
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
