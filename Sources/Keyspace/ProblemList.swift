internal import BinaryInput
internal import RDB

/// The problems that one reading has met: the first ones as they are, of the others how many.
struct ProblemList: Sendable {
  private struct Entry {
    /// Where the record begins in which the problem is.
    let record: Int
    let problem: Verification.Problem
  }

  private var entries: [Entry] = []
  /// How many further problems there are.
  private(set) var unlisted = 0
  /// Whether the file is whole so far; nil if something in it is not supported.
  private(set) var isIntact: Bool? = true
  /// Whether the operating system let the file be read.
  private(set) var isReadable = true
  /// The first problem for which a server stops loading.
  private var firstRefusal: (record: Int, text: String)?

  /// Problems beyond this many are counted, not listed.
  static let limit = 1000

  /// Why a server would stop loading the file; nil if nothing keeps it from that.
  var refusal: String? { firstRefusal?.text }

  /// The problems, in the order of their records, as far as they are listed.
  var problems: [Verification.Problem] { entries.map(\.problem) }

  /// Adds an error in the record at `record`, in a value of `type` or outside of values.
  mutating func add(
    _ error: FormatError, in type: RDBValueType? = nil, isConverted: Bool = false,
    record: Int
  ) {
    switch error.reason {
    case .unsupported: if isIntact == true { isIntact = nil }
    case .unreadable: isReadable = false
    case .truncated, .malformed, .checksumMismatch: isIntact = false
    }
    let place = error.path.isEmpty ? "" : "\(error.path.joined(separator: ", ")): "
    let rule = FormatRule(error.code)
    let isTolerated = Loadability.reaction(to: rule, in: type, isConverted: isConverted) == .loads
    if !isTolerated && firstRefusal == nil { firstRefusal = (record, error.description) }
    // The reader says it itself, for the commands that stop there.
    let remark = isTolerated && rule != .notInVersion ? Loadability.tolerated : ""
    list(
      Verification.Problem(
        severity: .error, code: error.code, offset: error.offset, key: error.key,
        message: place + error.message + remark),
      record)
  }

  /// Adds something suspicious at `offset`, in the record at `record`.
  mutating func warn(_ rule: FormatRule, at offset: Int, record: Int, _ message: String) {
    list(
      Verification.Problem(
        severity: .warning, code: rule.code, offset: offset, key: nil, message: message),
      record)
  }

  /// Counts problems that nobody lists.
  mutating func addUnlisted(_ count: Int) { unlisted += count }

  private mutating func list(_ problem: Verification.Problem, _ record: Int) {
    if entries.count < Self.limit {
      entries.append(Entry(record: record, problem: problem))
    } else {
      unlisted += 1
    }
  }

  /// Takes in what others have met who read parts of the same file.
  mutating func merge(_ others: [ProblemList]) {
    for other in others {
      entries += other.entries
      unlisted += other.unlisted
      isReadable = isReadable && other.isReadable
      // Damage outweighs what can't be told.
      if other.isIntact == false || isIntact == true { isIntact = other.isIntact }
      if let refusal = other.firstRefusal, refusal.record < firstRefusal?.record ?? .max {
        firstRefusal = refusal
      }
    }
    // Of the same record, those come first that were met first: the order is stable.
    entries = entries.enumerated().sorted {
      ($0.element.record, $0.offset) < ($1.element.record, $1.offset)
    }.map(\.element)
    unlisted += max(0, entries.count - Self.limit)
    entries.removeLast(max(0, entries.count - Self.limit))
  }
}
