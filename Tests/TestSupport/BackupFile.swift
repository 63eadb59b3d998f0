public import Foundation

/// A backup of the fixtures or the corpus, for parameterized tests.
public struct BackupFile: CustomStringConvertible, Sendable {
  /// Where it is.
  public let url: URL

  /// The path as a program takes it.
  public var path: String { url.filePath }

  /// The name without its ending: `string_int_v10`.
  public var name: String { url.deletingPathExtension().lastPathComponent }

  /// The name, for the test's output.
  public var description: String { name }

  /// Whether a truth stands beside it.
  public var hasTruth: Bool {
    let file = url.deletingPathExtension().appendingPathExtension("json")
    return FileManager.default.fileExists(atPath: file.filePath)
  }

  /// The bytes.
  public func bytes() throws -> [UInt8] { Array(try Data(contentsOf: url)) }

  /// The backups in a folder, by name.
  public static func all(in folder: URL) -> [BackupFile] {
    Repository.files(in: folder, suffix: ".rdb").map { BackupFile(url: $0) }
  }

  /// Those of `Fixtures/rdb`.
  public static let fixtures = all(in: Repository.fixtures.appending(path: "rdb"))

  /// Those of six server lines; none where the corpus is absent.
  public static let corpus = all(in: Repository.corpus.appending(path: "rdb"))

  /// Those with encodings that servers no longer write; none where the corpus is absent.
  public static let legacy = all(in: Repository.corpus.appending(path: "legacy"))
}
