internal import BinaryInput
public import Impact

extension Preflight {
  /// The same with pseudonyms for what was read from files, and for names of files that name somebody.
  public func redacted(by redactor: Redactor) -> Preflight {
    var copy = self
    copy.path = redactor.path(path)
    copy.pitfalls = pitfalls.map { $0.redacted(by: redactor) }
    copy.outcomes = outcomes.map { $0.redacted(by: redactor) }
    return copy
  }
}

extension StartOutcome {
  fileprivate func redacted(by redactor: Redactor) -> StartOutcome {
    var copy = self
    copy.refusal = refusal.map(redactor.sentence)
    copy.loadedFrom = loadedFrom.map(redactor.pathInside)
    copy.files = files.map { $0.redacted(by: redactor) }
    copy.pitfalls = pitfalls.map { $0.redacted(by: redactor) }
    return copy
  }
}

extension FileFate {
  fileprivate func redacted(by redactor: Redactor) -> FileFate {
    var copy = self
    copy.path = redactor.pathInside(path)
    copy.onStart = onStart.map { change in
      if case .moved(let path) = change { .moved(to: redactor.pathInside(path)) } else { change }
    }
    return copy
  }
}

extension Pitfall {
  fileprivate func redacted(by redactor: Redactor) -> Pitfall {
    var copy = self
    copy.path = path.map(redactor.pathInside)
    copy.detail =
      switch code {
      // The detail is a key.
      case .incrementAsLog: detail.isEmpty ? "" : redactor.value(Array(detail.utf8))
      // Directives, or the name of a file.
      case .configurationNotRead: redactor.path(detail)
      default: redactor.sentence(detail)
      }
    return copy
  }
}

extension Redactor {
  /// A path in a data directory, of which every part stays that names nobody.
  fileprivate func pathInside(_ path: String) -> String {
    path.split(separator: "/", omittingEmptySubsequences: false).map { self.path(String($0)) }
      .joined(separator: "/")
  }
}
