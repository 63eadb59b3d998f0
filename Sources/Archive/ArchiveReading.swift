internal import BinaryInput
internal import CArchive

extension FormatRule {
  /// An archive or compressed file is damaged, as libarchive says.
  static let container = FormatRule("container")
  /// An archive is made so that reading it would take more than it should.
  static let containerLimit = FormatRule("container-limit")
}

/// One pass of libarchive over a file, entry by entry. Nothing is ever unpacked to disk.
@safe
final class ArchiveReading {
  private let handle: OpaquePointer
  /// What libarchive reads from, and where it is.
  private let input: Input
  private var entry: OpaquePointer?
  /// How many bytes all entries together have given.
  private var produced = 0

  /// Data that expand beyond this are held against `greatestRatio`.
  private static let unsuspicious = 64 << 20
  /// Backups are compressed already, inside; a file of nothing but zeros shrinks a thousandfold.
  private static let greatestRatio = 200

  /// Opens `file` at its beginning.
  init(_ file: InputFile) throws(FormatError) {
    guard let handle = unsafe archive_read_new() else {
      throw FormatError(.unreadable(errno: 12), at: 0)  // ENOMEM
    }
    unsafe self.handle = handle
    input = Input(file)
    unsafe archive_read_support_filter_gzip(handle)
    unsafe archive_read_support_filter_zstd(handle)
    unsafe archive_read_support_filter_xz(handle)
    unsafe archive_read_support_filter_bzip2(handle)
    unsafe archive_read_support_filter_lz4(handle)
    unsafe archive_read_support_format_tar(handle)
    unsafe archive_read_support_format_raw(handle)
    let client = unsafe Unmanaged.passUnretained(input).toOpaque()
    let status = unsafe archive_read_open(handle, client, nil, readInput, nil)
    guard status >= ARCHIVE_WARN else { throw failure() }
  }

  deinit { unsafe archive_read_free(handle) }

  /// Whether the bytes are a tar archive; known from the first entry on.
  var isTar: Bool { unsafe archive_format(handle) & ARCHIVE_FORMAT_BASE_MASK == ARCHIVE_FORMAT_TAR }

  /// Whether something had to be decompressed; known from the first entry on.
  var isCompressed: Bool { unsafe archive_filter_count(handle) > 1 }

  /// What the entry at hand is.
  enum Kind { case file, folder, link, other }

  /// Goes to the next entry; returns false behind the last one.
  func nextEntry() throws(FormatError) -> Bool {
    var next: OpaquePointer?
    let status = unsafe archive_read_next_header(handle, &next)
    if status == ARCHIVE_EOF { return false }
    guard status >= ARCHIVE_WARN, unsafe next != nil else { throw failure() }
    unsafe entry = next
    return true
  }

  /// The path of the entry at hand, as the archive has it.
  var name: String {
    guard let entry = unsafe entry, let text = unsafe archive_entry_pathname(entry) else {
      return ""
    }
    return unsafe String(cString: text)
  }

  /// The stated size of the entry at hand in bytes; nil if it is not stated.
  var size: Int? {
    guard let entry = unsafe entry, unsafe archive_entry_size_is_set(entry) != 0 else { return nil }
    return Int(clamping: unsafe archive_entry_size(entry))
  }

  /// What the entry at hand is.
  var kind: Kind {
    guard let entry = unsafe entry else { return .other }
    if unsafe archive_entry_hardlink(entry) != nil { return .link }
    switch unsafe archive_entry_filetype(entry) {
    case 0o100000: return .file  // AE_IFREG
    case 0o040000: return .folder  // AE_IFDIR
    case 0o120000: return .link  // AE_IFLNK
    default: return .other
    }
  }

  /// When the file of the entry at hand was changed, in Unix milliseconds; nil if that is not stated.
  var modifiedAt: Int64? {
    guard let entry = unsafe entry, unsafe archive_entry_mtime_is_set(entry) != 0 else {
      return nil
    }
    let (time, overflow) = Int64(unsafe archive_entry_mtime(entry)).multipliedReportingOverflow(
      by: 1000)
    return overflow ? nil : time
  }

  /// The permissions of the entry at hand (`chmod`).
  var permissions: Int {
    guard let entry = unsafe entry else { return 0 }
    return Int(unsafe archive_entry_perm(entry))
  }

  /// The number of the user whose the entry at hand is.
  var owner: Int {
    guard let entry = unsafe entry else { return 0 }
    return Int(clamping: unsafe archive_entry_uid(entry))
  }

  /// The number of the group of the entry at hand.
  var group: Int {
    guard let entry = unsafe entry else { return 0 }
    return Int(clamping: unsafe archive_entry_gid(entry))
  }

  /// The next bytes of the entry at hand; empty at its end.
  func next() throws(FormatError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 1 << 17)
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe archive_read_data(handle, buffer.baseAddress, buffer.count)
    }
    guard count >= 0 else { throw failure() }
    produced += count
    if produced > Self.unsuspicious, produced / Self.greatestRatio > input.offset {
      throw .malformed(
        .containerLimit,
        "\(input.offset) bytes have become \(produced): more than \(Self.greatestRatio) times as many",
        at: input.offset)
    }
    bytes.removeLast(bytes.count - count)
    return bytes
  }

  /// What libarchive says about the last failure, or why its input could not be read.
  private func failure() -> FormatError {
    if let error = input.failure { return error }
    let message = unsafe archive_error_string(handle).map { unsafe String(cString: $0) }
    return .malformed(.container, message ?? "is damaged", at: input.offset)
  }
}

/// The file that libarchive reads, and how far it is.
@safe
private final class Input {
  let file: InputFile
  /// How far libarchive has read.
  var offset = 0
  var failure: FormatError?
  /// What was handed out last, which has to stay where it is until the next call.
  private let piece: UnsafeMutableRawBufferPointer

  init(_ file: InputFile) {
    self.file = file
    unsafe piece = .allocate(byteCount: 1 << 17, alignment: 16)
  }

  deinit { unsafe piece.deallocate() }

  /// The next bytes; empty at the end, nil if they can't be read.
  func next() -> UnsafeRawBufferPointer? {
    do throws(FormatError) {
      let bytes = unsafe try file.bytes(at: offset, piece.count)
      unsafe piece.copyBytes(from: bytes)
      offset += bytes.count
      return unsafe UnsafeRawBufferPointer(rebasing: piece[..<bytes.count])
    } catch {
      failure = error
      return nil
    }
  }
}

/// Hands libarchive the next bytes (`archive_read_callback`).
private func readInput(
  _: OpaquePointer?, _ client: UnsafeMutableRawPointer?,
  _ buffer: UnsafeMutablePointer<UnsafeRawPointer?>?
) -> Int {
  guard let client = unsafe client else { return -1 }
  let input = unsafe Unmanaged<Input>.fromOpaque(client).takeUnretainedValue()
  guard let bytes = unsafe input.next() else { return -1 }
  unsafe buffer?.pointee = bytes.baseAddress
  return bytes.count
}
