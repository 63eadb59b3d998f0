internal import AOF
internal import BinaryInput

extension Command {
  /// Commands on places, which are sorted sets with 52-bit hashes for scores.
  static let geoCommands = [
    Command("geoadd", -5, GeoCommands.add),
    Command("georadius", -6, GeoCommands.storeAround),
    Command("georadiusbymember", -5, GeoCommands.storeAroundMember),
    Command("geosearchstore", -8, GeoCommands.storeSearch),
  ]
}

private enum GeoCommands {
  /// What a search is for and what becomes of what it finds.
  private struct Search {
    var shape: GeoShape?
    var center: GeoPoint?
    var member: [UInt8]?
    var count = 0
    var takesAny = false
    /// Ascending by distance, unless told otherwise.
    var isDescending = false
    var isSorted = false
    var target: Int?
    var storesDistance = false
  }

  private struct Found {
    let place: Int
    let score: Double
    let distance: Double
  }

  /// `GEOADD key [NX|XX] [CH] longitude latitude member …`. Servers log the `ZADD` that it is.
  @Sendable
  static func add(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    var index = 2
    var (onlyNew, onlyExisting) = (false, false)
    while index < command.count {
      if command.has("nx", at: index) {
        onlyNew = true
      } else if command.has("xx", at: index) {
        onlyExisting = true
      } else if !command.has("ch", at: index) {
        break
      }
      index += 1
    }
    guard index < command.count, (command.count - index) % 3 == 0 else { throw .syntax }
    var scores: [Double] = []
    for place in stride(from: index, to: command.count, by: 3) {
      scores.append(Double(GeoHash(try point(command, at: place), steps: 26).bits))
    }
    let known = try data.sortedSet(command[1])
    if known == nil && onlyExisting { return }
    let set = known ?? Box(LiveSortedSet(keepsNegativeZero: true))
    for (number, score) in scores.enumerated() {
      let member = command[index + 2 + 3 * number]
      let isThere = set.value.score(of: member) != nil
      if isThere ? !onlyNew : !onlyExisting { set.value.set(member, to: score) }
    }
    if known == nil, set.value.count > 0 { try data.set(command[1], to: .sortedSet(set)) }
  }

  private static func point(
    _ command: LoggedCommand, at index: Int
  ) throws(CommandFailure) -> GeoPoint {
    let point = GeoPoint(
      longitude: try command.double(index), latitude: try command.double(index + 1))
    guard point.isOnMap else { throw .refused(.outOfRange) }
    return point
  }

  /// `GEORADIUS key longitude latitude radius unit [options]`.
  @Sendable
  static func storeAround(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    var search = Search(center: try point(command, at: 2))
    search.shape = try circle(command, at: 4)
    try parseOptions(command, from: 6, &search)
    try store(search, source: command[1], &data, command)
  }

  /// `GEORADIUSBYMEMBER key member radius unit [options]`.
  @Sendable
  static func storeAroundMember(
    _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    var search = Search(member: [UInt8](copying: command[2]))
    search.shape = try circle(command, at: 3)
    try parseOptions(command, from: 5, &search)
    try store(search, source: command[1], &data, command)
  }

  /// `GEOSEARCHSTORE target source FROM… BY… [options]`.
  @Sendable
  static func storeSearch(_ data: inout LiveData, _ command: LoggedCommand) throws(CommandFailure) {
    var search = Search(target: 1)
    try parseOptions(command, from: 3, &search)
    try store(search, source: command[2], &data, command)
  }

  private static func circle(
    _ command: LoggedCommand, at index: Int
  ) throws(CommandFailure) -> GeoShape {
    let radius = try command.double(index)
    guard radius >= 0 else { throw .refused(.outOfRange) }
    return .circle(radius: radius, unit: try unit(command, at: index + 1))
  }

  /// How many metres a unit has.
  private static func unit(
    _ command: LoggedCommand, at index: Int
  ) throws(CommandFailure) -> Double {
    if command.has("m", at: index) { return 1 }
    if command.has("km", at: index) { return 1000 }
    if command.has("ft", at: index) { return 0.3048 }
    if command.has("mi", at: index) { return 1609.34 }
    throw .syntax
  }

