internal import BinaryInput
internal import Hashing
internal import Keyspace
public import Memory
internal import RDB

/// What a server has when it has loaded something, before anybody has asked it anything.
public struct LoadedState: Sendable {
  /// How many keys the server states: `DBSIZE`, over all databases.
  public let keys: Int
  /// How many keys had expired when the server started: those of an RDB are not among `keys`, those of a log are.
  public let expired: Int
  /// Whether expired keys are left out.
  public let dropsExpired: Bool
  /// When the state was saved, or the last annotation of a log, in Unix milliseconds; nil if that is not known.
  public let createdAt: Int64?
  /// When the base of a log was saved, in Unix milliseconds; nil if there is none or it does not say.
  public let baseCreatedAt: Int64?
  /// What the server would use, if the configuration limits it (`maxmemory`), and what it would evict; nil if it does not.
  public let memory: MemoryFit?
  /// Whether the effect of a command is missing, because this build does not know it.
  public let isIncomplete: Bool
  /// The keys alive at the start, with values and expiries, whatever their order and encoding.
  let contents: Fingerprint

  /// How many keys are alive when the server starts.
  public var alive: Int { dropsExpired ? keys : keys - expired }

  /// Reads a state to its end; it is loaded at `time`, in Unix milliseconds. Whoever asks about the memory, in `fit`,
  /// makes it read once more.
  ///
  /// - Throws: `FormatError` where it is damaged.
  init(
    _ snapshot: Snapshot, at time: Int64, dropsExpired: Bool, _ hasher: FingerprintHasher,
    fit: (Snapshot) -> MemoryFit? = { _ in nil }
  ) throws(FormatError) {
    var fingerprinter = ValueFingerprinter(hasher)
    var sum = Fingerprint.zero
    let description = try snapshot.walk(at: time) { (key) throws(FormatError) in
      guard key.isAlive else { return }
      let value = try fingerprinter.fingerprint(key.value)
      let entry = hasher.combine(key.fingerprint(hasher), value)
      // No expiry is at the beginning of time, where no server has a key.
      sum += hasher.combine(entry, UInt64(bitPattern: key.attributes.expiry ?? .min), 0)
    }
    contents = sum
    expired = description.expired
    keys = dropsExpired ? description.keys - description.expired : description.keys
    self.dropsExpired = dropsExpired
    createdAt = snapshot.createdAt
    baseCreatedAt = snapshot.baseCreatedAt
    isIncomplete = snapshot.replay?.isIncomplete == true
    memory = fit(snapshot)
  }

  /// Whether two states have the same keys with the same values and expiries, of those that were alive.
  func isSame(as other: LoadedState) -> Bool {
    alive == other.alive && contents == other.contents
  }
}
