import RDB
import Testing

struct StreamIDTests {
  @Test func `ids are ordered by time, then by sequence number`() {
    let ids = [
      StreamID(milliseconds: 0, sequence: 0), StreamID(milliseconds: 0, sequence: 7),
      StreamID(milliseconds: 1, sequence: 0), StreamID(milliseconds: 1, sequence: .max),
      StreamID(milliseconds: .max, sequence: 0),
    ]
    #expect(ids.reversed().sorted() == ids)
    #expect(ids[0] == .zero)
  }

  @Test func `an id reads as commands write it`() {
    #expect(StreamID(milliseconds: 1000, sequence: 5).description == "1000-5")
  }
}
