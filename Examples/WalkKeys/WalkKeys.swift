// Prints every key of an RDB file, one a line. Nothing is copied that is not printed, and no value is decoded.
//
//     swift run example-walk-keys dump.rdb

import BinaryInput
import RDB

@main
struct WalkKeys {
  static func main() throws {
    for path in CommandLine.arguments.dropFirst() {
      var reader = try RDBReader(InputFile(path: path))
      var scratch = ScratchBuffer()
      while let record = try reader.next() {
        guard record == .key else { continue }
        let name = try reader.key().bytes(in: &scratch)
        // Names come from outside: they are escaped before a terminal sees them.
        print(reader.database, reader.valueType.type.name, EscapedBytes(name))
      }
    }
  }
}
