#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// A point on the map, in degrees.
struct GeoPoint {
  var longitude: Double
  var latitude: Double

  /// What Web Mercator (EPSG:3857) can show.
  static let longitudes = -180.0...180.0
  static let latitudes = -85.05112878...85.05112878

  /// Whether a server takes the point.
  var isOnMap: Bool {
    Self.longitudes.contains(longitude) && Self.latitudes.contains(latitude)
  }
}

private let earthRadius = 6372797.560856

private func radians(_ degrees: Double) -> Double { degrees * (Double.pi / 180) }
private func degrees(_ radians: Double) -> Double { radians / (Double.pi / 180) }

/// The distance of two points in metres (`geohashGetDistance`), by the haversine formula.
private func distance(_ first: GeoPoint, _ second: GeoPoint) -> Double {
  let v = sin((radians(second.longitude) - radians(first.longitude)) / 2)
  if v == 0 { return latitudeDistance(first.latitude, second.latitude) }
  let (left, right) = (radians(first.latitude), radians(second.latitude))
  let u = sin((right - left) / 2)
  let a = u * u + cos(left) * cos(right) * v * v
  return 2 * earthRadius * asin(a.squareRoot())
}

private func latitudeDistance(_ first: Double, _ second: Double) -> Double {
  earthRadius * abs(radians(second) - radians(first))
}

/// What a search looks for around a point.
enum GeoShape {
  /// `unit` is in metres.
  case circle(radius: Double, unit: Double)
  case box(width: Double, height: Double, unit: Double)

  /// The unit of its measures, in metres.
  var unit: Double {
    switch self {
    case .circle(_, let unit), .box(_, _, let unit): unit
    }
  }

  /// The distance of a point in metres; nil if it is outside.
  func distance(from center: GeoPoint, to point: GeoPoint) -> Double? {
    switch self {
    case .circle(let radius, let unit):
      let distance = Keyspace::distance(center, point)
      return distance > radius * unit ? nil : distance
    case .box(let width, let height, let unit):
      if latitudeDistance(point.latitude, center.latitude) > height * unit / 2 { return nil }
      let beside = GeoPoint(longitude: center.longitude, latitude: point.latitude)
      if Keyspace::distance(point, beside) > width * unit / 2 { return nil }
      return Keyspace::distance(center, point)
    }
  }

  /// How far it reaches, in metres.
  fileprivate var reach: Double {
    switch self {
    case .circle(let radius, let unit): radius * unit
    case .box(let width, let height, let unit):
      ((width / 2) * (width / 2) + (height / 2) * (height / 2)).squareRoot() * unit
    }
  }

  /// Half its width and half its height, in metres.
  fileprivate var halves: (width: Double, height: Double) {
    switch self {
    case .circle(let radius, let unit): (unit * radius, unit * radius)
    case .box(let width, let height, let unit): (unit * (width / 2), unit * (height / 2))
    }
  }
}

/// An area of the map: `steps` halvings of each axis, latitude in the even bits.
struct GeoHash: Equatable {
  let bits: UInt64
  let steps: UInt64

  /// The area of `steps` halvings that a point is in.
  init(_ point: GeoPoint, steps: UInt64) {
    let scale = Double(UInt64(1) << steps)
    let latitude =
      (point.latitude - GeoPoint.latitudes.lowerBound)
      / (GeoPoint.latitudes.upperBound - GeoPoint.latitudes.lowerBound)
    let longitude =
      (point.longitude - GeoPoint.longitudes.lowerBound)
      / (GeoPoint.longitudes.upperBound - GeoPoint.longitudes.lowerBound)
    self.init(
      latitude: UInt32(clamping: Int64(latitude * scale)),
      longitude: UInt32(clamping: Int64(longitude * scale)), steps: steps)
  }

  /// The area that a score stands for.
  init(score: Double) {
    // What a sorted set holds need not be a hash.
    bits = score >= 0 && score < 0x1p63 ? UInt64(score) : 0
    steps = 26
  }

  private init(latitude: UInt32, longitude: UInt32, steps: UInt64) {
    var bits: UInt64 = 0
    for bit in 0..<UInt64(32) {
      bits |= (UInt64(latitude) >> bit & 1) << (2 * bit)
      bits |= (UInt64(longitude) >> bit & 1) << (2 * bit + 1)
    }
    self.bits = bits
    self.steps = steps
  }

  private func axis(_ first: UInt64) -> UInt32 {
    var value: UInt32 = 0
    for bit in 0..<UInt64(32) { value |= UInt32(bits >> (2 * bit + first) & 1) << UInt32(bit) }
    return value
  }

