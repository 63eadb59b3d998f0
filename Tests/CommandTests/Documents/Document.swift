import Foundation
import TestSupport

/// A document whose commands can be run.
struct Document: CustomStringConvertible, Sendable {
  let name: String
  /// Blocks of commands by name: those that begin with "```sh name=…".
  let blocks: [String: String]

  var description: String { name }

  init(_ name: String) throws {
    self.name = name
    let text = try String(
      contentsOf: Repository.root.appending(path: "docs/\(name)"), encoding: .utf8)
    var blocks: [String: String] = [:]
    var open: String?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```sh name=") {
        open = String(line.dropFirst("```sh name=".count))
      } else if line == "```" {
        open = nil
      } else if let open {
        blocks[open, default: ""] += line + "\n"
      }
    }
    self.blocks = blocks
  }
}

/// A place in which the commands of a document mean what they would mean on a host of a server: `systemctl` and `docker`
/// start and stop a real `redis-server` with production's flags, and paths lead into a temporary folder.
struct DocumentHost {
  let folder: TemporaryFolder
  private let password: String?

  init(password: String? = nil) throws {
    folder = try TemporaryFolder()
    self.password = password
    for name in ["data", "backups"] {
      try FileManager.default.createDirectory(
        at: folder.url.appending(path: name), withIntermediateDirectories: false)
    }
  }

  private var root: String { folder.url.filePath }
  var data: URL { folder.url.appending(path: "data") }
  var backups: URL { folder.url.appending(path: "backups") }

  /// Runs blocks of a document, and other lines, one after the other in one shell that stops at the first failure.
  func run(_ script: String) throws -> Lossmap.Outcome {
    let script = script.replacing("DATA=/var/lib/redis ", with: "DATA=\(root)/data ")
      .replacing("BACKUPS=/backups", with: "BACKUPS=\(root)/backups")
      .replacing("BACKUPS=./backups", with: "BACKUPS=\(root)/backups")
    return try Lossmap.shell(prelude + script)
  }

  /// Ends the server, if one is left.
  func end() {
    let file = folder.url.appending(path: "pid")
    guard let text = try? String(contentsOf: file, encoding: .utf8),
      let process = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))
    else { return }
    kill(process, SIGKILL)
  }

  private var prelude: String {
    let flags = "--appendonly yes" + (password.map { " --requirepass \($0)" } ?? "")
    return """
      set -eu
      \(password.map { "REDIS_PASSWORD=\($0)" } ?? "")
      redis-cli() { command redis-cli -s \(root)/s "$@"; }
      redis-server() (
        # A server that stays must not hold on to what the test waits for.
        for number in $(ls /proc/$BASHPID/fd); do [ $number -le 2 ] || eval "exec $number>&-"; done
        command redis-server --port 0 --unixsocket \(root)/s --pidfile \(root)/pid --logfile \(root)/log "$@"
      )
      pause() { sleep 0.05; [ $SECONDS -lt 60 ] || exit 99; }
      answers() { [ "$(redis-cli PING 2>/dev/null)" != "" ]; }
      systemctl() {
        case $1 in
          start) redis-server --dir \(root)/data \(flags) --daemonize yes
            until answers; do pause; done ;;
          stop) pid=$(cat \(root)/pid); kill $pid
            while grep -qs '^State:.[^Z]' /proc/$pid/status; do pause; done ;;
        esac
      }
      chown() { :; }
      docker() {
        local verb=$1; shift
        case $verb in
          start|stop) systemctl $verb ;;
          exec) [ "$1" != -e ] || shift 2
            shift; "${@//\\/data\\//\(root)/data/}" ;;
          run) local last="${@: -1}"; eval "${last//\\/data\\//\(root)/data/}" ;;
          cp) local from=${1/bitrun-redis:\\/data/\(root)/data} to=${2/bitrun-redis:\\/data/\(root)/data}
            if [ "$to" = - ]; then tar -C "$from" -cf - .; else cp -r "$from" "$to"; fi ;;
        esac
      }

      """
  }
}
