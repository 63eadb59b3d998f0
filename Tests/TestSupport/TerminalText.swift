/// The characters of a text, line ends apart, that a terminal would act on instead of showing them.
public func charactersThatAct(in text: String) -> [String] {
  text.unicodeScalars.filter { scalar in
    guard scalar != "\n" else { return false }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
      .unassigned:
      return true
    default: return false
    }
  }.map { "U+\(String($0.value, radix: 16, uppercase: true))" }
}
