import TestSupport
import Testing

@testable import Memory

struct AllocationTests {
  @Test(arguments: [
    (0, 8), (1, 8), (8, 8), (9, 16), (17, 32), (128, 128), (129, 160), (160, 160), (161, 192),
    (256, 256), (257, 320), (1025, 1280), (16_384, 16_384), (16_385, 20_480),
    (1_048_577, 1_310_720),
  ])
  func `size classes are those of jemalloc`(bytes: Int, allocated: Int) {
    #expect(allocation(bytes) == allocated)
  }

  @Test(arguments: [(0, 8), (6, 8), (7, 16), (31, 48), (32, 48), (255, 320), (256, 320)])
  func `strings have a header by their length`(length: Int, allocated: Int) {
    #expect(stringAllocation(length) == allocated)
  }

  @Test(arguments: [(0, 4), (4, 4), (5, 8), (8, 8), (9, 16), (1024, 1024), (1025, 2048)])
  func `tables have a power of two of slots`(count: Int, slots: Int) {
    #expect(tableSlots(count) == slots)
  }
}
