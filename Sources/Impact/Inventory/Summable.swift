/// Numbers of the same kinds that were counted in different keys, and can be added up.
package protocol Summable {
  /// Adds what was counted elsewhere.
  static func += (sum: inout Self, other: Self)
}

extension Int: Summable {}

extension Array where Element: Summable {
  /// Adds the elements of another array of the same length, one to one.
  package mutating func add(_ other: [Element]) {
    for index in indices { self[index] += other[index] }
  }
}
