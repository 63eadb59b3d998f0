// Says what restoring a backup would do, by a policy of one's own.
//
//     swift run example-own-policy backup.rdb now.rdb

import BinaryInput
import Impact
import Keyspace

@main
struct OwnPolicy {
  /// What keys mean: here, only sessions are known, and losing one signs somebody out.
  private static let policy = """
    schema: lossmap/policy/1
    id: own
    title: { en: Sessions, zh: 会话 }
    unknown:
      severity: low
      consequence: { en: Nobody has said what these keys mean., zh: 尚无人说明这些键的含义。 }
      recovery: { en: Ask the team that writes them., zh: 询问写入这些键的团队。 }
    categories:
      - id: session
        pattern: 'user:session:'
        title: { en: Sessions, zh: 会话 }
        description: { en: One key for each browser., zh: 每个浏览器一个键。 }
        value: { kind: json }
        lifetime: 8h
        events:
          lost:
            severity: medium
            heals: at_once
            consequence: { en: The user has to sign in again., zh: 用户需要重新登录。 }
            recovery: { en: Nothing to do., zh: 无需处理。 }
          regressed:
            severity: none
            consequence: { en: Settings of the session are older., zh: 会话中的设置变旧。 }
            recovery: { en: Nothing to do., zh: 无需处理。 }
          resurrected:
            severity: high
            heals: expiry
            consequence: { en: Whoever had signed out is signed in again., zh: 已退出的用户重新处于登录状态。 }
            recovery: { en: Delete the sessions before traffic., zh: 放行流量前删除会话。 }
    """

  static func main() throws {
    let paths = CommandLine.arguments.dropFirst()
    guard paths.count == 2, let backup = paths.first, let current = paths.last else { return }
    let analysis = try ImpactAnalysis(
      policy: Policy(yaml: policy), restoreAt: 1_773_190_800_000)
    let report = try analysis.impact(
      of: Snapshot(InputFile(path: backup)), on: Snapshot(InputFile(path: current)))
    print("severity \(report.severity)")
    for category in report.categories {
      let counts = category.counts
      print(
        "\(category.category.id): \(counts.lost) lost, \(counts.regressed) regressed, "
          + "\(counts.resurrected) resurrected")
    }
  }
}
