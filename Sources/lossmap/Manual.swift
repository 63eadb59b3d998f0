/// The manual page in the language of man(7), from what the parser knows of every command.
struct Manual {
  /// What the parser dumps.
  struct Tool: Decodable {
    let command: Command
  }

  /// A command and those below it.
  struct Command: Decodable {
    let commandName: String
    let abstract: String?
    let discussion: String?
    let shouldDisplay: Bool?
    let subcommands: [Command]?
    let arguments: [Argument]?
  }

  /// An argument, option or flag.
  struct Argument: Decodable {
    enum Kind: String, Decodable { case positional, option, flag }
    struct Name: Decodable {
      enum Kind: String, Decodable { case long, short, longWithSingleDash }
      let kind: Kind
      let name: String
    }

    let kind: Kind
    let shouldDisplay: Bool
    let sectionTitle: String?
    let isOptional: Bool
    let isRepeating: Bool
    let names: [Name]?
    let valueName: String?
    let defaultValue: String?
    let allValues: [String]?
    let abstract: String?
  }

  private let tool: Command
  private let version: String

  init(_ tool: Command, version: String) {
    self.tool = tool
    self.version = version
  }

  /// The whole page.
  var text: String {
    var lines = [
      ".TH LOSSMAP 1 \"\" \"lossmap \(version)\" \"User Commands\"", ".SH NAME",
      Self.escaped("lossmap - \(tool.abstract ?? "")"), ".SH SYNOPSIS", ".B lossmap",
      ".I VERB", "[\\fIoptions\\fR] \\fIBACKUP\\fR ...", ".SH DESCRIPTION",
    ]
    lines += Self.paragraphs(tool.discussion ?? "", leavingOut: ["EXIT STATUS"])
    lines.append(".SH VERBS")
    for command in shown(tool) {
      lines += section(command, path: "lossmap \(command.commandName)")
    }
    lines.append(".SH EXIT STATUS")
    lines += Self.paragraphs(ExitStatus.help, leavingOut: []).dropFirst()
    return lines.joined(separator: "\n") + "\n"
  }

  private func shown(_ command: Command) -> [Command] {
    (command.subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" }
  }

  private func section(_ command: Command, path: String) -> [String] {
    let arguments = (command.arguments ?? []).filter {
      $0.shouldDisplay && $0.names?.contains { $0.name == "help" } != true
    }
    var lines = [".SS \"\(Self.escaped(path))\"", Self.escaped(command.abstract ?? ""), ".PP"]
    lines.append("\\fB\(Self.escaped(path))\\fR " + arguments.map(synopsis).joined(separator: " "))
    lines += Self.paragraphs(command.discussion ?? "", leavingOut: ["EXIT STATUS"])
    for argument in arguments { lines += entry(argument) }
    for below in shown(command) {
      lines += section(below, path: "\(path) \(below.commandName)")
    }
    return lines
  }

  private func synopsis(_ argument: Argument) -> String {
    var text = label(argument)
    if argument.isRepeating { text += "..." }
    return argument.isOptional || argument.kind == .flag ? "[\(text)]" : text
  }

  private func label(_ argument: Argument) -> String {
    let value = argument.valueName.map { "\\fI\(Self.escaped($0.uppercased()))\\fR" } ?? ""
    let name = argument.names?.last.map { "\\fB\(Self.escaped(Self.written($0)))\\fR" } ?? ""
    switch argument.kind {
    case .positional: return value
    case .flag: return name
    case .option: return "\(name) \(value)"
    }
  }

  private static func written(_ name: Argument.Name) -> String {
    (name.kind == .long ? "--" : "-") + name.name
  }

  private func entry(_ argument: Argument) -> [String] {
    var help = argument.abstract ?? ""
    if let values = argument.allValues, values.count < 10 {
      help += " One of: \(values.joined(separator: ", "))."
    }
    if let value = argument.defaultValue { help += " (default: \(value))" }
    return [".TP", label(argument), Self.escaped(help.trimmed)]
  }

  /// Paragraphs as they are; what is indented keeps its lines.
  private static func paragraphs(_ text: String, leavingOut titles: [String]) -> [String] {
    var lines: [String] = []
    for paragraph in text.split(separator: "\n\n") {
      let rows = paragraph.split(separator: "\n")
      guard let title = rows.first, !titles.contains(String(title)) else { continue }
      lines.append(".PP")
      let isList = rows.dropFirst().contains { $0.hasPrefix("  ") }
      guard isList else {
        lines += rows.map { escaped(String($0)) }
        continue
      }
      lines += [escaped(String(title)), ".RS", ".nf"]
      lines += rows.dropFirst().map { escaped(String($0).trimmed) }
      lines += [".fi", ".RE"]
    }
    return lines
  }

  /// Text in which nothing is a command: no backslash, no leading dot or quote, no hyphen that would be
  /// typeset as another character, nothing but ASCII.
  private static func escaped(_ text: String) -> String {
    var safe = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": safe += "\\e"
      case "-": safe += "\\-"
      case "\"": safe += "\\(dq"
      case _ where scalar.isASCII: safe.unicodeScalars.append(scalar)
      default: safe += "\\[u\(String(scalar.value, radix: 16, uppercase: true))]"
      }
    }
    return safe.hasPrefix(".") || safe.hasPrefix("'") ? "\\&" + safe : safe
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
