import Testing

@testable import Keyspace

struct HalfTableTests {
  @Test func `halves that come again in the same part are suspects`() {
    var table = HalfTable()
    table.removeAll(makingRoomFor: 6)
    for half in [7, 0, 16, 32, 7, 7] as [UInt64] { table.insert(half) }
    #expect(table.suspects == [7])
    table.removeAll(makingRoomFor: 3)
    for half in [16, 0, 0] as [UInt64] { table.insert(half) }
    #expect(table.suspects == [7, 0])
    table.removeAll(makingRoomFor: 0)
    table.insert(16)
    table.insert(16)
    #expect(table.suspects == [7, 0, 16])
  }
}
