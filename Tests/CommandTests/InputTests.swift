import Foundation
import TestSupport
import Testing

/// Inputs are never written to.
struct InputTests {
  /// A backup and a current state in a folder of their own.
  private struct Inputs {
    let folder: TemporaryFolder
    let backup: String
    let current: String

    init() throws {
      folder = try TemporaryFolder()
      let fixtures = Repository.fixtures.appending(path: "bitrun")
      backup = try folder.file(
        Array(Data(contentsOf: fixtures.appending(path: "backup.rdb"))), named: "backup.rdb")
      current = try folder.file(
        Array(Data(contentsOf: fixtures.appending(path: "incident.rdb"))), named: "current.rdb")
    }

    /// Bytes and times of both.
    func state() throws -> [State] { try [backup, current].map { try State(path: $0) } }

    var names: [String] {
      (try? FileManager.default.contentsOfDirectory(atPath: folder.url.filePath))?.sorted() ?? []
    }
  }

  private struct State: Equatable {
    let bytes: Data
    let modified: Date?
    let permissions: Int?

    init(path: String) throws {
      bytes = try Data(contentsOf: URL(filePath: path))
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      modified = attributes[.modificationDate] as? Date
      permissions = attributes[.posixPermissions] as? Int
    }
  }

  @Test func `no command changes an input, or leaves anything beside it`() throws {
    let inputs = try Inputs()
    let before = try inputs.state()
    for arguments in [
      ["impact", inputs.backup], ["impact", inputs.backup, "--current", inputs.current],
      ["impact", inputs.backup, "--current", inputs.current, "--format", "json"],
      ["impact", inputs.backup, "--current", inputs.current, "--format", "ndjson"],
      ["impact", inputs.backup, "--current", inputs.current, "--details"],
      ["inspect", inputs.backup], ["inspect", inputs.current, "--format", "json"],
      ["verify", inputs.backup, inputs.current], ["digest", inputs.backup],
    ] {
      #expect(try Lossmap.run(arguments).status == 0)
      #expect(try inputs.state() == before, "\(arguments)")
      #expect(inputs.names == ["backup.rdb", "current.rdb"], "\(arguments)")
    }
  }

  @Test func `an answer is never written onto an input, whatever it is called`() throws {
    let inputs = try Inputs()
    let before = try inputs.state()
    let shell = try Lossmap.shell(
      """
      cd '\(inputs.folder.url.filePath)' && ln -s backup.rdb soft && ln backup.rdb hard && \
      ln -s soft softer && mkdir sub && ln -s .. sub/up
      """)
    #expect(shell.status == 0)
    let folder = inputs.folder.url.filePath
    for name in [
      "backup.rdb", "current.rdb", "soft", "hard", "softer", "./backup.rdb", "sub/../backup.rdb",
      "sub/up/backup.rdb", "/backup.rdb",
    ] {
      let run = try Lossmap.run(
        "impact", inputs.backup, "--current", inputs.current, "-o", "\(folder)/\(name)")
      #expect(run.status == 64, "\(name)")
      #expect(run.errors.contains("is an input, which is never written to"))
      #expect(try inputs.state() == before, "\(name)")
    }
    for command in ["inspect", "verify", "digest"] {
      #expect(try Lossmap.run(command, "\(folder)/soft", "-o", "\(folder)/hard").status == 64)
      #expect(try Lossmap.run(command, "\(folder)/hard", "-o", inputs.backup).status == 64)
    }
    #expect(try inputs.state() == before)
  }

  @Test func `an answer is never written onto a file in a folder that is an input`() throws {
    let folder = try TemporaryFolder()
    let data = folder.url.appending(path: "data").filePath
    #expect(try Lossmap.run("stage", Story.backup, "--into", data).status == 0)
    let log = data + "/appendonlydir"
    let manifest = log + "/appendonly.aof.manifest"
    func state() throws -> [Data] {
      try [manifest, log + "/appendonly.aof.1.base.rdb", data + "/dump.rdb"].map {
        try Data(contentsOf: URL(filePath: $0))
      }
    }
    let before = try state()
    for arguments in [
      ["inspect", data, "-o", data + "/dump.rdb"],
      ["inspect", log, "-o", log + "/appendonly.aof.1.base.rdb"],
      ["inspect", manifest, "-o", log + "/../appendonlydir/appendonly.aof.1.base.rdb"],
      ["impact", data, "--current", Story.current, "-o", manifest],
      ["preflight", data, "-o", manifest], ["verify", log, "--prometheus", manifest],
      ["verify", Story.backup, log, "--salvage", manifest],
    ] {
      #expect(try Lossmap.run(arguments).status == 64, "\(arguments)")
      #expect(try state() == before, "\(arguments)")
    }
    // A new file is nobody's input.
    #expect(try Lossmap.run("inspect", data, "-o", data + "/report.txt").status == 0)
  }

  @Test(arguments: [
    ["impact", "-", "--current", "-"], ["diff", "-", "-"], ["rank", "-", "--current", "-"],
    ["verify", "-", "-"], ["carry", "-", "--current", "-"], ["preflight", "-", "--backup", "-"],
  ])
  func `standard input is one input`(arguments: [String]) throws {
    let run = try Lossmap.run(arguments)
    #expect(run.status == 64)
    #expect(run.errors.contains("only one of the inputs can be standard input"))
  }

  @Test(arguments: ["gzip -c", "xz -c", "bzip2 -c"])
  func `a packed backup that is cut off is damaged`(packer: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "cut").filePath
    let shell = try Lossmap.shell("\(packer) \(Story.backup) | head -c 3000 > '\(path)'")
    #expect(shell.status == 0)
    for verb in [["inspect"], ["verify"], ["diff", Story.backup], ["digest"]] {
      #expect(try Lossmap.run(verb + [path]).status == 2, "\(verb)")
    }
    let run = try Lossmap.run("verify", path, "--format", "json")
    #expect(
      try JSON(run.output)["problems"]?.elements?.first?["code"]?.text
        == "container")
  }

  @Test func `an answer is not written onto the policy that it was made by`() throws {
    let folder = try TemporaryFolder()
    let shop = Repository.fixtures.appending(path: "policy/shop.yaml")
    let bytes = Array(try Data(contentsOf: shop))
    let policy = try folder.file(bytes, named: "shop.yaml")
    for arguments in [
      ["impact", Story.backup, "--policy", policy, "-o", policy],
      ["inspect", Story.backup, "--policy", policy, "-o", policy],
      ["policy", "show", policy, "-o", policy],
    ] {
      #expect(try Lossmap.run(arguments).status == 64, "\(arguments)")
      #expect(Array(try Data(contentsOf: URL(filePath: policy))) == bytes, "\(arguments)")
      _ = try folder.file(bytes, named: "shop.yaml")
    }
  }

  @Test func `an input may be given twice`() throws {
    let run = try Lossmap.run(
      "impact", Story.backup, "--current", Story.backup, "--at", Story.moment)
    #expect(run.status == 0)
    #expect(run.text.contains("0 lost, 0 regressed, 0 with an older expiry, 0 resurrected"))
    #expect(try Lossmap.run("verify", Story.backup, Story.backup).status == 0)
  }
}
