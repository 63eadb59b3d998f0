public import Impact

extension DiffReport {
  /// The same report with pseudonyms for keys.
  public func redacted(by redactor: Redactor) -> DiffReport {
    var copy = self
    copy.old = old.map { $0.redacted(by: redactor) }
    copy.new = new.map { $0.redacted(by: redactor) }
    for index in copy.categories.indices {
      copy.categories[index].examples = categories[index].examples.map { $0.redacted(by: redactor) }
    }
    copy.unknown.examples = unknown.examples.map { $0.redacted(by: redactor) }
    copy.prefixes = prefixes.map { group in
      var copy = group
      copy.prefix = group.prefix.map { redactor.name($0, category: nil) }
      return copy
    }
    return copy
  }
}

extension Difference {
  /// The same with a pseudonym for the key. It can't be looked up again.
  public func redacted(by redactor: Redactor) -> Difference {
    var copy = self
    copy.name = redactor.name(name, category: category)
    return copy
  }
}

extension ValueDifference {
  /// The same with pseudonyms for names and contents; how many changes there are, and of which kind, stays.
  public func redacted(by redactor: Redactor) -> ValueDifference {
    var copy = self
    copy.changes = changes.map { change in
      PartChange(
        part: change.part.redacted(by: redactor), before: change.before?.redacted(by: redactor),
        after: change.after?.redacted(by: redactor))
    }
    copy.note = note.map(redactor.sentence)
    return copy
  }
}

extension Part {
  fileprivate func redacted(by redactor: Redactor) -> Part {
    func name(_ bytes: [UInt8]) -> [UInt8] { Array(redactor.value(bytes).utf8) }
    return switch self {
    case .whole, .bytes, .element, .index, .property, .entry: self
    case .json(let path): .json(path: redactor.value(Array(path.utf8)))
    case .member(let bytes): .member(name(bytes))
    case .field(let bytes): .field(name(bytes))
    case .fieldExpiry(let bytes): .fieldExpiry(name(bytes))
    case .group(let bytes): .group(name(bytes))
    case .pending(let group, let id): .pending(group: name(group), id: id)
    case .consumer(let group, let consumer):
      .consumer(group: name(group), name: name(consumer))
    case .message(let producer, let message):
      .message(producer: name(producer), message: name(message))
    }
  }
}

extension Excerpt {
  fileprivate func redacted(by redactor: Redactor) -> Excerpt {
    switch self {
    case .present, .time: self
    case .bytes(let bytes, _, _), .json(let bytes, _): .text(redactor.value(bytes))
    case .text(let text): .text(redactor.value(Array(text.utf8)))
    }
  }
}
