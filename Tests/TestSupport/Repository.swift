public import Foundation

/// Where the tests find their data.
public enum Repository {
  /// The top folder of the project.
  public static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The project's own files, made by a real server.
  public static let fixtures = root.appending(path: "Fixtures")

  /// Files of six real server lines with their truth, beside the project where it is developed.
  public static let corpus = root.deletingLastPathComponent().appending(path: "shared/corpus")

  /// Whether the corpus is there; tests that need it skip, and say so, where it is not.
  public static var hasCorpus: Bool {
    FileManager.default.fileExists(atPath: corpus.path(percentEncoded: false))
  }

  /// The files in `folder` whose names end in `suffix`, in the order of their names.
  public static func files(in folder: URL, suffix: String) -> [URL] {
    let names =
      (try? FileManager.default.contentsOfDirectory(
        atPath: folder.path(percentEncoded: false))) ?? []
    return names.filter { $0.hasSuffix(suffix) }.sorted().map { folder.appending(path: $0) }
  }
}

extension URL {
  /// The path as a program takes it.
  public var filePath: String { path(percentEncoded: false) }
}
