internal import BinaryInput

/// Why a command of a log has no effect, or one that can't be known.
enum CommandFailure: Error {
  /// A server answers with this error, logs it, and goes on (`loadSingleAppendOnlyFile`).
  case refused(Refusal)
  /// The effect depends on what the log does not say: chance, settings, a script engine.
  case unsupported(String)
  /// The base or a payload is damaged.
  case damaged(FormatError)

  /// What a server says to a command that it refuses.
  enum Refusal: String {
    case wrongType = "the key holds another type"
    case wrongArguments = "wrong number of arguments"
    case syntax = "syntax error"
    case notInteger = "a value is no integer, or out of range"
    case notFloat = "a value is no number"
    case notANumber = "the resulting score is not a number"
    case overflow = "the number would overflow"
    case noSuchKey = "no such key"
    case outOfRange = "index or offset out of range"
    case keyExists = "the target key exists"
    case badPayload = "the payload of RESTORE can't be read"
    case noGroup = "no such consumer group"
    case streamID = "the stream id is not greater than the last, or is none"
    case notHyperLogLog = "the string is no HyperLogLog"
    case library = "the function library is there already, or is not"
  }

  /// The error of the type of a key.
  static var wrongType: CommandFailure { .refused(.wrongType) }
  /// The error of the words of a command.
  static var syntax: CommandFailure { .refused(.syntax) }
}
