internal import RDB

/// Since when servers know a command, for those that came after Redis 2.4.
///
/// From the `since` of the servers' own command descriptions.
struct CommandIntroduction {
  /// The first release of Redis, as `(major, minor)`.
  let redis: (Int, Int)
  /// The first release of Valkey; nil if it has none of this name.
  let valkey: (Int, Int)?

  /// By name in small letters, as in the table of commands.
  static let since: [String: CommandIntroduction] = {
    var table: [String: CommandIntroduction] = [:]
    func add(_ redis: (Int, Int), valkey: (Int, Int)? = (7, 2), _ names: [String]) {
      for name in names { table[name] = CommandIntroduction(redis: redis, valkey: valkey) }
    }
    add(
      (2, 6),
      ["bitop", "hincrbyfloat", "incrbyfloat", "pexpire", "pexpireat", "psetex", "restore"])
    add((2, 8), ["pfadd", "pfmerge", "pfcount", "zremrangebylex"])
    add((3, 2), ["bitfield", "geoadd", "georadius", "georadiusbymember"])
    add((4, 0), ["unlink", "swapdb"])
    add(
      (5, 0),
      [
        "xadd", "xtrim", "xdel", "xack", "xclaim", "xsetid", "xreadgroup", "xgroup create",
        "xgroup setid", "xgroup destroy", "xgroup delconsumer", "zpopmin", "zpopmax", "bzpopmin",
        "bzpopmax",
      ])
    add(
      (6, 2),
      [
        "copy", "getdel", "getex", "lmove", "blmove", "zdiffstore", "zrangestore",
        "geosearchstore", "xautoclaim", "xgroup createconsumer",
      ])
    add(
      (7, 0),
      [
        "function load", "function delete", "function flush", "function restore", "lmpop",
        "blmpop", "zmpop", "bzmpop",
      ])
    add((7, 4), valkey: (9, 0), ["hexpire", "hpexpire", "hexpireat", "hpexpireat", "hpersist"])
    add((8, 0), valkey: (9, 0), ["hsetex", "hgetex"])
    add((8, 0), valkey: nil, ["hgetdel", "vadd", "vrem", "vsetattr"])
    add((8, 2), valkey: nil, ["xackdel", "xdelex"])
    add((8, 4), valkey: nil, ["delex", "msetex"])
    add((8, 6), valkey: nil, ["xcfgset", "xidmprecord"])
    add((8, 8), valkey: nil, ["increx", "xnack"])
    return table
  }()

  /// Whether a release has the command.
  func isPart(of release: ServerRelease) -> Bool {
    let parts = release.name.split(separator: "-")
    let numbers = (parts.last ?? "").split(separator: ".").compactMap { Int($0) }
    guard numbers.count == 2 else { return false }
    let version = (numbers[0], numbers[1])
    if parts.first == "valkey" { return valkey.map { version >= $0 } ?? false }
    return version >= redis
  }
}
