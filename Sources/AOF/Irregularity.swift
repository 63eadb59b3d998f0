internal import BinaryInput

/// Where a record deviates from what servers write, though they load it.
///
/// Not an error, and noted in a form that costs nothing while there is none.
struct Irregularity {
  enum Kind {
    case argumentEnd, numberLine, annotationEnd, annotationTimestamp
  }

  let kind: Kind
  let offset: Int

  /// The same as an error, for whoever wants to report it.
  var error: FormatError {
    switch kind {
    case .argumentEnd:
      .malformed(.argumentEnd, "no line end follows the argument", at: offset)
    case .numberLine:
      .malformed(.numberLine, "a count or length is more than digits and a line end", at: offset)
    case .annotationEnd:
      .malformed(.annotationEnd, "the file ends inside an annotation", at: offset)
    case .annotationTimestamp:
      .malformed(.annotationTimestamp, "the time of an annotation is no number", at: offset)
    }
  }
}

extension Optional where Wrapped == Irregularity {
  /// Keeps the first of a record.
  @inline(never)
  mutating func note(_ kind: Irregularity.Kind, at offset: Int) {
    if self == nil { self = Irregularity(kind: kind, offset: offset) }
  }
}
