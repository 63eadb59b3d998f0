internal import BinaryInput
internal import Impact
internal import Preflight

/// What `preflight` says of a pitfall, in every language: what is found, with its evidence, as a sentence.
struct PitfallSentence {
  let pitfall: Pitfall
  let words: Words

  /// The sentence.
  var text: String {
    switch pitfall.code {
    case .appendonlyNotTold:
      say(
        "nobody says whether appendonly is on: off, there are \(number(.keys)) keys, on, \(number(.otherKeys)) (--appendonly, --config)",
        "未说明 appendonly 是否开启：关闭时有 \(number(.keys)) 个键，开启时有 \(number(.otherKeys)) 个（--appendonly、--config）"
      )
    case .backupDiffers: backupDiffers
    case .baseAsDump:
      say(
        "it was written as the base of a log: what the log's increments held is missing",
        "该文件是作为日志的基础文件写出的：日志增量中的内容不在其中")
    case .checksumIgnored:
      say(
        "the checksum is wrong, and rdbchecksum no keeps the server from noticing",
        "校验和不符，而 rdbchecksum no 使服务器不会察觉")
    case .checksumOff:
      say("no checksum was stored: damage would go unnoticed", "没有保存校验和：损坏不会被察觉")
    case .configurationNotRead: say("not read: \(detail)", "未读取：\(detail)")
    case .copiedDuringRewrite: rewrite
    case .dumpIgnored: dumpIgnored
    case .expiredDropped:
      say(
        "\(number(.expired)) keys have expired and are left out at loading; \(number(.keys)) are alive",
        "\(number(.expired)) 个键已过期，加载时被略去；\(number(.keys)) 个存活")
    case .expiredKept:
      say(
        "\(number(.expired)) keys have expired; a server counts them until it touches them; \(number(.keys)) are alive",
        "\(number(.expired)) 个键已过期，服务器在访问到它们之前仍会计入；\(number(.keys)) 个存活")
    case .fewKeys: fewKeys
    case .incrementAsLog: incrementAsLog
    case .logElsewhere:
      say(
        "a log where this server does not look: it reads the folder and name it is told",
        "服务器不会读取此处的日志：它只读取配置指定的目录和文件名")
    case .logFolderNotKnown:
      say(
        "\(detail) does not know logs in folders: it reads a single appendonly.aof, or nothing",
        "\(detail) 不支持目录形式的日志：它只读取单个 appendonly.aof，没有则什么都不读")
    case .logIgnored: logIgnored
    case .manifestMissing:
      say(
        "\(number(.files)) files of a log (\(number(.bytes)) bytes) without their manifest: the server starts empty and writes over the base",
        "日志的 \(number(.files)) 个文件（\(number(.bytes)) 字节）没有清单：服务器以空数据启动，并覆盖基础文件")
    case .noKeys: noKeys
    case .notReadable:
      say(
        "\(ownership) can't read it: the server does not start", "\(ownership)无法读取它：服务器无法启动")
    case .notWritable: say("\(ownership) can't write here", "\(ownership)无法写入此处")
    case .nothingToLoad:
      say("there is nothing that it would load: it starts empty", "没有可加载的内容：服务器以空数据启动")
    case .oldLogIgnored:
      say(
        "a log of Redis 6.2 or before (\(number(.bytes)) bytes\(of(.modifiedAt))), ignored beside the folder of the log",
        "Redis 6.2 或更早版本的日志（\(number(.bytes)) 字节\(of(.modifiedAt))），因日志目录存在而被忽略")
    case .oldLogMoved:
      say(
        "a log of Redis 6.2 or before (\(number(.bytes)) bytes): the server moves it into the folder of its log, where older servers don't find it",
        "Redis 6.2 或更早版本的日志（\(number(.bytes)) 字节）：服务器会把它移入日志目录，旧版本在那里找不到它")
    case .olderThanFile:
      say(
        "saved at \(moment(.createdAt)), but the file was written at \(moment(.modifiedAt)): a copy of an older dump, as when nobody waits for BGSAVE",
        "数据保存于 \(moment(.createdAt))，而文件写于 \(moment(.modifiedAt))：这是旧快照的副本，常见于没有等待 BGSAVE 完成")
    case .overMemory: overMemory
    case .ownersDiffer: ownersDiffer
    case .partUnlisted:
      say(
        "the manifest does not list it (\(number(.bytes)) bytes): the server ignores it",
        "清单未列出该文件（\(number(.bytes)) 字节）：服务器忽略它")
    case .replica:
      say(
        "the server is a replica: what it loads is replaced by what its master has",
        "该服务器是从节点：加载的内容会被主节点的数据取代")
    case .staleIncrement:
      say(
        "the server writes on behind \(number(.bytes)) bytes of old commands, which it loads at its next start",
        "服务器会接着 \(number(.bytes)) 字节的旧命令写入，并在下次启动时加载它们")
    case .baseMissing: found("缺少基础文件")
    case .damaged: found("数据已损坏")
    case .incrementMissing: found("缺少增量文件")
    case .manifestDamaged: found("清单已损坏")
    case .mixedParts: found("文件来自不同时刻")
    case .refused: found("服务器拒绝加载")
    case .tornTail: found("日志尾部不完整")
    case .unsupported: found("本版本不支持")
    case .versionTooNew: found("文件的版本太新")
    }
  }

