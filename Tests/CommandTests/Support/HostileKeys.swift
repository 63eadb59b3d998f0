import TestSupport

/// Names of keys that are meant to do harm where they are shown.
enum HostileKeys {
  static let names = [
    "<script>window.done=1</script>", "\"><img src=x onerror=window.done=1>",
    "</style><script>window.done=1</script>",
    "</title><script>window.done=1</script>", "' onmouseover='window.done=1",
    "\"\u{300} onmouseover=\"window.done=1",
    "<\u{300}script>window.done=1</script>", "-->]]><script>window.done=1</script>", "{{{script}}}",
    "{{> page}}",
    "a | b | c", "`code` | x", "[link](javascript:window.done=1)", "![x](http://x.example/y.png)",
    "\n# heading\n",
    "\n\n```\n<script>window.done=1</script>", "\u{1B}[31mred\u{1B}[0m",
    "\u{1B}]8;;http://x.example\u{7}x", "\u{9B}31m",
    "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", "\r=1", "\u{202E}txt.exe",
    "\u{2066}a\u{2069}", "\u{200F}",
    "&lt;b&gt;", "$(touch /tmp/x)", "'; touch /tmp/x; '", "`touch /tmp/x`", "\\", "\"", "~~x~~",
    "<!-- -->",
  ]

  /// A file with these names, under prefixes that the policy knows too, and a file without keys.
  static func files(in folder: TemporaryFolder) throws -> (hostile: String, empty: String) {
    var builder = RDBBuilder()
    for name in names {
      for prefix in ["", "jwt:blacklist:", "rate_limit:auth:", "equity:daily:"] {
        builder.string(prefix + name, name)
      }
    }
    var other = RDBBuilder()
    other.auxiliary("redis-ver", "7.0.15<script>window.done=1</script>")
    return (
      try folder.file(builder.file(), named: "hostile.rdb"),
      try folder.file(other.file(), named: "empty.rdb")
    )
  }
}
