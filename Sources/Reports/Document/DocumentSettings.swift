internal import BinaryInput
public import Impact
internal import Keyspace
internal import RDB

/// What a document needs to know beside its report value.
public struct DocumentSettings: Sendable {
  /// The language.
  public let language: Language
  /// The program and its version.
  public let tool: String
  /// The files that were read.
  public var files: [FileEvidence] = []
  /// Whether identifiers and values in the report are pseudonyms.
  public var isRedacted = false

  /// Puts the settings together.
  public init(language: Language, tool: String) {
    self.language = language
    self.tool = tool
  }

  var words: Words { Words(language: language) }

  /// What was read from a path: a file, or the files of a folder.
  func files(of path: String) -> [FileEvidence] { files.filter { $0.input == path } }
}

/// What identifies a file that was read.
public struct FileEvidence: Sendable {
  /// The path on the command line that it was read for.
  public let input: String
  /// The path of the file.
  public let path: String
  /// The size in bytes.
  public let bytes: Int
  /// The SHA-256 of its bytes, in hexadecimal.
  public let sha256: String

  /// Describes a file.
  public init(input: String, path: String, bytes: Int, sha256: String) {
    self.input = input
    self.path = path
    self.bytes = bytes
    self.sha256 = sha256
  }
}

extension Words {
  /// What a document says about an input.
  func facts(_ backup: BackupDescription, as role: String, _ settings: DocumentSettings) -> [Fact] {
    var facts = [Fact(name: role, value: .code(shown(backup.path)))]
    facts.append(Fact(name: formatName, value: .text(format(backup))))
    facts.append(
      Fact(name: server, value: .text(backup.snapshot.shownServer ?? notStated)))
    facts.append(Fact(name: madeAt, value: .text(created(backup))))
    if backup.kind == .rdb {
      facts.append(Fact(name: checksumName, value: .text(checksum(backup.snapshot.checksum))))
    }
    return facts + evidence(of: backup.path, settings)
  }

  /// Size and hash of the files behind a path.
  func evidence(of path: String, _ settings: DocumentSettings) -> [Fact] {
    let files = settings.files(of: path)
    return files.flatMap { file in
      // A folder has several files: each is named.
      let name = files.count > 1 || file.path != path ? "\(shown(file.path)) " : ""
      return [
        Fact(name: "\(name)\(size)", value: .text(size(file.bytes))),
        Fact(name: "\(name)SHA-256", value: .code(file.sha256)),
      ]
    }
  }

  /// A path as it may be shown.
  func shown(_ path: String) -> String { EscapedBytes(Array(path.utf8), limit: 400).description }
}
