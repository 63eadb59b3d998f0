internal import ArgumentParser
internal import BinaryInput
internal import Impact
internal import Patterns
internal import RDB

/// Which keys are meant, for every verb that lists keys.
struct FilterOptions: ParsableArguments {
  @Option(
    name: .customLong("match"),
    help: "Only keys that match this pattern, as KEYS takes it. Repeat for alternatives.")
  var globs: [String] = []

  @Option(name: .customLong("not-match"), help: "No keys that match this pattern. Repeatable.")
  var excluded: [String] = []

  @Option(
    name: .customLong("regex"),
    help: "Only keys in which this PCRE2 expression, on bytes, finds something. Repeatable.")
  var expressions: [String] = []

  @Option(
    name: .customLong("category"),
    help: "Only keys of this category of the policy; unknown for those of none. Repeatable.")
  var categories: [String] = []

  @Option(name: .customLong("type"), help: "Only keys of this type: string, list, … Repeatable.")
  var types: [KeyType] = []

  @Option(name: .customLong("db"), help: "Only keys of this database. Repeatable.")
  var databases: [UInt64] = []

  @Option(
    help: "Only keys that expire from A to B (A..B, A.., ..B), at all (any), or never (none).")
  var expires: ExpiryRange?

  @Option(
    help: "Only keys whose value takes A to B bytes in the file: 1M.., ..100, 64..64K.")
  var size: SizeRange?

  /// Whether none was given.
  var isEmpty: Bool {
    globs.isEmpty && excluded.isEmpty && expressions.isEmpty && categories.isEmpty && types.isEmpty
      && databases.isEmpty && expires == nil && size == nil
  }

  /// The filter that the options say.
  ///
  /// - Throws: `ValidationError` for a category that the policy does not have, or a wrong expression.
  func filter(_ policy: Policy) throws -> KeyFilter {
    var filter = KeyFilter()
    filter.globs = globs.map { GlobPattern(Array($0.utf8)) }
    filter.excluded = excluded.map { GlobPattern(Array($0.utf8)) }
    filter.expressions = expressions
    for expression in expressions {
      do throws(PatternError) {
        _ = try BytePattern(expression, anchored: false)
      } catch {
        throw ValidationError("--regex '\(EscapedBytes(Array(expression.utf8)))': \(error)")
      }
    }
    let known = policy.categories.map(\.id) + [KeyFilter.noCategory]
    for category in categories where !known.contains(category) {
      throw ValidationError(
        "policy \(policy.id) has no category '\(EscapedBytes(Array(category.utf8)))'")
    }
    filter.categories = Set(categories)
    filter.types = Set(types.map(\.type))
    filter.databases = Set(databases)
    filter.expiry = expires?.expiry
    filter.size = size?.range
    return filter
  }
}

/// A type of values on the command line.
struct KeyType: ExpressibleByArgument {
  let type: RedisType

  init?(argument: String) {
    guard let type = RedisType.allCases.first(where: { $0.name == argument }) else { return nil }
    self.type = type
  }

  static var allValueStrings: [String] { RedisType.allCases.map(\.name) }
  static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

/// A range on the command line: `A..B`, either of which may be left out.
private func ends(of argument: String) -> (from: Substring, to: Substring)? {
  guard let dots = argument.firstRange(of: "..") else { return nil }
  return (argument[..<dots.lowerBound], argument[dots.upperBound...])
}

/// `--expires`: `A..B`, `none`, `any`.
struct ExpiryRange: ExpressibleByArgument {
  let expiry: KeyFilter.Expiry

  init?(argument: String) {
    switch argument {
    case "none": expiry = .never
    case "any": expiry = .always
    default:
      guard let (from, to) = ends(of: argument),
        let start = from.isEmpty ? .min : Timestamp(parsing: String(from))?.milliseconds,
        let end = to.isEmpty ? .max : Timestamp(parsing: String(to))?.milliseconds, start <= end
      else { return nil }
      expiry = .within(start...end)
    }
  }
}

/// `--size`: `A..B` in bytes.
struct SizeRange: ExpressibleByArgument {
  let range: ClosedRange<Int>

  init?(argument: String) {
    guard let (from, to) = ends(of: argument),
      let start = from.isEmpty ? 0 : ByteCount(argument: String(from))?.bytes,
      let end = to.isEmpty ? .max : ByteCount(argument: String(to))?.bytes, start <= end
    else { return nil }
    range = start...end
  }
}

/// An amount of memory on the command line: `64M`, `1G`; units are powers of 1024.
struct ByteCount: ExpressibleByArgument {
  let bytes: Int

  init?(argument: String) {
    let digits = argument.prefix { $0.isASCII && $0.isNumber }
    let units = ["": 0, "k": 10, "m": 20, "g": 30, "t": 40]
    guard let number = Int(digits),
      let shift = units[argument.dropFirst(digits.count).lowercased()]
    else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
    guard !overflow else { return nil }
    self.bytes = bytes
  }
}
