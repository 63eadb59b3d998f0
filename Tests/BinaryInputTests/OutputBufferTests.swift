import BinaryInput
import Foundation
import TestSupport
import Testing

/// Bytes, numbers and JSON on their way out.
struct OutputBufferTests {
  private func written(_ body: (OutputBuffer) -> Void) -> [UInt8] {
    let sink = CollectedBytes()
    let buffer = OutputBuffer(to: sink)
    body(buffer)
    buffer.flush()
    return sink.bytes
  }

  @Test func `bytes come out as they went in, however many`() {
    let pieces = [0, 1, 100, 1 << 18, (1 << 18) + 1, 1_000_000, 7].map { count in
      (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    }
    #expect(written { for piece in pieces { $0.append(piece) } } == pieces.flatMap { $0 })
  }

  @Test(arguments: [0, 1, 9, 10, 99, 100, 1_234_567_890, .max, .min, -1] as [Int64])
  func `a number is written in decimal`(number: Int64) {
    #expect(written { $0.append(decimal: number) } == Array("\(number)".utf8))
    let magnitude = number.magnitude
    #expect(written { $0.append(decimal: magnitude) } == Array("\(magnitude)".utf8))
  }

  @Test func `a number of any length is written in decimal, with its zeros`() {
    var numbers: [UInt64] = []
    var power: UInt64 = 1
    for _ in 0..<20 {
      numbers += [power - 1, power, power + 1, power &+ power / 100, power / 7, 3 &* power]
      power = power &* 10
    }
    var random = SystemRandomNumberGenerator()
    for bits in 1...64 { numbers += (0..<50).map { _ in random.next() >> UInt64(64 - bits) } }
    for number in numbers {
      #expect(written { $0.append(decimal: number) } == Array("\(number)".utf8))
    }
  }

  @Test func `base 64 is that of everybody`() {
    for count in 0..<20 {
      let bytes = (0..<count).map { UInt8(255 - $0 * 11) }
      let text = written { $0.append(base64: bytes.span) }
      #expect(text == Array(Data(bytes).base64EncodedString().utf8))
    }
  }

  @Test func `a JSON string reads back, wherever its special characters stand`() throws {
    for special in ["\"", "\\", "\n", "\u{0}", "\u{1F}", "\u{7F}", "é", "漢", "😀", "\u{202E}"] {
      for before in 0..<20 {
        for after in [0, 1, 9] {
          let text =
            String(repeating: "a", count: before) + special + String(repeating: "z", count: after)
          let bytes = Array(text.utf8)
          var isText = false
          let json = written { isText = $0.append(json: bytes.span) }
          #expect(isText)
          let quoted = Data([0x22] + json + [0x22])
          #expect(
            try JSONDecoder().decode([String].self, from: Data([0x5B]) + quoted + Data([0x5D]))
              .map { Array($0.utf8) } == [bytes])
        }
      }
    }
  }

  @Test func `what acts on a terminal is written as a number`() {
    let text = Array("a\u{1B}[31m\u{202E}\u{200B}\u{7F}".utf8)
    let json = written { _ = $0.append(json: text.span) }
    #expect(json == Array(#"a\u001b[31m\u202e\u200b\u007f"#.utf8))
  }

  @Test func `bytes that are no text become what Swift makes of them`() {
    var random = SeededRandom(seed: 5)
    for _ in 0..<3000 {
      let bytes = (0..<Int.random(in: 0...12, using: &random)).map { _ -> UInt8 in
        [0x41, 0x80, 0xBF, 0xC2, 0xE0, 0xA0, 0xED, 0x9F, 0xF0, 0x90, 0xF4, 0x8F, 0xFF, 0xC0]
          .randomElement(using: &random) ?? 0
      }
      let isText = String(validating: bytes, as: UTF8.self) != nil
      #expect(bytes.span.isText == isText)
      var found = true
      let json = written { found = $0.append(json: bytes.span) }
      #expect(found == isText)
      let plain = String(decoding: bytes, as: UTF8.self)
      guard plain.unicodeScalars.allSatisfy({ EscapedBytes.isPrintable($0) }) else { continue }
      #expect(json == Array(plain.utf8))
    }
  }
}
