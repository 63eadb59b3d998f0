import BinaryInput
import Foundation
import Impact
import Keyspace
import Reports
import TestSupport
import Testing

/// Whole documents. What they say is tested where the command is.
struct ReportJSONTests {
  private func json(_ report: ImpactReport, _ language: Language = .english) -> String {
    rendered { ImpactJSON(report, language: language).write(to: &$0) }
  }

  @Test func `two runs write the same bytes`() throws {
    // Each run has another secret for its fingerprints: nothing of it may show.
    let (first, second) = (try storyReport(), try storyReport())
    #expect(normalized(json(first)) == normalized(json(second)))
    #expect(
      rendered { ImpactNDJSON(first).write(to: &$0) }
        == rendered { ImpactNDJSON(second).write(to: &$0) })
  }

  @Test func `writing twice writes the same bytes`() throws {
    let report = try storyReport()
    #expect(json(report) == json(report))
  }

  @Test func `a document ends with a line end, and is one value`() throws {
    let texts = [json(try storyReport()), json(try storyExposure())]
    for text in texts {
      #expect(text.hasSuffix("}\n"))
      let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
      #expect(value is NSDictionary)
    }
  }

  @Test func `each line is one value`() throws {
    let report = try storyReport()
    let lines = rendered { ImpactNDJSON(report).write(to: &$0) }.split(separator: "\n")
    #expect(lines.count == report.keys.count)
    for line in lines {
      let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
      #expect(value is NSDictionary)
    }
  }

  @Test func `texts are in the language that was asked for`() throws {
    let report = try storyReport()
    let (english, chinese) = (json(report), json(report, .chinese))
    #expect(english.contains("Logged-out access tokens work again"))
    #expect(!chinese.contains("Logged-out access tokens work again"))
    #expect(chinese.contains("已注销的 access token"))
    #expect(chinese.contains("个键的存活时间超过文档所述的"))
  }

  @Test func `hostile key names come out as they are, and reach no terminal raw`() throws {
    var current = RDBBuilder()
    for name in hostileNames {
      current.append([0] + RDBBuilder.string(name) + RDBBuilder.string("1"))
    }
    let report = try report(of: RDBBuilder(), on: current)
    let lines = rendered { ImpactNDJSON(report).write(to: &$0) }
    #expect(charactersThatAct(in: lines) == [])
    var names: Set<[UInt8]> = []
    for line in lines.split(separator: "\n") {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? NSDictionary
      if let base64 = object?["key_b64"] as? String {
        names.insert(Array(try #require(Data(base64Encoded: base64))))
      } else {
        names.insert(Array(try #require(object?["key"] as? String).utf8))
      }
    }
    #expect(names == Set(hostileNames))
    let document = json(report)
    #expect(charactersThatAct(in: document) == [])
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(document.utf8)) }
  }

  @Test func `hostile queue members reach no terminal raw`() throws {
    var current = RDBBuilder()
    let members = hostileNames.flatMap { RDBBuilder.string($0) + [UInt8](repeating: 0, count: 8) }
    current.append(
      [5] + RDBBuilder.string("bitrun:tasks") + RDBBuilder.length(UInt64(hostileNames.count))
        + members)
    let document = json(try report(of: RDBBuilder(), on: current))
    #expect(charactersThatAct(in: document) == [])
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(document.utf8)) }
  }

  @Test func `an inventory of hostile names is a document, and reaches no terminal raw`() throws {
    let folder = try TemporaryFolder()
    let inventory = try inventory(of: fixture("hostile_names_v10", in: folder))
    let text = rendered { InventoryJSON(inventory).write(to: &$0) }
    #expect(charactersThatAct(in: text) == [])
    let value = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary
    #expect(value?["keys"] as? Int == 50)
  }

  /// The temporary folders of two runs have two names.
  private func normalized(_ json: String) -> String {
    json.replacing(#/"path": ".*\/(.*)"/#) { match in match.1 }
  }
}
