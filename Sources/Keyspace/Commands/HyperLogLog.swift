internal import BinaryInput

/// The string that a server keeps a HyperLogLog in, byte for byte (`hyperloglog.c`): a header of 16 bytes,
/// then 16384 registers, either six bits each (dense) or in runs (sparse).
///
/// Runs: `00nnnnnn` n + 1 zero registers, `01nnnnnn nnnnnnnn` as many as 16384, `1vvvvvnn` n + 1 registers
/// of v + 1.
struct HyperLogLog {
  /// The string.
  private(set) var bytes: [UInt8]

  static let registers = 1 << 14
  private static let header = 16
  private static let denseSize = header + (registers * 6 + 7) / 8
  /// hll-sparse-max-bytes, as a server has it by default; the header counts.
  private static let longestSparse = 3000
  /// What a run can say of a register, and of how many.
  private static let greatestInRun = 32
  private static let longestValueRun = 4
  private static let longestZeroRun = 64

  /// All registers 0.
  init() {
    bytes = Array("HYLL".utf8) + [1] + [UInt8](repeating: 0, count: 11) + [0x7F, 0xFF]
  }

  /// Takes a string; nil if it is no HyperLogLog (`isHLLObjectOrReply`).
  init?(bytes: [UInt8]) {
    guard bytes.count >= Self.header, bytes.starts(with: "HYLL".utf8), bytes[4] <= 1,
      bytes[4] == 1 || bytes.count == Self.denseSize
    else { return nil }
    self.bytes = bytes
  }

  /// Whether registers stand one by one.
  var isDense: Bool { bytes[4] == 0 }

  /// Adds an element; returns false if the string is damaged.
  mutating func add(_ element: Span<UInt8>) -> Bool {
    let (index, count) = Self.pattern(of: element)
    guard let isNew = set(index, to: count) else { return false }
    if isNew { forgetCount() }
    return true
  }

  /// Raises each of `registers` to what it is here; returns false if the string is damaged.
  func merge(into registers: inout [UInt8]) -> Bool {
    if isDense {
      for index in registers.indices { registers[index] = max(registers[index], dense(index)) }
      return true
    }
    var position = Self.header
    var register = 0
    while position < bytes.count {
      guard let run = run(at: position), run.length <= Self.registers - register else {
        return false
      }
      if run.value > 0 {
        for index in register..<(register + run.length) {
          registers[index] = max(registers[index], run.value)
        }
      }
      register += run.length
      position += run.size
    }
    return register == Self.registers
  }

  /// Takes over registers that `merge` has raised; returns false if the string is damaged.
  mutating func take(_ registers: [UInt8], isDense: Bool) -> Bool {
    if isDense && !self.isDense {
      guard makeDense() else { return false }
    }
    for index in registers.indices where registers[index] > 0 {
      guard set(index, to: registers[index]) != nil else { return false }
    }
    forgetCount()
    return true
  }

  // MARK: Registers

  /// Which register an element belongs to, and how long its run of zero bits is (`hllPatLen`).
  private static func pattern(of element: Span<UInt8>) -> (index: Int, count: UInt8) {
    let hash = murmurHash(element, seed: 0xADC8_3B19)
    let index = Int(hash & UInt64(registers - 1))
    let rest = hash >> 14 | 1 << 50
    return (index, UInt8(rest.trailingZeroBitCount + 1))
  }

  /// Raises a register; returns whether it was lower, nil if the string is damaged.
  private mutating func set(_ index: Int, to count: UInt8) -> Bool? {
    if isDense { return setDense(index, to: count) }
    return setSparse(index, to: count)
  }

  private func dense(_ index: Int) -> UInt8 {
    let (byte, shift) = (Self.header + index * 6 / 8, UInt16(index * 6 & 7))
    let next = byte + 1 < bytes.count ? UInt16(bytes[byte + 1]) : 0
    return UInt8(truncatingIfNeeded: (UInt16(bytes[byte]) | next << 8) >> shift & 63)
  }

  private mutating func setDense(_ index: Int, to count: UInt8) -> Bool {
    guard dense(index) < count else { return false }
    let (byte, shift) = (Self.header + index * 6 / 8, UInt16(index * 6 & 7))
    let mask = UInt16(63) << shift
    let value = UInt16(count) << shift
    bytes[byte] = bytes[byte] & UInt8(truncatingIfNeeded: ~mask) | UInt8(truncatingIfNeeded: value)
    if byte + 1 < bytes.count {
      bytes[byte + 1] =
        bytes[byte + 1] & UInt8(truncatingIfNeeded: ~mask >> 8)
        | UInt8(truncatingIfNeeded: value >> 8)
    }
    return true
  }

  // MARK: Runs

  private struct Run {
    /// What the registers hold.
    let value: UInt8
    /// How many there are.
    let length: Int
    /// How many bytes the run takes.
    let size: Int
  }

  private func run(at position: Int) -> Run? {
    let byte = bytes[position]
    if byte & 0x80 != 0 {
      return Run(value: (byte >> 2 & 31) + 1, length: Int(byte & 3) + 1, size: 1)
    }
    if byte & 0x40 == 0 { return Run(value: 0, length: Int(byte & 63) + 1, size: 1) }
    guard position + 1 < bytes.count else { return nil }
    return Run(value: 0, length: (Int(byte & 63) << 8 | Int(bytes[position + 1])) + 1, size: 2)
  }

  private static func zeros(_ length: Int) -> [UInt8] {
    guard length > 0 else { return [] }
    if length <= longestZeroRun { return [UInt8(length - 1)] }
    return [UInt8((length - 1) >> 8) | 0x40, UInt8((length - 1) & 0xFF)]
  }

