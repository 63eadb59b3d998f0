internal import ArgumentParser
internal import Impact
internal import Reports

/// Whether the answer may leave the company.
struct RedactOptions: ParsableArguments {
  @Flag(
    help: """
      Replace identifiers and values by pseudonyms: what a policy's pattern leaves free of a key's name, and all of \
      a key without a category. Categories and counts stay.
      """)
  var redact = false

  @Option(
    help: """
      With --redact: make the same pseudonyms whenever this key is given. (default: a random key, used once)
      """)
  var redactKey: String?

  func validate() throws {
    guard let redactKey else { return }
    if !redact { throw ValidationError("--redact-key goes with --redact") }
    if redactKey.isEmpty { throw ValidationError("--redact-key must not be empty") }
  }

  /// What makes the pseudonyms; nil if none are wanted.
  func redactor(_ policy: Policy?) -> Redactor? {
    redact ? Redactor(policy: policy, key: redactKey.map { Array($0.utf8) }) : nil
  }
}

extension OutputOptions {
  /// What a document needs to know beside its report value, with the hashes of the files at `paths`.
  func settings(
    ofFilesAt paths: [String], _ redactor: Redactor? = nil
  ) throws -> DocumentSettings {
    var settings = DocumentSettings(language: language, tool: Version.name)
    settings.isRedacted = redactor != nil
    settings.files = try paths.flatMap(FileEvidence.files).map { file in
      guard let redactor else { return file }
      return FileEvidence(
        input: redactor.path(file.input), path: redactor.path(file.path), bytes: file.bytes,
        sha256: file.sha256)
    }
    return settings
  }
}
