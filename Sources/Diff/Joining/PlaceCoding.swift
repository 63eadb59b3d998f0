/// Where a key stands: in which source, and at which offset.
struct Place: Equatable, Comparable, Sendable {
  /// The number of a source: a file, and a database in it.
  var source: UInt32
  /// Where the record begins in the file.
  var offset: Int

  static func < (left: Place, right: Place) -> Bool {
    (left.source, left.offset) < (right.source, right.offset)
  }
}

/// Writes places in two or three bytes each: as distances from the one before.
///
/// The first byte has, from the top, a bit that says that more follow, a bit that says that the place is in another
/// source or nearer to 0 than the last one, and six bits of the distance; further bytes have seven. Such a place has a
/// zigzag-coded distance, and its source follows: walks of files go forward nearly all the time, and places in memory,
/// which are below 0, go backward.
enum PlaceCoding {
  /// A place takes no more bytes than this.
  static let longest = 16

  /// Writes `place`, which follows `previous`, to `bytes` from `start` on; returns how many bytes it took.
  @inline(__always)
  static func encode(
    _ place: Place, previous: Place, into bytes: inout [UInt8], at start: Int
  ) -> Int {
    let distance = place.offset &- previous.offset
    // All bits of an offset below 0 set: the same way, the distance counts from 0 on.
    let sign = place.offset &>> 63
    let onward = (distance ^ sign) &- sign
    let isElsewhere =
      place.source != previous.source || sign != previous.offset &>> 63 || onward < 0
    var rest = UInt64(bitPattern: Int64(isElsewhere ? distance : onward))
    if isElsewhere { rest = (rest &<< 1) ^ UInt64(bitPattern: Int64(distance &>> 63)) }
    bytes[start] =
      UInt8(truncatingIfNeeded: rest & 0x3F) | (isElsewhere ? 0x40 : 0) | (rest > 0x3F ? 0x80 : 0)
    rest &>>= 6
    var end = start &+ 1
    if rest > 0 { write(rest, to: &bytes, at: &end) }
    if isElsewhere { write(UInt64(place.source), to: &bytes, at: &end) }
    return end &- start
  }

  @inline(__always)
  private static func write(_ number: UInt64, to bytes: inout [UInt8], at end: inout Int) {
    var rest = number
    repeat {
      bytes[end] = UInt8(truncatingIfNeeded: rest & 0x7F) | (rest > 0x7F ? 0x80 : 0)
      end &+= 1
      rest &>>= 7
    } while rest > 0
  }

  /// Adds a number in seven bits a byte, the lowest first.
  static func append(_ number: UInt64, to bytes: inout [UInt8]) {
    var rest = number
    repeat {
      bytes.append(UInt8(truncatingIfNeeded: rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
      rest &>>= 7
    } while rest > 0
  }

  /// Reads the place at `position`, which follows `previous`.
  static func decode(
    _ bytes: borrowing [UInt8], _ position: inout Int, previous: Place
  ) -> Place {
    let first = bytes[position]
    position += 1
    var distance = UInt64(first & 0x3F)
    var shift: UInt64 = 6
    var more = first & 0x80 != 0
    while more {
      let byte = bytes[position]
      position += 1
      distance |= UInt64(byte & 0x7F) &<< shift
      shift += 7
      more = byte & 0x80 != 0
    }
    guard first & 0x40 != 0 else {
      let onward = Int(truncatingIfNeeded: distance)
      return Place(
        source: previous.source,
        offset: previous.offset < 0 ? previous.offset &- onward : previous.offset &+ onward)
    }
    let signed = Int(truncatingIfNeeded: (distance &>> 1) ^ (0 &- (distance & 1)))
    return Place(
      source: UInt32(number(bytes, &position)), offset: previous.offset &+ signed)
  }

  /// Reads a number of seven bits a byte, the lowest first.
  static func number(_ bytes: borrowing [UInt8], _ position: inout Int) -> UInt64 {
    var number: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = bytes[position]
      position += 1
      number |= UInt64(byte & 0x7F) &<< shift
      shift += 7
      if byte & 0x80 == 0 { return number }
    }
  }
}
