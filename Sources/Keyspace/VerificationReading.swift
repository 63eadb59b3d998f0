internal import BinaryInput
internal import RDB

/// The work of verifying one file.
struct VerificationReading {
  private var result: Verification
  private let options: Verification.Options
  private var problems = ProblemList()
  private var highestDatabase: UInt64 = 0
  /// The modules that a server needs, the first in the file first.
  private var modules: [String] = []
  private var needsMetadataModule = false
  /// The version of a type or opcode that came later than the file's version.
  private var newestFeature: Int?

  init(_ result: Verification, _ options: Verification.Options) {
    self.result = result
    self.options = options
  }

  // MARK: Reading

  mutating func read(_ file: InputFile) {
    do throws(FormatError) {
      let walk = try RecordWalk(file, toleratesLaterFeatures: true)
      result.version = walk.version
      if let departure = walk.departure { problems.add(departure, record: 0) }
      var records = RecordVerifier(walk.version)
      let duplicates = options.looksForDuplicates ? DuplicateKeys() : nil
      let (keys, end) = walk.run(threads: options.threads, &records) {
        KeyVerifier(duplicates: duplicates)
      }
      takeIn(records, keys)
      takeIn(end, of: file)
      if let error = end.error { throw error }
      result.end = end.offset
      result.checksum = end.checksum
      checkEnd(end, records.description, file)
      if duplicates != nil {
        try findDuplicates(keys.compactMap(\.duplicates), in: file)
      }
    } catch {
      if case .checksumMismatch = error.reason { result.checksum = .mismatch }
      problems.add(error, record: error.offset)
    }
  }

  private mutating func takeIn(_ records: RecordVerifier, _ keys: [KeyVerifier.Outcome]) {
    result.createdAt = records.description.createdAt
    result.libraries = records.libraryCount
    result.keys = keys.reduce(0) { $0 + $1.keys }
    problems.merge(keys.map(\.problems) + [records.problems])
    highestDatabase = keys.map(\.highestDatabase).max() ?? 0
    highestDatabase = max(highestDatabase, records.highestDatabase)
    let places = keys.map(\.modules).reduce(into: records.modules) { all, some in
      all.merge(some) { min($0, $1) }
    }
    modules = places.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key)
    guard let offset = keys.compactMap(\.metadataModule).min() else { return }
    needsMetadataModule = true
    var note = ProblemList()
    note.warn(
      .module, at: offset, record: offset,
      "a server needs the module that has attached metadata to the key")
    problems.merge([note])
  }

  /// Takes in a type or opcode that is newer than the file says.
  private mutating func takeIn(_ end: RecordEnd, of file: InputFile) {
    guard let error = end.laterFeature else { return }
    let byte = (try? file.bytes(at: error.offset, 1))?.first
    newestFeature = byte.flatMap { RDBVersion.since(ofRecord: $0) }
    var note = ProblemList()
    note.add(error, record: error.offset)
    problems.merge([note])
  }

  // MARK: Checks

  private mutating func checkEnd(
    _ end: RecordEnd, _ description: SnapshotDescription, _ file: InputFile
  ) {
    if result.checksum == .disabled {
      warn(.checksumDisabled, at: end.offset - 8, "no checksum was stored: unverified")
    }
    if let offset = end.firstLongForm {
      warn(
        .longForm, at: offset,
        "a length has a longer form than a server writes: the file was put together by something else"
      )
    }
    if end.offset < file.size {
      warn(
        .trailingBytes, at: end.offset,
        "\(file.size - end.offset) bytes follow the end (a server ignores them)")
    }
    if description.isLogBase {
      warn(.aofBase, at: 0, "the file was written as the base of an append-only file")
    }
    if let first = modules.first {
      warn(.module, at: 0, "a server needs the module with \(first) to load the file")
    }
  }

  private mutating func findDuplicates(
    _ searches: [DuplicateKeys], in file: InputFile
  ) throws(FormatError) {
    let (findings, count) = try DuplicateKeys.findings(
      of: searches, in: file, atMost: ProblemList.limit, loadedAt: options.loadedAt,
      threads: options.threads)
    result.duplicates = count
    problems.addUnlisted(count - findings.count)
    for finding in findings {
      let what = "the key is there twice in database \(finding.database)"
      var error =
        finding.isRefused
        ? FormatError.malformed(.duplicateKey, "\(what) (a server aborts)", at: finding.offset)
        : FormatError.malformed(
          .duplicateLeftOut, "\(what), once of it empty or expired", at: finding.offset)
      error.key = finding.name
      problems.add(error, record: finding.offset)
    }
  }

  private mutating func warn(_ rule: FormatRule, at offset: Int, _ message: String) {
    problems.warn(rule, at: offset, record: offset, message)
  }

  // MARK: Judging

  /// The verdict, with what each release that was asked about would do.
  consuming func finished() -> Verification {
    result.problems = problems.problems
    result.unlisted = problems.unlisted
    result.isIntact = problems.isIntact
    result.isReadable = problems.isReadable
    for release in options.targets {
      result.targets.append((release, refusal(by: release)))
    }
    return result
  }

  private func refusal(by release: ServerRelease) -> String? {
    guard let version = result.version else {
      return problems.refusal ?? "the file has no readable header"
    }
    if let refusal = release.refusal(of: version) { return refusal }
    if let refusal = problems.refusal { return refusal }
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
