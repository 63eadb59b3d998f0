public import Keyspace

extension BackupDescription {
  /// The same without what identifies anybody.
  public func redacted(by redactor: Redactor) -> BackupDescription {
    var copy = self
    copy.path = redactor.path(path)
    copy.snapshot.dropContents()
    return copy
  }
}

extension ImpactReport {
  /// The same report with pseudonyms for keys, members and owners, and without values.
  public func redacted(by redactor: Redactor) -> ImpactReport {
    var copy = self
    copy.backup = backup.redacted(by: redactor)
    copy.current = current?.redacted(by: redactor)
    copy.keys = keys.map { $0.redacted(by: redactor) }
    copy.unknown = unknown.map { $0.redacted(by: redactor) }
    for index in copy.categories.indices {
      copy.categories[index].members = categories[index].members?.redacted(by: redactor)
    }
    return copy
  }
}

extension AffectedKey {
  fileprivate func redacted(by redactor: Redactor) -> AffectedKey {
    var copy = self
    copy.name = redactor.name(name, category: category)
    switch evidence {
    case nil: break
    case .counter(let counter):
      copy.evidence = .counter(CounterEvidence(limit: counter.limit))
    case .amount(let amount):
      copy.evidence = .amount(
        AmountEvidence(
          subject: amount.subject.map {
            String(decoding: redactor.name(Array($0.utf8), category: nil), as: UTF8.self)
          }, date: amount.date))
    }
    return copy
  }
}

extension PrefixImpact {
  fileprivate func redacted(by redactor: Redactor) -> PrefixImpact {
    var copy = self
    copy.prefix = prefix.map { redactor.name($0, category: nil) }
    return copy
  }
}

extension QueueChanges {
  fileprivate func redacted(by redactor: Redactor) -> QueueChanges {
    func names(_ members: [[UInt8]]) -> [[UInt8]] {
      members.map { redactor.name($0, category: nil) }
    }
    var copy = self
    copy.lost = names(lost)
    copy.resurrected = names(resurrected)
    copy.rescored = names(rescored)
    copy.withoutJobKey = names(withoutJobKey)
    copy.due = names(due)
    return copy
  }
}

extension Inventory {
  /// The same with pseudonyms for keys; `classifier` is the one that it was made with.
  public func redacted(by redactor: Redactor, _ classifier: KeyClassifier) -> Inventory {
    var copy = self
    copy.backup = backup.redacted(by: redactor)
    copy.unknown = unknown.map { $0.redacted(by: redactor) }
    copy.largest = largest.map { key in
      var copy = key
      copy.name = redactor.name(key.name, category: classifier.category(of: key.name.span))
      return copy
    }
    return copy
  }
}

extension Timeline {
  /// The same without paths that name somebody.
  public func redacted(by redactor: Redactor) -> Timeline {
    var copy = self
    copy.path = redactor.path(path)
    copy.flushes = flushes.map { flush in
      var copy = flush
      copy.path = redactor.path(flush.path)
      return copy
    }
    return copy
  }
}

extension Verification {
  /// Rules whose messages have bytes of the file in them without quotes.
  private static let tellingRules: Set<String> = [
    "unknown-command", "refused-command", "resp-command", "magic", "no-backup", "container",
  ]

  /// The same with pseudonyms for keys, and messages without what they quote.
  public func redacted(by redactor: Redactor, _ classifier: KeyClassifier) -> Verification {
    var copy = renamed(redactor.path)
    copy.rewriteProblems { problem in
      Problem(
        severity: problem.severity, code: problem.code, offset: problem.offset,
        key: problem.key.map { redactor.name($0, category: classifier.category(of: $0.span)) },
        message: Self.tellingRules.contains(problem.code)
          ? problem.code : redactor.sentence(problem.message),
        path: problem.path.map(redactor.path))
    }
    // A refusal is a problem in one line.
    copy.rewriteRefusals { refusal in
      let telling = problems.first {
        Self.tellingRules.contains($0.code) && refusal.contains($0.message)
      }
      return telling?.code ?? redactor.sentence(refusal)
    }
    return copy
  }
}

extension CarryPlan {
  /// The numbers of the plan, without the keys: with pseudonyms it would be no plan.
  public func redacted(by redactor: Redactor) -> CarryPlan {
    var copy = self
    copy.backup = backup.redacted(by: redactor)
    copy.current = current.redacted(by: redactor)
    copy.carried = []
    copy.dropped = []
    copy.droppedMembers = []
    return copy
  }
}
