// Adds up what keys take in the file, by what stands before the first colon of their names. Reads RDB files; for
// everything else that a backup can be, there is `Backup`.
//
//     swift run example-sum-by-prefix dump.rdb

import BinaryInput
import Keyspace

@main
struct SumByPrefix {
  static func main() throws {
    for path in CommandLine.arguments.dropFirst() {
      let snapshot = try Snapshot(InputFile(path: path))
      var sums: [[UInt8]: Int] = [:]
      _ = try snapshot.walk(at: .min) { (key) throws(FormatError) in
        sums[prefix(of: key.name), default: 0] += key.size
      }
      let rows = sums.sorted { ($1.value, $0.key.description) < ($0.value, $1.key.description) }
      for (prefix, bytes) in rows { print(bytes, EscapedBytes(prefix)) }
    }
  }

  private static func prefix(of name: Span<UInt8>) -> [UInt8] {
    for index in name.indices where name[index] == UInt8(ascii: ":") {
      return [UInt8](copying: name.extracting(0..<index))
    }
    return []
  }
}
