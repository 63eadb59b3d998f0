internal import BinaryInput

/// The function libraries that a log leaves behind, by name.
struct LiveLibraries {
  private var libraries: [String: (number: Int, source: [UInt8])] = [:]
  /// How many have been added, ever.
  private var added = 0

  /// Adds a library, or takes it for one that is there; returns whether it could.
  mutating func add(_ source: [UInt8], replaces: Bool) -> Bool {
    guard let name = FunctionLibrary(source: source)?.name else { return false }
    if let known = libraries[name] {
      guard replaces else { return false }
      libraries[name] = (known.number, source)
    } else {
      libraries[name] = (added, source)
      added += 1
    }
    return true
  }

  /// Removes a library; returns whether it was there.
  mutating func remove(_ name: String) -> Bool { libraries.removeValue(forKey: name) != nil }

  /// Removes all.
  mutating func removeAll() { libraries = [:] }

  /// The sources, in the order in which they came.
  var sources: [[UInt8]] {
    libraries.values.sorted { $0.number < $1.number }.map(\.source)
  }
}
