internal import AOF
internal import BinaryInput
internal import RDB

/// Whether the server's user may read what it loads, and write where it has to.
///
/// Nobody says who that user is, unless a compose file does: the owner of the data directory is taken for it.
struct AccessPitfalls {
  private let facts: StartFacts
  private(set) var list: [Pitfall] = []

  init(_ facts: StartFacts) {
    self.facts = facts
    let directory = facts.files.folder.attributes(of: "")
    guard let user = facts.configuration.user ?? directory?.owner else { return }
    let group = facts.configuration.user == nil ? directory?.group : nil
    let access = Access(user: user, group: group)
    if user != 0 { lookAtAccess(access) }
    lookAtOwners(user)
  }

  /// Whom a file's permissions are held against.
  private struct Access {
    let user: Int
    let group: Int?

    /// Whether these permissions, of which each is one bit of `need`, are given.
    func has(_ need: Int, to file: FileAttributes) -> Bool {
      let shift = file.owner == user ? 6 : file.group == group ? 3 : 0
      return file.permissions >> shift & need == need
    }
  }

  private static let read = 4
  private static let write = 2
  private static let enter = 1

  private mutating func lookAtAccess(_ access: Access) {
    for name in facts.plan.loaded { require(Self.read, of: name, access, .notReadable, .error) }
    if facts.plan.appendonly, facts.target.keepsLogInFolder {
      let folder = facts.configuration.logFolder
      if facts.files.folder.attributes(of: folder) != nil {
        require(Self.write | Self.enter, of: folder, access, .notWritable, .error)
      }
      if let last = facts.plan.loaded.last, last.hasSuffix(".incr.aof") {
        require(Self.write, of: last, access, .notWritable, .error)
      }
    }
    // Without it, no snapshot can be saved, and after a save that failed servers take no writes.
    require(Self.write | Self.enter, of: "", access, .notWritable, .warning)
  }

  private mutating func require(
    _ need: Int, of name: String, _ access: Access, _ code: Pitfall.Code,
    _ severity: Pitfall.Severity
  ) {
    guard let file = facts.files.folder.attributes(of: name), !access.has(need, to: file) else {
      return
    }
    list.append(
      Pitfall(
        code, severity, name.isEmpty ? nil : name,
        [
          .user: access.user, .owner: file.owner, .group: file.group,
          .permissions: file.permissions,
        ]))
  }

  private mutating func lookAtOwners(_ user: Int) {
    let named = Set(list.compactMap(\.path))
    let others = facts.plan.changes(facts.files, isRefused: true, cut: nil).compactMap {
      fate -> (String, FileAttributes)? in
      guard let file = facts.files.folder.attributes(of: fate.path), file.owner != user,
        !named.contains(fate.path)
      else { return nil }
      return (fate.path, file)
    }
    guard let (path, file) = others.first else { return }
    list.append(
      Pitfall(
        .ownersDiffer, .warning, path,
        [.files: others.count, .owner: file.owner, .user: user, .permissions: file.permissions]))
  }
}
