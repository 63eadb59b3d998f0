internal import BinaryInput
internal import Impact
internal import Preflight

/// The words for what a start in a data directory has in store.
extension Pitfall {
  /// What is found, with its evidence, as a sentence.
  var message: String {
    switch code {
    case .appendonlyNotTold:
      "nobody says whether appendonly is on: off, there are \(text(.keys)) keys, on, \(text(.otherKeys)) "
        + "(--appendonly, --config)"
    case .backupDiffers:
      "it is not what the backup holds: \(self[.keys] == nil ? "nothing" : state(.keys, .createdAt)), in the backup "
        + "\(state(.otherKeys, .otherCreatedAt))"
    case .baseAsDump:
      "it was written as the base of a log: what the log's increments held is missing"
    case .checksumIgnored:
      "the checksum is wrong, and rdbchecksum no keeps the server from noticing"
    case .checksumOff: "no checksum was stored: damage would go unnoticed"
    case .configurationNotRead: "not read: \(EscapedBytes(sentence: detail))"
    case .copiedDuringRewrite: rewrite
    case .dumpIgnored: dumpIgnored
    case .expiredDropped:
      "\(text(.expired)) keys have expired and are left out at loading; \(text(.keys)) are alive"
    case .expiredKept:
      "\(text(.expired)) keys have expired; a server counts them until it touches them; \(text(.keys)) are alive"
    case .fewKeys: fewKeys
    case .incrementAsLog: incrementAsLog
    case .logElsewhere:
      "a log where this server does not look: it reads the folder and name it is told"
    case .logFolderNotKnown:
      "\(EscapedBytes(sentence: detail)) does not know logs in folders: it reads a single appendonly.aof, or nothing"
    case .logIgnored: logIgnored
    case .manifestMissing:
      "\(text(.files)) files of a log (\(text(.bytes)) bytes) without their manifest: the server starts empty and "
        + "writes over the base"
    case .noKeys:
      "no key is alive\(self[.expired].map { $0 > 0 ? ": \($0) have expired" : "" } ?? "")"
    case .notReadable:
      "\(ownership) can't read it: the server does not start"
    case .notWritable: "\(ownership) can't write here"
    case .nothingToLoad: "there is nothing that it would load: it starts empty"
    case .oldLogIgnored:
      "a log of Redis 6.2 or before (\(text(.bytes)) bytes\(of(.modifiedAt))), ignored beside the folder of the log"
    case .oldLogMoved:
      "a log of Redis 6.2 or before (\(text(.bytes)) bytes): the server moves it into the folder of its log, where "
        + "older servers don't find it"
    case .olderThanFile:
      "saved at \(moment(.createdAt)), but the file was written at \(moment(.modifiedAt)): a copy of an older dump, as "
        + "when nobody waits for BGSAVE"
    case .overMemory: overMemory
    case .ownersDiffer:
      "\(text(.files)) \(self[.files] == 1 ? "file belongs" : "files belong") to another user, this one to "
        + "\(text(.owner)), and the data directory to \(text(.user))"
    case .partUnlisted:
      "the manifest does not list it (\(text(.bytes)) bytes): the server ignores it"
    case .replica: "the server is a replica: what it loads is replaced by what its master has"
    case .staleIncrement:
      "the server writes on behind \(text(.bytes)) bytes of old commands, which it loads at its next start"
    case .baseMissing, .damaged, .incrementMissing, .manifestDamaged, .mixedParts, .refused,
      .tornTail,
      .unsupported, .versionTooNew:
      "\(EscapedBytes(sentence: detail))"
    }
  }

  private var dumpIgnored: String {
    if detail == "same" { return "ignored: appendonly is on; it holds what the log holds" }
    let what = "ignored: appendonly is on; \(state(.otherKeys, .otherCreatedAt))"
    guard severity != .error else {
      return "\(what); the server starts empty"
        + (detail == "kept" ? "" : ", and writes over it when it is stopped or saves")
    }
    return self[.keys] == nil ? what : "\(what), in the log \(state(.keys, .createdAt))"
  }

  private var logIgnored: String {
    if detail == "same" { return "ignored: appendonly is off; dump.rdb holds what the log holds" }
    let what = "ignored: appendonly is off; in it \(state(.otherKeys, .otherCreatedAt))"
    guard severity != .error else { return "\(what); the server starts empty" }
    return self[.keys] == nil ? what : "\(what), in what is loaded \(state(.keys, .createdAt))"
  }

  private var rewrite: String {
    switch detail {
    case "base":
      "a second base, which the manifest does not list (\(text(.bytes)) bytes\(of(.modifiedAt))): the directory was "
        + "copied while the log was rewritten"
    default:
      "\(text(.files)) unfinished \(self[.files] == 1 ? "file" : "files") (\(text(.bytes)) bytes): the directory was "
        + "copied while the server saved, or the server was killed then"
    }
  }

  private var fewKeys: String {
    guard let other = self[.otherKeys] else { return "only \(text(.keys)) keys are alive" }
    return "only \(text(.keys)) keys are alive; the other state in this directory has \(other)"
  }

  private var incrementAsLog: String {
    guard let commands = self[.commands], commands > 0 else {
      return
        "it begins with commands, not with an RDB: if it is an increment of Redis 7 under another name, what its "
        + "base held is missing"
    }
    return
      "\(commands) commands take something from keys that no command has made, the first at offset "
      + "\(text(.cutAt)), \"\(detail)\": it is an increment whose base is missing"
  }

  private var overMemory: String {
    let need = "it takes \(text(.bytes)) bytes, maxmemory is \(text(.limit))"
    let policy = detail.prefix { $0 != " " }
    let end = detail.hasSuffix(" full") ? ", and refuses writes" : ""
    guard let evicted = self[.evicted], evicted > 0 else {
      return "\(need): the server refuses writes"
    }
    return
      "\(need): with the first command the server evicts about \(evicted) of \(text(.keys)) keys "
      + "(\(EscapedBytes(sentence: String(policy))))\(end)"
  }

  private var ownership: String {
    let mode = self[.permissions].map { String($0, radix: 8) } ?? "?"
    return
      "it belongs to user \(text(.owner)), mode \(mode): the server's user, taken to be \(text(.user)),"
  }

  /// How many keys a state has, and when it was saved.
  private func state(_ keys: Quantity, _ time: Quantity) -> String {
    guard let count = self[keys] else { return "nobody could load it" }
    return "\(count) \(count == 1 ? "key" : "keys") alive\(of(time))"
  }

  private func text(_ quantity: Quantity) -> String { self[quantity].map { "\($0)" } ?? "?" }

  private func moment(_ time: Quantity) -> String {
    self[time].map { "\(Timestamp(milliseconds: $0))" } ?? "?"
  }

  /// A time as it stands in a sentence; nothing if it is not known.
  private func of(_ time: Quantity) -> String {
    self[time].map { " of \(Timestamp(milliseconds: $0))" } ?? ""
  }
}
