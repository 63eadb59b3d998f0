internal import BinaryInput

extension RDBReader {
  /// Finds the record of a key whose value is a string, in the forms that nearly all records of most files have.
  ///
  /// Returns false for anything else, and at the end of what is in memory: the general way finds out which. It would
  /// find the same here, in several times the time.
  @inline(__always)
  mutating func findString() -> Bool {
    // The general way knows what to do with attributes that others precede.
    guard attributesOffset == nil,
      let string = StringOutline(window.bytes, at: 0, kinds.stringForms)
    else { return false }
    let offset = window.offset
    if string.type > 0 {
      attributes = string.attributes
      attributesOffset = offset
    }
    if departure != nil { departure = nil }
    kind = .value(.string)
    start = offset + string.type
    nameStart = offset + string.name
    valueStart = offset + string.value
    end = offset + string.end
    window.consume(string.end)
    return true
  }
}
