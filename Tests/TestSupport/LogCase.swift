public import Foundation

/// An append-only log of the corpus, and what its server stated at some moment.
public struct LogCase: CustomStringConvertible, Sendable {
  /// The folder of the case.
  public let folder: URL
  /// The moment in Unix seconds; nil for the end.
  public let moment: Int64?

  /// The name of the case, with the moment.
  public var description: String {
    folder.lastPathComponent + (moment.map { " at \($0)" } ?? "")
  }

  /// Whether the server writes scores with as few digits as they need (7.2 and later).
  public var hasShortScores: Bool {
    ["redis-unstable", "valkey-8"].contains { folder.lastPathComponent.hasPrefix($0) }
  }

  /// The path of the log: a folder, or a single file.
  public var path: String {
    (isFolder ? directory : folder.appending(path: "appendonly.aof")).filePath
  }

  /// Whether the log is a folder with a manifest.
  public var isFolder: Bool { FileManager.default.fileExists(atPath: directory.filePath) }

  private var directory: URL { folder.appending(path: "appendonlydir") }

  /// What the server stated.
  public func truth() throws -> Truth {
    guard let moment else {
      return try Truth(JSONValue(contentsOf: folder.appending(path: "truth.json")))
    }
    let entry = try Self.moments(in: folder).first { $0.members?["at"]?.integer == moment }
    guard let truth = entry?.members?["truth"] else { throw CocoaError(.fileReadCorruptFile) }
    return try Truth(truth)
  }

  /// Every case and moment; none where the corpus is absent.
  public static let corpus: [LogCase] = {
    let folder = Repository.corpus.appending(path: "aof")
    return Repository.files(in: folder, suffix: "").flatMap { folder in
      let moments = ((try? moments(in: folder)) ?? []).map { $0.members?["at"]?.integer }
      return ([nil] + moments).map { LogCase(folder: folder, moment: $0) }
    }
  }()

  private static func moments(in folder: URL) throws -> [JSONValue] {
    try JSONValue(contentsOf: folder.appending(path: "truth-at.json")).elements ?? []
  }
}
