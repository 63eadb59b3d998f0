public import BinaryInput

/// An archive, or a single compressed file, whose members are read where they are.
public struct ArchiveFile: Sendable {
  /// The path of the archive as it was given.
  public let path: String
  /// Whether it holds a folder of files (tar), or is one file in compressed form.
  public let isTar: Bool
  /// The files in it, in its order.
  public let members: [ArchiveMember]
  /// The folders that it lists, in its order; one whose files are there may be missing.
  public let folders: [ArchiveMember]
  private let file: InputFile

  /// More entries than this are no data directory.
  private static let mostEntries = 10_000

  /// Reads through `file` to its end and lists what is in it.
  ///
  /// - Throws: `InputError` if it is damaged, or made to do harm: absolute paths and ones with `..`, links, too
  ///   many entries, data that expand without end.
  public init(_ file: InputFile) throws(InputError) {
    self.file = file
    path = file.path
    do throws(FormatError) {
      let reading = try ArchiveReading(file)
      var members: [ArchiveMember] = []
      var folders: [ArchiveMember] = []
      var entries = 0
      while try reading.nextEntry() {
        entries += 1
        guard entries <= Self.mostEntries else {
          throw .malformed(.containerLimit, "more than \(Self.mostEntries) entries", at: 0)
        }
        guard let member = try Self.member(of: reading, at: entries - 1) else { continue }
        if member.attributes.isFolder { folders.append(member) } else { members.append(member) }
      }
      isTar = reading.isTar
      self.members = members
      self.folders = folders
    } catch {
      throw InputError(
        path: file.path, problem: "can't be unpacked: \(error)",
        isDamage: error.code == FormatRule.container.code)
    }
  }

  /// A member as a file, which reads like any other.
  public func open(_ member: ArchiveMember) -> InputFile {
    InputFile(
      MemberSource(file: file, index: member.index), size: member.size,
      named: isTar ? "\(path):\(member.name)" : path)
  }

  /// Examines the entry at hand and reads it through; nil if it is neither a file nor a folder.
  private static func member(
    of reading: ArchiveReading, at index: Int
  ) throws(FormatError) -> ArchiveMember? {
    let name = reading.name
    let parts = name.split(separator: "/").filter { $0 != "." }
    let shown = EscapedBytes(Array(name.utf8), limit: 100)
    guard !name.hasPrefix("/"), !parts.contains("..") else {
      throw .malformed(.containerLimit, "\"\(shown)\" leads out of the archive", at: 0)
    }
    switch reading.kind {
    case .file, .folder: break
    case .other: return nil
    case .link:
      throw .malformed(.containerLimit, "\"\(shown)\" is a link, which is not followed", at: 0)
    }
    // The size that the archive states is a claim; a compressed file states none.
    let isFolder = reading.kind == .folder
    var size = 0
    while !isFolder {
      let bytes = try reading.next()
      if bytes.isEmpty { break }
      size += bytes.count
    }
    return ArchiveMember(
      index: index, name: parts.joined(separator: "/"),
      attributes: FileAttributes(
        isFolder: isFolder, size: size, modifiedAt: reading.modifiedAt,
        permissions: reading.permissions, owner: reading.owner, group: reading.group))
  }
}

/// A file or folder in an archive.
public struct ArchiveMember: Equatable, Sendable {
  /// The position among the entries of the archive.
  let index: Int
  /// The path in the archive, without `./` at its beginning.
  public let name: String
  /// Its size, which was counted, and what the archive says besides.
  public let attributes: FileAttributes
  /// How many bytes it has.
  public var size: Int { attributes.size }
}

/// Opens a member again and again, each time from the beginning of the archive.
private struct MemberSource: ByteStreamSource {
  let file: InputFile
  let index: Int

  func open() throws(FormatError) -> any ByteStream {
    let reading = try ArchiveReading(file)
    for _ in 0...index {
      guard try reading.nextEntry() else {
        throw .truncated(needed: 1, available: 0, at: file.size).within("archive")
      }
    }
    return MemberStream(reading)
  }
}

/// One reading of a member.
private final class MemberStream: ByteStream {
  private let reading: ArchiveReading

  init(_ reading: ArchiveReading) { self.reading = reading }

  func next() throws(FormatError) -> [UInt8] { try reading.next() }
}
