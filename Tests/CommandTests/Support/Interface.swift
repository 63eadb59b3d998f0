/// The verbs and their options, as the command itself lists them: what is to hold for all of them is tried with all.
struct Interface {
  struct Verb {
    let name: String
    /// The names of its options, and the values that each takes; none if it takes any.
    let options: [String: [String]]

    /// The formats that it writes; none if it has no choice.
    var formats: [String] { options["format"] ?? [] }
  }

  let verbs: [Verb]

  init() throws {
    let tool = try JSON(Lossmap.run("--experimental-dump-help").output)["command"]
    verbs = (tool?["subcommands"]?.elements ?? []).map { command in
      var options: [String: [String]] = [:]
      for argument in command["arguments"]?.elements ?? [] {
        let values = argument["allValues"]?.elements?.compactMap(\.text) ?? []
        for name in argument["names"]?.elements ?? [] {
          if let name = name["name"]?.text { options[name] = values }
        }
      }
      return Verb(name: command["commandName"]?.text ?? "", options: options)
    }
  }

  /// The verbs that have an option.
  func verbs(with option: String) -> [Verb] { verbs.filter { $0.options[option] != nil } }
}
