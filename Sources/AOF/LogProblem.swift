public import BinaryInput

/// What is wrong with a log, what a server would do about it, and what that loses.
public struct LogProblem: Error, Equatable, Sendable {
  /// What is wrong.
  public enum Diagnosis: Equatable, Sendable {
    /// The folder has no manifest.
    case manifestMissing
    /// The manifest breaks a rule.
    case manifestDamaged(FormatError)
    /// The manifest lists no base and no increment.
    case manifestListsNothing
    /// A file that the manifest lists is missing, or can't be opened.
    case partMissing(InputError, Manifest.Entry.Role)
    /// A file in the folder looks like a part of the log, and the manifest does not list it.
    case partUnlisted
    /// The RDB at the beginning of a part is damaged, or not supported.
    case snapshotDamaged(FormatError)
    /// The commands end inside one.
    case tornTail(FormatError)
    /// The commands end inside one that belongs to a transaction.
    case tornTransaction(FormatError)
    /// A transaction is not closed at the end.
    case openTransaction
    /// Bytes are no command.
    case damage(FormatError)
    /// The last line is a part of an annotation.
    case tornAnnotation
    /// A record is not as servers write it, though they load it.
    case irregular(FormatError)
    /// Annotations go back in time.
    case timeRunsBack(from: Int64, to: Int64)
    /// EXEC without MULTI, or MULTI inside a transaction: the server answers with an error and goes on.
    case unbalanced(String)
  }

  /// What a server with default settings does (`appendonly yes`, `aof-load-truncated yes`).
  public enum Reaction: Equatable, Sendable {
    /// It loads the log all the same.
    case loads
    /// It cuts the part off here, on the disk, and loads what is left.
    case cuts(at: Int)
    /// It does not start; if it has cut the part off before, `cutAt` says where.
    case refuses(cutAt: Int?)
    /// It starts with an empty data set, and writes over the log.
    case startsEmpty
  }

  /// What is wrong.
  public let diagnosis: Diagnosis
  /// The path of the file that it is in, or of the folder.
  public let path: String
  /// Where in the file.
  public let offset: Int
  /// What a server does.
  public let reaction: Reaction

  /// Describes a problem.
  public init(_ diagnosis: Diagnosis, in path: String, at offset: Int, _ reaction: Reaction) {
    self.diagnosis = diagnosis
    self.path = path
    self.offset = offset
    self.reaction = reaction
  }

  /// Whether a server would not start, or would start without the data.
  public var keepsFromLoading: Bool {
    switch reaction {
    case .loads, .cuts: false
    case .refuses, .startsEmpty: true
    }
  }

  /// The same as an error of the file at `path`.
  public var error: FormatError {
    switch diagnosis {
    case .manifestDamaged(let error), .snapshotDamaged(let error), .damage(let error): error
    default: .malformed(FormatRule(code), message, at: offset)
    }
  }

  /// The stable name of the diagnosis, for machine output.
  public var code: String {
    switch diagnosis {
    case .manifestMissing: "manifest-missing"
    case .manifestDamaged(let error), .snapshotDamaged(let error), .damage(let error),
      .irregular(let error):
      error.code
    case .manifestListsNothing: "manifest-lists-nothing"
    case .partMissing(_, .base): "base-missing"
    case .partMissing: "increment-missing"
    case .partUnlisted: "part-unlisted"
    case .tornTail: "torn-tail"
    case .tornTransaction: "torn-transaction"
    case .openTransaction: "open-transaction"
    case .tornAnnotation: "annotation-end"
    case .timeRunsBack: "time-runs-back"
    case .unbalanced: "unbalanced-transaction"
    }
  }
}

extension LogProblem {
  /// What is wrong, and what a server would do, without the place.
  public var message: String { "\(finding) (\(consequence))" }

  private var finding: String {
    switch diagnosis {
    case .manifestMissing: "the folder has no manifest"
    case .manifestDamaged(let error), .snapshotDamaged(let error), .damage(let error),
      .irregular(let error):
      error.context.isEmpty ? error.message : "\(error.context): \(error.message)"
    case .manifestListsNothing: "the manifest lists neither a base nor an increment"
    case .partMissing(let error, .base): "the base \(error.problem)"
    case .partMissing(let error, _): "an increment of the log \(error.problem)"
    case .partUnlisted: "the manifest does not list this file"
    case .tornTail(let error): "the file ends inside a command: \(error.context): \(error.message)"
    case .tornTransaction(let error):
      "the file ends inside a command of a transaction: \(error.context): \(error.message)"
    case .openTransaction: "the file ends inside a transaction"
    case .tornAnnotation: "the file ends inside an annotation"
    case .timeRunsBack(let from, let to): "an annotation goes back in time, from \(from) to \(to)"
    case .unbalanced(let name): "\(name) does not fit the transaction"
    }
  }

  private var consequence: String {
    switch (diagnosis, reaction) {
    case (.tornTransaction, .cuts(let offset)):
      """
      a server cuts the file at \(offset), inside the transaction, which stays open: at its next start it \
      throws away what was written since
      """
    case (.tornAnnotation, .loads):
      "a server loads it, writes on in the same line, and refuses the file at its next start"
    case (.partUnlisted, .loads):
      "a server ignores it; one that makes a new manifest may write on in it"
    case (_, .loads): "a server loads it"
    case (_, .cuts(let offset)): "a server cuts the file at \(offset) and loads what is left"
    case (_, .refuses(nil)): "a server refuses to start"
    case (_, .refuses(let offset?)):
      "a server refuses to start, after it has cut the file at \(offset)"
    case (_, .startsEmpty): "a server starts with an empty data set, and writes over the log"
    }
  }
}

extension LogProblem: CustomStringConvertible {
  /// One line: path, offset, what is wrong, what a server does.
  public var description: String {
    "\(EscapedBytes(Array(path.utf8))): offset 0x\(String(offset, radix: 16)): \(message)"
  }
}
