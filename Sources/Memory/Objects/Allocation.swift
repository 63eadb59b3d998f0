/// How many bytes the allocator gives for `bytes`: jemalloc's size classes as distributions build it, with a
/// quantum of 16 bytes: 8, multiples of 16 up to 128, from there on four classes for each doubling.
///
/// A server that was built with the jemalloc of its own source tree also has 24, 40 and 56.
@inline(__always)
func allocation(_ bytes: Int) -> Int {
  // zmalloc.c, MALLOC_MIN_SIZE: nothing takes as much as a pointer.
  if bytes <= 8 { return 8 }
  if bytes <= 128 { return (bytes &+ 15) & ~15 }
  let last = bytes &- 1
  let shift = 61 &- last.leadingZeroBitCount
  return ((last >> shift) &+ 1) << shift
}

/// How many bytes a string takes that a server stores by itself (`sds.c`, `sdsnewlen`): a header whose size
/// depends on the length, the bytes, a zero.
@inline(__always)
func stringAllocation(_ length: Int) -> Int {
  let header =
    switch length {
    case ..<32: 1
    case ..<256: 3
    case ..<65_536: 5
    case ..<4_294_967_296: 9
    default: 17
    }
  return allocation(length + header + 1)
}

/// How many slots a hash table has for `count` entries (`dict.c`, `_dictNextPower`).
func tableSlots(_ count: Int) -> Int {
  guard count > 4 else { return 4 }
  return 1 << (Int.bitWidth - (count - 1).leadingZeroBitCount)
}

/// Memory, as a server reports it and as it takes it.
public struct Footprint: Equatable, Sendable {
  /// What `MEMORY USAGE` counts: the strings as the allocator gives them, structures by their size.
  public var reported: Int
  /// What the allocator gives for all of it.
  public var allocated: Int

  /// Nothing.
  public static let zero = Footprint(reported: 0, allocated: 0)

  /// Puts both together.
  public init(reported: Int, allocated: Int) {
    self.reported = reported
    self.allocated = allocated
  }

  /// Something that both count alike.
  init(_ bytes: Int) { self.init(reported: bytes, allocated: bytes) }

  /// `count` structures of `size` bytes each.
  static func structures(_ size: Int, count: Int = 1) -> Footprint {
    Footprint(reported: size * count, allocated: allocation(size) * count)
  }

  /// The sum of two.
  public static func + (left: Footprint, right: Footprint) -> Footprint {
    Footprint(
      reported: left.reported + right.reported, allocated: left.allocated + right.allocated)
  }

  /// Adds.
  public static func += (left: inout Footprint, right: Footprint) { left = left + right }
}