  private static func values(_ value: UInt8, _ length: Int) -> [UInt8] {
    length > 0 ? [0x80 | (value - 1) << 2 | UInt8(length - 1)] : []
  }

  /// Raises a register among runs (`hllSparseSet`): the run that has it is split, and equal neighbours are
  /// put together again, as far as the server looks.
  private mutating func setSparse(_ index: Int, to count: UInt8) -> Bool? {
    guard count <= Self.greatestInRun else { return promote(index, to: count) }
    var position = Self.header
    var previous: Int?
    var first = 0
    var found: Run?
    while position < bytes.count {
      guard let run = run(at: position) else { return nil }
      if index < first + run.length {
        found = run
        break
      }
      previous = position
      position += run.size
      first += run.length
    }
    guard let run = found else { return nil }
    if run.value >= count { return false }
    let (before, behind) = (index - first, first + run.length - 1 - index)
    let parts =
      run.value == 0
      ? Self.zeros(before) + Self.values(count, 1) + Self.zeros(behind)
      : Self.values(run.value, before) + Self.values(count, 1) + Self.values(run.value, behind)
    if parts.count > run.size, bytes.count + parts.count - run.size > Self.longestSparse {
      return promote(index, to: count)
    }
    bytes.replaceSubrange(position..<(position + run.size), with: parts)
    joinRuns(from: previous ?? Self.header)
    forgetCount()
    return true
  }

  private mutating func joinRuns(from start: Int) {
    var position = start
    var left = 5
    while position < bytes.count, left > 0 {
      left -= 1
      guard let run = run(at: position) else { return }
      if run.value > 0, position + 1 < bytes.count, let next = self.run(at: position + 1),
        next.value == run.value, run.length + next.length <= Self.longestValueRun
      {
        bytes.replaceSubrange(
          position...(position + 1), with: Self.values(run.value, run.length + next.length))
        continue
      }
      position += run.size
    }
  }

  private mutating func promote(_ index: Int, to count: UInt8) -> Bool? {
    guard makeDense() else { return nil }
    return setDense(index, to: count)
  }

  /// Changes to the dense form; the remembered count stays. Returns false if the string is damaged.
  private mutating func makeDense() -> Bool {
    var registers = [UInt8](repeating: 0, count: Self.registers)
    guard merge(into: &registers) else { return false }
    var dense = HyperLogLog()
    dense.bytes = Array(bytes[..<Self.header])
    dense.bytes[4] = 0
    dense.bytes += [UInt8](repeating: 0, count: Self.denseSize - Self.header)
    for index in registers.indices where registers[index] > 0 {
      _ = dense.setDense(index, to: registers[index])
    }
    self = dense
    return true
  }

  // MARK: The remembered count

  /// The top bit of the last byte says that the count is no longer that of the registers.
  private mutating func forgetCount() { bytes[15] |= 0x80 }

  /// Works out the count, if it is not remembered, and remembers it; returns false if the string is damaged.
  mutating func cacheCount() -> Bool {
    guard bytes[15] & 0x80 != 0 else { return true }
    var registers = [UInt8](repeating: 0, count: Self.registers)
    guard merge(into: &registers) else { return false }
    let count = Self.estimate(registers)
    for index in 0..<8 { bytes[8 + index] = UInt8(truncatingIfNeeded: count >> UInt64(8 * index)) }
    return true
  }

  /// Estimates how many elements there were (Otmar Ertl's estimator, in the server's order of operations).
  private static func estimate(_ registers: [UInt8]) -> UInt64 {
    let highest = 50
    var histogram = [Int](repeating: 0, count: 64)
    for register in registers { histogram[Int(register)] += 1 }
    let m = Double(registers.count)
    var z = m * tau((m - Double(histogram[highest + 1])) / m)
    for value in stride(from: highest, through: 1, by: -1) {
      z += Double(histogram[value])
      z *= 0.5
    }
    z += m * sigma(Double(histogram[0]) / m)
    let alpha = 0.721347520444481703680
    let estimate = (alpha * m * m / z).rounded(.toNearestOrAwayFromZero)
    return UInt64(exactly: estimate) ?? 0
  }

  private static func sigma(_ start: Double) -> Double {
    guard start != 1 else { return .infinity }
    var (x, y, z) = (start, 1.0, start)
    while true {
      x *= x
      let last = z
      z += x * y
      y += y
      if z == last { return z }
    }
  }

  private static func tau(_ start: Double) -> Double {
    guard start != 0, start != 1 else { return 0 }
    var (x, y, z) = (start, 1.0, 1 - start)
    while true {
      x = x.squareRoot()
      let last = z
      y *= 0.5
      z -= (1 - x) * (1 - x) * y
      if z == last { return z / 3 }
    }
  }
}

/// MurmurHash64A, Austin Appleby's public-domain hash.
private func murmurHash(_ bytes: Span<UInt8>, seed: UInt64) -> UInt64 {
  let m: UInt64 = 0xC6A4_A793_5BD1_E995
  var hash = seed ^ UInt64(bytes.count) &* m
  var index = 0
  func word(_ count: Int) -> UInt64 {
    var word: UInt64 = 0
    for place in 0..<count { word |= UInt64(bytes[index + place]) << UInt64(8 * place) }
    return word
  }
  while bytes.count - index >= 8 {
    var k = word(8) &* m
    k ^= k >> 47
    hash ^= k &* m
    hash = hash &* m
    index += 8
  }
  if index < bytes.count {
    hash ^= word(bytes.count - index)
    hash = hash &* m
  }
  hash ^= hash >> 47
  hash = hash &* m
  return hash ^ hash >> 47
}
