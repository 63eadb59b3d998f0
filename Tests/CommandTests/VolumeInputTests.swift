import Foundation
import TestSupport
import Testing

/// The states of BITRUN's case in the forms in which people keep them: files, logs, tars of volumes.
struct VolumeInputTests {
  private static let sets = ["daygap", "shortgap"]

  private func path(_ set: String, _ name: String) -> String {
    Repository.corpus.appending(path: "bitrun/\(set)/\(name)").filePath
  }

  private func moment(of set: String) throws -> String {
    let truth = try JSONValue(contentsOf: URL(filePath: path(set, "truth-impact.json")))
    guard case .object(let members) = truth, case .text(let moment)? = members["T"] else {
      throw CocoaError(.fileReadCorruptFile)
    }
    return moment
  }

  @Test(.enabled(if: Repository.hasCorpus, "the corpus is not here"), arguments: sets)
  func `volumes and logs give the answer of the files`(set: String) throws {
    let moment = try moment(of: set)
    func impact(_ backup: String, _ current: String) throws -> String {
      try Lossmap.run(
        "impact", path(set, backup), "--current", path(set, current), "--at", moment, "--format",
        "ndjson"
      ).text
    }
    let expected = try impact("a.rdb", "b.rdb")
    #expect(expected.split(separator: "\n").count > 300)
    #expect(try impact("a-volume.tar.gz", "b.rdb") == expected)
    #expect(try impact("a.rdb", "b-appendonlydir") == expected)
    #expect(try impact("a-volume.tar.gz", "b-appendonlydir") == expected)
  }

  @Test(.enabled(if: Repository.hasCorpus, "the corpus is not here"), arguments: sets)
  func `a part of a volume is a file like any other`(set: String) throws {
    let part = try Lossmap.run("digest", path(set, "a-volume.tar.gz"), "--part", "dump.rdb").text
    #expect(part == (try Lossmap.run("digest", path(set, "a.rdb")).text))
  }
}
