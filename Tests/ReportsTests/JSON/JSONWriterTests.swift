import Foundation
import TestSupport
import Testing

@testable import Reports

struct JSONWriterTests {
  private func parsed(_ text: String) throws -> NSDictionary {
    let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
    return try #require(value as? NSDictionary)
  }

  /// An object with the bytes as `key`, on one line.
  private func object(_ bytes: [UInt8], indented: Bool = false) -> String {
    var json = JSONWriter(indented: indented)
    json.object { $0.field("key", bytes: bytes) }
    return json.text
  }

  @Test(arguments: hostileNames)
  func `a hostile name comes out as it is`(name: [UInt8]) throws {
    let object = try parsed(object(name))
    #expect(object["key"] as? String == String(decoding: name, as: UTF8.self))
    if String(validating: name, as: UTF8.self) == nil {
      let base64 = try #require(object["key_b64"] as? String)
      #expect(Data(base64Encoded: base64).map(Array.init) == name)
    } else {
      #expect(object["key_b64"] == nil)
    }
  }

  @Test(arguments: hostileNames)
  func `a hostile name reaches no terminal raw`(name: [UInt8]) {
    #expect(charactersThatAct(in: object(name)) == [])
    #expect(!object(name).contains("\n"))
  }

  @Test func `random bytes come out as they are`() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededRandom(seed: seed)
    for _ in 0..<300 {
      let name = random.bytes(Int(random.next() % 40))
      let text = object(name)
      let found = try parsed(text)
      let isText = String(validating: name, as: UTF8.self) != nil
      let bytes =
        isText
        ? (found["key"] as? String).map { Array($0.utf8) }
        : (found["key_b64"] as? String).flatMap { Data(base64Encoded: $0) }.map(Array.init)
      #expect(bytes == name, "seed \(seed)")
      #expect(charactersThatAct(in: text) == [], "seed \(seed)")
    }
  }

  @Test(arguments: 0...0x7F)
  func `every ASCII character comes out as it is`(value: UInt8) throws {
    let found = try parsed(object([value]))
    #expect(found["key"] as? String == String(Unicode.Scalar(value)))
  }

  @Test(arguments: [
    ("\u{1B}", #""\u001b""#), ("\u{9B}", #""\u009b""#), ("\u{202E}", #""\u202e""#),
    ("\u{E0041}", #""\udb40\udc41""#), ("\n\r\t", #""\n\r\t""#), ("\u{0}", #""\u0000""#),
    ("\"\\/", #""\"\\/""#), ("é漢😀", #""é漢😀""#),
  ])
  func `only what could do harm is escaped`(text: String, json: String) {
    var writer = JSONWriter(indented: false)
    writer.value(text as String?)
    #expect(writer.text == json)
  }

  @Test(
    arguments: [
      (0, "0.0"), (-0.0, "-0.0"), (0.1, "0.1"), (1e300, "1e+300"),
      (.leastNonzeroMagnitude, "5e-324"),
      (1000, "1000.0"), (.infinity, #""inf""#), (-.infinity, #""-inf""#), (.nan, #""nan""#),
    ] as [(Double, String)])
  func `a number is one that JSON has, or text`(value: Double, json: String) throws {
    var writer = JSONWriter(indented: false)
    writer.object { $0.field("n", value as Double?) }
    #expect(writer.text == #"{"n":\#(json)}"#)
    let found = try #require(try parsed(writer.text)["n"])
    if value.isFinite { #expect((found as? NSNumber)?.doubleValue == value) }
  }

  @Test(arguments: [Int64.min, -1, 0, 1, .max])
  func `whole numbers have all their digits`(value: Int64) throws {
    var writer = JSONWriter(indented: false)
    writer.object { $0.field("n", value as Int64?) }
    #expect(writer.text == #"{"n":\#(value)}"#)
    let found = try parsed(writer.text)
    #expect((found["n"] as? NSNumber)?.int64Value == value)
  }

  @Test func `what is not known is null, and said`() {
    var writer = JSONWriter(indented: false)
    writer.object { json in
      json.field("text", nil as String?)
      json.field("flag", nil as Bool?)
      json.field("number", nil as Int?)
      json.field("amount", nil as Double?)
      json.field("time", time: nil)
      json.null("nothing")
    }
    #expect(
      writer.text
        == #"{"text":null,"flag":null,"number":null,"amount":null,"time":null,"nothing":null}"#)
  }

  @Test func `fields stand in the order in which they were told`() {
    var writer = JSONWriter(indented: false)
    writer.object { json in
      for name in ["z", "a", "m"] { json.field(name, 1 as Int?) }
      json.field("list", arrayOf: [3, 1, 2]) { $0.value($1 as Int?) }
      json.field("object") { $0.field("b", true as Bool?) }
      json.field("empty", arrayOf: [Int]()) { $0.value($1 as Int?) }
      json.field("hollow") { _ in }
      json.field("last", time: 0)
    }
    #expect(
      writer.text
        == #"{"z":1,"a":1,"m":1,"list":[3,1,2],"object":{"b":true},"empty":[],"hollow":{},"#
        + #""last":"1970-01-01T00:00:00Z"}"#)
  }

  @Test func `with indentation, each field has a line`() throws {
    var writer = JSONWriter(indented: true)
    writer.object { json in
      json.field("a", 1 as Int?)
      json.field("list", arrayOf: [1, 2]) { $0.value($1 as Int?) }
      json.field("empty", arrayOf: [Int]()) { $0.value($1 as Int?) }
      json.field("objects", arrayOf: [1]) { json, number in
        json.object { $0.field("n", number as Int?) }
      }
    }
    #expect(
      writer.text == """
        {
          "a": 1,
          "list": [
            1,
            2
          ],
          "empty": [],
          "objects": [
            {
              "n": 1
            }
          ]
        }
        """)
  }
}
