internal import CPCRE2

/// Why a pattern can't be used.
public struct PatternError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What PCRE2 says about it.
  public let message: String
  /// The place in the pattern, counted in bytes from 0.
  public let position: Int

  /// One line: message, place.
  public var description: String { "\(message) (at character \(position + 1) of the pattern)" }
}

/// A regular expression on bytes, compiled by PCRE2.
///
/// A pattern knows nothing of characters: `.` is one byte, and a key need not be text. `$` is the end of
/// the key only. The object keeps the room for one match, so it belongs to one thread at a time.
@safe
public final class BytePattern {
  /// The pattern as it was written.
  public let source: String
  private let code: OpaquePointer
  private let matchData: OpaquePointer
  /// Whether the pattern has been compiled for the machine, which takes longer than all the rest: many are never matched.
  private var isReady = false

  /// Compiles a pattern; an anchored one must match from the first byte on.
  public init(_ source: String, anchored: Bool) throws(PatternError) {
    var options = UInt32(PCRE2_DOLLAR_ENDONLY | PCRE2_DOTALL | PCRE2_NEVER_UTF)
    if anchored { options |= PCRE2_ANCHORED }
    var errorNumber: Int32 = 0
    var errorOffset = 0
    let bytes = Array(source.utf8)
    let compiled = unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe pcre2_compile_8(
        buffer.baseAddress, buffer.count, options, &errorNumber, &errorOffset, nil)
    }
    guard let compiled = unsafe compiled else {
      throw PatternError(message: Self.message(errorNumber), position: errorOffset)
    }
    guard let matchData = unsafe pcre2_match_data_create_from_pattern_8(compiled, nil) else {
      unsafe pcre2_code_free_8(compiled)
      throw PatternError(message: "no memory for a match", position: 0)
    }
    self.source = source
    unsafe self.code = compiled
    unsafe self.matchData = matchData
  }

  deinit {
    unsafe pcre2_match_data_free_8(matchData)
    unsafe pcre2_code_free_8(code)
  }

  /// How many groups capture.
  public var groups: Int {
    var count: UInt32 = 0
    _ = unsafe pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_CAPTURECOUNT), &count)
    return Int(count)
  }

  /// Whether `bytes` match.
  public func matches(_ bytes: Span<UInt8>) -> Bool {
    match(bytes) > 0
  }

  /// The part of `bytes` that the first group matches; nil if nothing matches.
  public func firstCapture(in bytes: Span<UInt8>) -> Range<Int>? {
    guard match(bytes) > 1 else { return nil }
    let offsets = unsafe pcre2_get_ovector_pointer_8(matchData)
    guard let offsets = unsafe offsets else { return nil }
    let start = unsafe offsets[2]
    let end = unsafe offsets[3]
    // A group that took no part has PCRE2_UNSET, which is negative here.
    return start >= 0 && start <= end && end <= bytes.count ? start..<end : nil
  }

  /// Runs a match; returns how many groups took part, whole match included, or a number below 1.
  private func match(_ bytes: Span<UInt8>) -> Int32 {
    if !isReady {
      // Where the machine has no compiler for patterns, matching is only slower.
      unsafe pcre2_jit_compile_8(code, PCRE2_JIT_COMPLETE)
      isReady = true
    }
    return unsafe bytes.withUnsafeBufferPointer { buffer in
      var empty: UInt8 = 0
      // PCRE2 wants an address for an empty subject too.
      return unsafe withUnsafePointer(to: &empty) { placeholder in
        let start = unsafe buffer.baseAddress ?? placeholder
        let result = unsafe pcre2_match_8(code, start, buffer.count, 0, 0, matchData, nil)
        guard result == PCRE2_ERROR_JIT_STACKLIMIT else { return result }
        // The compiled form has a small stack; the interpreter has the heap.
        return unsafe pcre2_match_8(
          code, start, buffer.count, 0, UInt32(PCRE2_NO_JIT), matchData, nil)
      }
    }
  }

  private static func message(_ code: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    let length = unsafe buffer.withUnsafeMutableBufferPointer { bytes in
      unsafe pcre2_get_error_message_8(code, bytes.baseAddress, bytes.count)
    }
    return String(decoding: buffer.prefix(max(0, Int(length))), as: UTF8.self)
  }
}
