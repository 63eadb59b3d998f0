public import Impact

extension MemoryReport {
  /// The same with pseudonyms for keys and for how they begin; `classifier` is the one that it was made with.
  public func redacted(by redactor: Redactor, _ classifier: KeyClassifier) -> MemoryReport {
    func keys(_ keys: [RankedKey]) -> [RankedKey] {
      keys.map { $0.redacted(by: redactor, classifier) }
    }
    func use(_ use: UseExtremes?) -> UseExtremes? {
      use.map { UseExtremes(coldest: keys($0.coldest), hottest: keys($0.hottest)) }
    }
    var copy = self
    copy.backup = backup.redacted(by: redactor)
    copy.largest = keys(largest)
    copy.idle = use(idle)
    copy.frequency = use(frequency)
    copy.prefixes = prefixes.redacted(by: redactor)
    return copy
  }
}

extension RankedKey {
  /// The same with a pseudonym for the key.
  public func redacted(by redactor: Redactor, _ classifier: KeyClassifier) -> RankedKey {
    var copy = self
    copy.name = redactor.name(name, category: classifier.category(of: name.span))
    // Of a long name only the beginning is here: the pseudonym stands for that.
    copy.nameLength = copy.name.count
    return copy
  }
}

extension PrefixNode {
  fileprivate func redacted(by redactor: Redactor) -> PrefixNode {
    PrefixNode(
      segment: redactor.name(segment, category: nil), sum: sum, mostBytes: mostBytes,
      children: children.map { $0.redacted(by: redactor) })
  }
}
