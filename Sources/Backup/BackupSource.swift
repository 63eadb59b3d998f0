public import AOF
public import BinaryInput
internal import Foundation
internal import RDB

/// What a path stands for: a snapshot, or a log of one file or several.
public enum BackupSource: Sendable {
  /// An RDB file.
  case snapshot(InputFile)
  /// An append-only log.
  case log(AppendOnlyLog)

  /// Opens what is at `path`: a file, or the folder of a log.
  ///
  /// - Throws: `InputError` if it can't be opened, or is no backup.
  public init(path: String) throws(InputError) {
    if (try? FileManager.default.contentsOfDirectory(atPath: path)) != nil {
      self = .log(try AppendOnlyLog(folder: path))
      return
    }
    let file = try InputFile(path: path)
    switch try BackupKind(of: file) {
    case .manifest: self = .log(try AppendOnlyLog(manifest: file))
    case .aof: self = .log(try Self.log(file))
    case .rdb: self = Self.hasCommands(file) ? .log(try Self.log(file)) : .snapshot(file)
    }
  }

  private static func log(_ file: InputFile) throws(InputError) -> AppendOnlyLog {
    do throws(FormatError) {
      return try AppendOnlyLog(file: file)
    } catch {
      throw InputError(path: file.path, problem: error.message)
    }
  }

  /// Whether an RDB says that the commands of a log follow it (`aof-preamble`, Redis 4.0 to 6.2).
  private static func hasCommands(_ file: InputFile) -> Bool {
    do throws(FormatError) {
      var reader = try RDBReader(file)
      var name = ScratchBuffer()
      var value = ScratchBuffer()
      while let record = try reader.next(), record == .auxiliary {
        let field = try reader.auxiliary()
        if [UInt8](copying: try field.name.bytes(in: &name)) == Array("aof-preamble".utf8) {
          return [UInt8](copying: try field.value.bytes(in: &value)) == Array("1".utf8)
        }
      }
    } catch {
      // Whoever reads the file will find out.
    }
    return false
  }
}