  /// From where to where the area reaches.
  var latitudes: (low: Double, high: Double) {
    Self.range(axis(0), GeoPoint.latitudes, steps)
  }

  var longitudes: (low: Double, high: Double) {
    Self.range(axis(1), GeoPoint.longitudes, steps)
  }

  private static func range(
    _ index: UInt32, _ whole: ClosedRange<Double>, _ steps: UInt64
  ) -> (low: Double, high: Double) {
    let scale = whole.upperBound - whole.lowerBound
    let cells = Double(UInt64(1) << steps)
    return (
      whole.lowerBound + (Double(index) * 1.0 / cells) * scale,
      whole.lowerBound + ((Double(index) + 1) * 1.0 / cells) * scale
    )
  }

  /// The middle of the area.
  var center: GeoPoint {
    func middle(_ range: (low: Double, high: Double), _ whole: ClosedRange<Double>) -> Double {
      min(max((range.low + range.high) / 2, whole.lowerBound), whole.upperBound)
    }
    return GeoPoint(
      longitude: middle(longitudes, GeoPoint.longitudes),
      latitude: middle(latitudes, GeoPoint.latitudes))
  }

  /// The scores of the points in the area (`scoresOfGeoHashBox`).
  var scores: Range<Double> {
    let shift = 52 - 2 * steps
    return Double(bits << shift)..<Double((bits + 1) << shift)
  }

  /// The area so many areas to the east and to the north; the map has no edge.
  func moved(east: Int64, north: Int64) -> GeoHash {
    let mask = UInt32((UInt64(1) << steps) - 1)
    return GeoHash(
      latitude: UInt32(truncatingIfNeeded: Int64(axis(0)) + north) & mask,
      longitude: UInt32(truncatingIfNeeded: Int64(axis(1)) + east) & mask, steps: steps)
  }
}

/// The areas that a search looks into (`geohashCalculateAreasByShapeWGS84`): the one around the center and
/// its neighbours, without those that the shape does not reach.
struct GeoAreas {
  /// In the order in which a server looks; nil where there is no need to.
  let areas: [GeoHash?]

  init(_ shape: GeoShape, around center: GeoPoint) {
    let bounds = Bounds(of: shape, around: center)
    var steps = Self.steps(for: shape.reach, at: center.latitude)
    var area = GeoHash(center, steps: steps)
    if steps > 1 && bounds.reachBeyond(neighboursOf: area) {
      steps -= 1
      area = GeoHash(center, steps: steps)
    }
    let directions: [(east: Int64, north: Int64)] = [
      (0, 0), (0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1),
    ]
    areas = directions.map { direction in
      if steps >= 2 && bounds.exclude(direction, from: area) { return nil }
      return area.moved(east: direction.east, north: direction.north)
    }
  }

  /// How many halvings make areas of a size that nine of them cover a circle (`geohashEstimateStepsByRadius`).
  private static func steps(for reach: Double, at latitude: Double) -> UInt64 {
    guard reach > 0 else { return 26 }
    var reach = reach
    var steps = 1
    while reach < 20037726.37 {
      reach *= 2
      steps += 1
    }
    steps -= 2
    // Towards the poles, areas get narrow.
    if abs(latitude) > 66 { steps -= 1 }
    if abs(latitude) > 80 { steps -= 1 }
    return UInt64(min(max(steps, 1), 26))
  }

  /// What a shape reaches (`geohashBoundingBox`).
  private struct Bounds {
    var west: Double
    var east: Double
    var south: Double
    var north: Double

    init(of shape: GeoShape, around center: GeoPoint) {
      let (width, height) = shape.halves
      let north = degrees(height / earthRadius)
      let isSouthern = center.latitude < 0
      let edge = isSouthern ? center.latitude - north : center.latitude + north
      let east = degrees(width / earthRadius / cos(radians(edge)))
      west = center.longitude - east
      self.east = center.longitude + east
      south = center.latitude - north
      self.north = center.latitude + north
    }

    /// Whether the nine areas are too small.
    func reachBeyond(neighboursOf area: GeoHash) -> Bool {
      area.moved(east: 0, north: 1).latitudes.high < north
        || area.moved(east: 0, north: -1).latitudes.low > south
        || area.moved(east: 1, north: 0).longitudes.high < east
        || area.moved(east: -1, north: 0).longitudes.low > west
    }

    func exclude(_ direction: (east: Int64, north: Int64), from area: GeoHash) -> Bool {
      direction.north < 0 && area.latitudes.low < south
        || direction.north > 0 && area.latitudes.high > north
        || direction.east < 0 && area.longitudes.low < west
        || direction.east > 0 && area.longitudes.high > east
    }
  }
}
