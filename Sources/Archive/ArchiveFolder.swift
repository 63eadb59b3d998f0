public import BinaryInput

/// The folder that an archive holds.
public struct ArchiveFolder: FileFolder {
  private let archive: ArchiveFile

  /// The files of an archive.
  public init(_ archive: ArchiveFile) { self.archive = archive }

  public var path: String { archive.path }

  public func files() -> [String] { archive.members.map(\.name).sorted() }

  public func open(_ name: String) throws(InputError) -> InputFile {
    // Where an archive has a name twice, unpacking leaves the last.
    guard let member = archive.members.last(where: { $0.name == name }) else {
      throw InputError(path: path(of: name), problem: "is not in the archive")
    }
    return archive.open(member)
  }
}
