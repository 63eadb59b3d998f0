public import BinaryInput

/// The folder that an archive holds.
public struct ArchiveFolder: FileFolder {
  private let archive: ArchiveFile

  /// The files of an archive.
  public init(_ archive: ArchiveFile) { self.archive = archive }

  /// Where it is, as reports name it.
  public var path: String { archive.path }

  /// The paths of the files in it and below, sorted.
  public func files() -> [String] { archive.members.map(\.name).sorted() }

  /// The file at a path relative to the folder.
  ///
  /// - Throws: `InputError` if it is missing or can\'t be read.
  public func open(_ name: String) throws(InputError) -> InputFile {
    // Where an archive has a name twice, unpacking leaves the last.
    guard let member = archive.members.last(where: { $0.name == name }) else {
      throw InputError(path: path(of: name), problem: "is not in the archive")
    }
    return archive.open(member)
  }

  /// What the archive says of a file or folder; where it has a name twice, the last counts.
  public func attributes(of name: String) -> FileAttributes? {
    let entry =
      archive.members.last { $0.name == name } ?? archive.folders.last { $0.name == name }
    return entry?.attributes
  }
}
