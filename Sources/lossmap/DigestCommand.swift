internal import ArgumentParser
internal import BinaryInput
internal import Hashing
internal import Impact
internal import Keyspace
internal import RDB
internal import Reports

/// What would the server answer to `DEBUG DIGEST`?
struct DigestCommand: ParsableCommand {
  enum Format: String, CaseIterable, ExpressibleByArgument { case text, ndjson }

  static let configuration = CommandConfiguration(
    commandName: "digest",
    abstract: "What would the server answer to DEBUG DIGEST?",
    discussion: """
      Two data sets with the same digest hold the same keys and values, whatever their encodings. Moments of \
      expiry, stream groups, idle times and functions are not part of it. Since 7.2 servers write scores \
      with fewer digits, so data with sorted sets have another digest there: --target says which server is \
      asked. Without it, it is the one that wrote the file, or \
      for a log without a base Redis 7.0.

      EXAMPLES
        lossmap digest dump.rdb
        lossmap digest dump.rdb --keys --format ndjson
        lossmap digest appendonlydir --until 2026-03-11T01:00:00Z --target redis-7.2
        lossmap digest dump.rdb --match 'user:*'

      \(ExitStatus.help)
      """)

  @Argument(help: "\(backupHelp)", completion: .file())
  var backup: String

  @Flag(help: "One line a key, with what the server answers to DEBUG DIGEST-VALUE.")
  var keys = false

  @Option(help: "The server that is asked: redis-7.0, valkey-8.1, …")
  var target: Target?

  @Option(
    help: "Leave out what has expired by this moment: \(momentHelp).", transform: Moment.parse)
  var at: Moment?

  @Option(help: "With --keys, write text or ndjson (one object a key).")
  var format = Format.text

  @OptionGroup var log: LogOptions
  @OptionGroup(title: "Which keys") var filters: FilterOptions
  @OptionGroup var reading: ReadingOptions
  @OptionGroup var policy: PolicyOptions
  @OptionGroup var redaction: RedactOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if format == .ndjson && !keys { throw ValidationError("--format ndjson goes with --keys") }
  }

  func run() throws {
    try reportingErrors(isRedacted: redaction.redact) {
      let policy = try policy.load()
      let classifier = try KeyClassifier(policy)
      let filter = try filters.filter(policy)
      let selector = try KeySelector(filter, classifier)
      let redactor = redaction.redactor(policy)
      let snapshot = try Snapshot.open(backup, part: log.part, cut: log.cut)
      var stream = try output.open(besides: [backup, self.policy.policy])
      let scores = target?.release.scoreText ?? snapshot.scoreText
      var digester = ValueDigester(scores: scores)
      let time = at?.milliseconds ?? .min
      do throws(FormatError) {
        if keys {
          _ = try snapshot.walkOnce(at: time) { (key) throws(FormatError) in
            guard key.isAlive, selector.selects(key),
              let digest = try digester.digest(
                key.value, expires: key.attributes.expiry != nil, continuing: ServerDigest())
            else { return }
            let line = DigestLine(key, digest)
            write(redactor.map { line.redacted(by: $0, classifier) } ?? line, to: &stream)
          }
        } else {
          let (_, parts) = try snapshot.walkOnce(at: time, threads: reading.threads) {
            DigestTaking(policy, filter, scores)
          }
          let digest = parts.reduce(into: DataSetDigest()) { $0.add($1) }
          stream.write("\(digest.value)\n")
        }
      } catch {
        throw BackupError(path: backup, error: error)
      }
      try stream.finish()
      try snapshot.status.end()
    }
  }

  private func write(_ line: DigestLine, to stream: inout Output) {
    switch format {
    case .text: line.writeText(to: &stream)
    case .ndjson: line.writeJSON(to: &stream)
    }
  }
}