  private static func parseOptions(
    _ command: LoggedCommand, from start: Int, _ search: inout Search
  ) throws(CommandFailure) {
    var index = start
    while index < command.count {
      if command.has("asc", at: index) {
        search.isSorted = true
      } else if command.has("desc", at: index) {
        (search.isSorted, search.isDescending) = (true, true)
      } else if command.has("count", at: index) {
        search.count = try command.size(index + 1)
        guard search.count > 0 else { throw .refused(.outOfRange) }
        index += 1
        if command.has("any", at: index + 1) {
          search.takesAny = true
          index += 1
        }
      } else if command.has("frommember", at: index) {
        try command.needs(index + 2)
        search.member = [UInt8](copying: command[index + 1])
        index += 1
      } else if command.has("fromlonlat", at: index) {
        search.center = try point(command, at: index + 1)
        index += 2
      } else if command.has("byradius", at: index) {
        search.shape = try circle(command, at: index + 1)
        index += 2
      } else if command.has("bybox", at: index) {
        let (width, height) = (try command.double(index + 1), try command.double(index + 2))
        guard width >= 0, height >= 0 else { throw .refused(.outOfRange) }
        search.shape = .box(
          width: width, height: height, unit: try unit(command, at: index + 3))
        index += 3
      } else if command.has("store", at: index), search.target != 1 {
        (search.target, search.storesDistance) = (index + 1, false)
        index += 1
      } else if command.has("storedist", at: index) {
        search.storesDistance = true
        if search.target != 1 {
          search.target = index + 1
          index += 1
        }
      } else {
        throw .syntax
      }
      index += 1
    }
    if let target = search.target { try command.needs(target + 1) }
  }

  private static func store(
    _ search: Search, source name: Span<UInt8>, _ data: inout LiveData, _ command: LoggedCommand
  ) throws(CommandFailure) {
    // Without a target, nothing changes.
    guard let target = search.target else { return }
    guard let shape = search.shape else { throw .syntax }
    guard let source = try data.sortedSet(name) else {
      try data.remove(command[target])
      return
    }
    guard let center = try center(of: search, in: source.value) else { throw .refused(.noSuchKey) }
    var found = find(search, shape, center, source)
    if search.isSorted || search.count > 0 && !search.takesAny {
      found.sort {
        search.isDescending ? $0.distance > $1.distance : $0.distance < $1.distance
      }
    }
    if search.count > 0 { found = Array(found.prefix(search.count)) }
    guard !found.isEmpty else {
      try data.remove(command[target])
      return
    }
    var result = LiveSortedSet(keepsNegativeZero: true)
    let members = source.value
    for item in found {
      result.replace(
        members.member(at: item.place),
        with: search.storesDistance ? item.distance / shape.unit : item.score)
    }
    result.settle(data.packedForm)
    try data.set(command[target], to: .sortedSet(Box(result)))
  }

  private static func center(
    of search: Search, in set: LiveSortedSet
  ) throws(CommandFailure) -> GeoPoint? {
    if let member = search.member {
      return set.score(of: member.span).map { GeoHash(score: $0).center }
    }
    guard let center = search.center else { throw .syntax }
    return center
  }

  /// Looks into the nine areas that a server looks into, in its order (`membersOfAllNeighbors`).
  private static func find(
    _ search: Search, _ shape: GeoShape, _ center: GeoPoint, _ source: Box<LiveSortedSet>
  ) -> [Found] {
    var found: [Found] = []
    let limit = search.takesAny ? search.count : Int.max
    var last: GeoHash?
    for area in GeoAreas(shape, around: center).areas {
      guard let area else { continue }
      // Of a huge circle, neighbours may be the same area.
      if area == last { continue }
      if found.count >= limit { break }
      last = area
      let range = area.scores
      let items = source.value.items(
        in: ScoreRange(from: range.lowerBound, below: range.upperBound))
      for item in items {
        let point = GeoHash(score: item.score).center
        guard let distance = shape.distance(from: center, to: point) else { continue }
        found.append(Found(place: item.place, score: item.score, distance: distance))
        if found.count >= limit { break }
      }
    }
    return found
  }
}