  // MARK: Sentences with conditions

  private var backupDiffers: String {
    let found = pitfall[.keys] == nil ? say("nothing", "什么都没有") : state(.keys, .createdAt)
    let other = state(.otherKeys, .otherCreatedAt)
    return say(
      "it is not what the backup holds: \(found), in the backup \(other)",
      "与备份的内容不同：这里\(found)，备份中 \(other)")
  }

  private var dumpIgnored: String {
    if pitfall.detail == "same" {
      return say(
        "ignored: appendonly is on; it holds what the log holds", "被忽略：appendonly 已开启；其内容与日志相同")
    }
    let other = state(.otherKeys, .otherCreatedAt)
    let what = say("ignored: appendonly is on; \(other)", "被忽略：appendonly 已开启；其中 \(other)")
    if pitfall.severity == .error {
      let isKept = pitfall.detail == "kept"
      return what + say("; the server starts empty", "；服务器以空数据启动")
        + (isKept
          ? ""
          : say(", and writes over it when it is stopped or saves", "，并在停止或保存时覆盖它"))
    }
    guard pitfall[.keys] != nil else { return what }
    return what
      + say(", in the log \(state(.keys, .createdAt))", "，日志中 \(state(.keys, .createdAt))")
  }

  private var logIgnored: String {
    if pitfall.detail == "same" {
      return say(
        "ignored: appendonly is off; dump.rdb holds what the log holds",
        "被忽略：appendonly 已关闭；dump.rdb 的内容与日志相同")
    }
    let other = state(.otherKeys, .otherCreatedAt)
    let what = say(
      "ignored: appendonly is off; in it \(other)", "被忽略：appendonly 已关闭；其中 \(other)")
    if pitfall.severity == .error {
      return what + say("; the server starts empty", "；服务器以空数据启动")
    }
    guard pitfall[.keys] != nil else { return what }
    let loaded = state(.keys, .createdAt)
    return what + say(", in what is loaded \(loaded)", "，所加载的内容中 \(loaded)")
  }

  private var rewrite: String {
    if pitfall.detail == "base" {
      return say(
        "a second base, which the manifest does not list (\(number(.bytes)) bytes\(of(.modifiedAt))): the directory was copied while the log was rewritten",
        "清单未列出的第二个基础文件（\(number(.bytes)) 字节\(of(.modifiedAt))）：该目录是在日志重写期间复制的")
    }
    let files = pitfall[.files] == 1 ? "file" : "files"
    return say(
      "\(number(.files)) unfinished \(files) (\(number(.bytes)) bytes): the directory was copied while the server saved, or the server was killed then",
      "\(number(.files)) 个未写完的文件（\(number(.bytes)) 字节）：该目录是在服务器保存期间复制的，或服务器当时被终止")
  }

  private var fewKeys: String {
    let few = say("only \(number(.keys)) keys are alive", "只有 \(number(.keys)) 个键存活")
    guard let other = pitfall[.otherKeys] else { return few }
    return few
      + say(
        "; the other state in this directory has \(other)", "；该目录中的另一份数据有 \(other) 个")
  }

