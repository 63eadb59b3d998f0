internal import Mustache

/// The templates of pages, from files that are built into the program.
enum HTMLTemplates {
  /// The templates, which find each other by these names.
  static let library: MustacheLibrary = {
    MustacheContentTypes.register(HTMLEscaping(), named: HTMLEscaping.name)
    do {
      return MustacheLibrary(templates: [
        "page": try MustacheTemplate(string: text(PackageResources.page_mustache)),
        "block": try MustacheTemplate(string: text(PackageResources.block_mustache)),
        "table": try MustacheTemplate(string: text(PackageResources.table_mustache)),
        "cell": try MustacheTemplate(string: text(PackageResources.cell_mustache)),
        "figure": try MustacheTemplate(string: text(PackageResources.figure_mustache)),
      ])
    } catch {
      preconditionFailure("a template that is built in is broken: \(error)")
    }
  }()

  /// A file that is built in.
  static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

/// Escapes text for HTML, scalar by scalar. Every template names it in its first line.
///
/// The library's own escaping goes by characters as people see them: it does not see a quote that a combining
/// mark follows, which ends an attribute all the same.
struct HTMLEscaping: MustacheContentType {
  static let name = "ESCAPED"

  func escapeText(_ text: String) -> String {
    var safe = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "<": safe += "&lt;"
      case ">": safe += "&gt;"
      case "&": safe += "&amp;"
      case "\"": safe += "&quot;"
      case "'": safe += "&#39;"
      default: safe.unicodeScalars.append(scalar)
      }
    }
    return safe
  }
}
