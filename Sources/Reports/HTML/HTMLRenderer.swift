internal import Crypto
internal import FoundationEssentials
internal import Impact
internal import Mustache

/// A document as one HTML file that needs nothing else: no network, no other file, and no script to be read.
///
/// The templates, the style sheet and the script are files in `Templates`, built into the program. The page's
/// own policy (CSP) lets nothing run or load but these two, by their hashes.
public struct HTMLRenderer {
  private let document: Document

  /// Prepares a document for output.
  public init(_ document: Document) {
    self.document = document
  }

  /// Writes the document.
  public func write(to output: inout some TextOutputStream) {
    output.write(Self.library.render(page, withTemplate: "page") ?? "")
  }

  // MARK: Templates

  private static let library = HTMLTemplates.library
  private static let style = HTMLTemplates.text(PackageResources.report_css)
  private static let script = HTMLTemplates.text(PackageResources.report_js)

  /// Forbids everything that is not allowed by name.
  private static let policy =
    "default-src 'none'; style-src '\(hash(of: style))'; script-src '\(hash(of: script))'; "
    + "base-uri 'none'; form-action 'none'"

  private static func hash(of text: String) -> String {
    "sha256-\(Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString())"
  }

  // MARK: What the templates are given
  //
  // A template that does not find a name in an object looks for it further out, so each object has all names.

  private typealias Values = [String: Any]

  private var page: Values {
    [
      "lang": document.tag, "title": document.title, "verdict": document.verdict,
      "policy": Self.policy, "style": Self.style, "script": Self.script,
      "severity": document.severity.map { label in
        ["level": label.severity.rawValue, "text": label.text] as Values
      } ?? false as Any,
      "sections": document.sections.map { section in
        [
          "id": section.id, "heading": section.title,
          "blocks": section.blocks.map(block),
        ] as Values
      },
      "footer": document.footer,
      "controls": [
        "search": document.controls.search, "all": document.controls.all,
        "expand": document.controls.expand, "collapse": document.controls.collapse,
        "contents": document.controls.contents, "shown": document.controls.shown,
        "sort": document.controls.sort,
        "severities": document.controls.severities.map { label in
          ["level": label.severity.rawValue, "word": label.text] as Values
        },
      ] as Values,
    ]
  }

  private static let kinds = [
    "paragraph", "note", "facts", "tiles", "table", "figure", "steps", "group",
  ]

  private func block(_ block: Block) -> Values {
    var values = Values(uniqueKeysWithValues: Self.kinds.map { ($0, false as Any) })
    switch block {
    case .paragraph(let text): values["paragraph"] = ["text": text] as Values
    case .note(let text): values["note"] = ["text": text] as Values
    case .facts(let facts):
      values["facts"] =
        ["items": facts.map { ["name": $0.name, "value": cell($0.value)] as Values }] as Values
    case .tiles(let tiles):
      values["tiles"] =
        [
          "items": tiles.map {
            [
              "name": $0.name, "number": grouped($0.number), "raw": "\($0.number)",
              "series": $0.series.rawValue,
            ] as Values
          }
        ] as Values
    case .table(let table): values["table"] = self.table(table)
    case .figure(let figure): values["figure"] = self.figure(figure)
    case .steps(let steps):
      values["steps"] =
        [
          "items": steps.map {
            [
              "text": $0.text,
              "commands": $0.commands.isEmpty
                ? false as Any : ["lines": $0.commands.joined(separator: "\n")] as Values,
            ] as Values
          }
        ] as Values
    case .group(let title, let count, let severity, let blocks):
      values["group"] =
        [
          "title": title, "count": grouped(count), "level": severity?.rawValue ?? false as Any,
          "blocks": blocks.map(self.block),
        ] as Values
    }
    return values
  }

  private func table(_ table: Table) -> Values {
    [
      "caption": table.caption, "omission": table.omission ?? false as Any,
      "columns": table.columns.map {
        ["title": $0.title, "align": $0.isNumber ? "number" : "text"] as Values
      },
      "rows": table.rows.map { row in
        [
          "level": row.severity?.rawValue ?? false as Any,
          "cells": zip(table.columns, row.cells).enumerated().map { index, pair in
            var values = cell(pair.1)
            values["align"] = pair.0.isNumber ? "number" : "text"
            values["first"] = index == 0
            return values
          },
        ] as Values
      },
    ]
  }

  private func cell(_ cell: Cell) -> Values {
    var values: Values = [
      "text": "", "code": false, "level": false, "align": "text", "first": false,
      "order": cell.order.map { "\($0)" } ?? false as Any,
    ]
    switch cell.content {
    case .text(let text): values["text"] = text
    case .code(let code): values["code"] = code
    case .named(let title, let id):
      values["text"] = title
      values["code"] = id
    case .number(let number): values["text"] = grouped(number)
    case .severity(let severity, let word):
      values["level"] = ["name": severity.rawValue, "word": word] as Values
    }
    return values
  }

  private func figure(_ figure: Figure) -> Values {
    [
      "id": figure.id, "title": figure.title, "description": figure.description,
      "width": "\(Drawing.width)", "height": "\(figure.drawing.height)",
      "legend": figure.legend.map { ["series": $0.series.rawValue, "text": $0.text] as Values },
      "shapes": figure.drawing.shapes.map(shape), "numbers": table(figure.table),
    ]
  }

  private func shape(_ shape: Drawing.Shape) -> Values {
    var values: Values = ["bar": false, "area": false, "line": false, "label": false]
    switch shape {
    case .bar(let x, let y, let width, let height, let series, let hint):
      values["bar"] =
        [
          "x": x, "y": y, "width": width, "height": height, "series": series.rawValue,
          "hint": hint,
        ] as Values
    case .area(let points, let series):
      values["area"] =
        [
          "points": points.map { "\($0.x),\($0.y)" }.joined(separator: " "),
          "series": series.rawValue,
        ] as Values
    case .line(let x1, let y1, let x2, let y2, let isMark):
      values["line"] =
        ["x1": x1, "y1": y1, "x2": x2, "y2": y2, "kind": isMark ? "mark" : "grid"] as Values
    case .label(let x, let y, let anchor, let text):
      values["label"] = ["x": x, "y": y, "anchor": anchor.rawValue, "text": text] as Values
    }
    return values
  }
}