  private var noKeys: String {
    let none = say("no key is alive", "没有存活的键")
    guard let expired = pitfall[.expired], expired > 0 else { return none }
    return none + say(": \(expired) have expired", "：\(expired) 个已过期")
  }

  private var incrementAsLog: String {
    guard let commands = pitfall[.commands], commands > 0 else {
      return say(
        "it begins with commands, not with an RDB: if it is an increment of Redis 7 under another name, what its base held is missing",
        "它以命令而非 RDB 开头：如果它是改了名的 Redis 7 增量文件，则缺少其基础文件中的内容")
    }
    let key = pitfall.detail
    return say(
      "\(commands) commands take something from keys that no command has made, the first at offset \(number(.cutAt)), \"\(key)\": it is an increment whose base is missing",
      "\(commands) 条命令操作了没有任何命令创建过的键，第一条位于偏移 \(number(.cutAt))，键 \"\(key)\"：这是缺少基础文件的增量文件")
  }

  private var overMemory: String {
    let need = say(
      "it takes \(number(.bytes)) bytes, maxmemory is \(number(.limit))",
      "需要 \(number(.bytes)) 字节，而 maxmemory 为 \(number(.limit))")
    guard let evicted = pitfall[.evicted], evicted > 0 else {
      return need + say(": the server refuses writes", "：服务器拒绝写入")
    }
    let policy = EscapedBytes(sentence: String(pitfall.detail.prefix { $0 != " " }))
    let end = pitfall.detail.hasSuffix(" full") ? say(", and refuses writes", "，并拒绝写入") : ""
    return need
      + say(
        ": with the first command the server evicts about \(evicted) of \(number(.keys)) keys (\(policy))",
        "：从第一条命令起，服务器会淘汰约 \(evicted) 个键（共 \(number(.keys)) 个，\(policy)）") + end
  }

  private var ownersDiffer: String {
    let belong = pitfall[.files] == 1 ? "file belongs" : "files belong"
    return say(
      "\(number(.files)) \(belong) to another user, this one to \(number(.owner)), and the data directory to \(number(.user))",
      "\(number(.files)) 个文件属于其他用户（此文件属于 \(number(.owner))），而数据目录属于 \(number(.user))")
  }

  /// Whose a file is, and who would have to use it: the beginning of a sentence.
  private var ownership: String {
    let mode = pitfall[.permissions].map { String($0, radix: 8) } ?? "?"
    return say(
      "it belongs to user \(number(.owner)), mode \(mode): the server's user, taken to be \(number(.user)),",
      "它属于用户 \(number(.owner))，权限 \(mode)：服务器的用户（视为 \(number(.user))）")
  }

  // MARK: Parts of sentences

  private func say(
    _ english: @autoclosure () -> String, _ chinese: @autoclosure () -> String
  ) -> String {
    words.text(english(), chinese())
  }

  /// What can't be said in numbers, safe to show.
  private var detail: String { EscapedBytes(sentence: pitfall.detail).description }

  /// The exact message, which is in English, behind its name in other languages.
  private func found(_ name: String) -> String {
    say(detail, detail.isEmpty ? name : "\(name)：\(detail)")
  }

  /// How many keys a state has, and when it was saved.
  private func state(_ keys: Pitfall.Quantity, _ time: Pitfall.Quantity) -> String {
    guard let count = pitfall[keys] else { return say("nobody could load it", "无法加载") }
    return say(
      "\(count) \(count == 1 ? "key" : "keys") alive\(of(time))", "\(count) 个键存活\(of(time))")
  }

  private func number(_ quantity: Pitfall.Quantity) -> String {
    pitfall[quantity].map { "\($0)" } ?? "?"
  }

  private func moment(_ time: Pitfall.Quantity) -> String {
    pitfall[time].map { "\(Timestamp(milliseconds: $0))" } ?? "?"
  }

  /// A time as it stands in a sentence; nothing if it is not known.
  private func of(_ time: Pitfall.Quantity) -> String {
    guard pitfall[time] != nil else { return "" }
    return say(" of \(moment(time))", "，时间 \(moment(time))")
  }
}

extension Pitfall {
  /// What is found, in English, as machine formats have it.
  var message: String {
    PitfallSentence(pitfall: self, words: Words(language: .english)).text
  }
}
