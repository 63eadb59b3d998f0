import Foundation
import TestSupport
import Testing

/// A browser without a window, driven over the DevTools protocol through pipes.
final class Browser {
  /// Why the browser did not do what it was asked.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// How a page is to look.
  struct Look: Sendable, CustomTestStringConvertible {
    var media = "screen"
    var scheme = "light"
    var width = 1200
    var testDescription: String { "\(media) \(scheme) \(width)" }
  }

  /// Debian's browser; nil if it is not installed.
  static let program = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  private let folder: TemporaryFolder
  private let process = Process()
  private let commands: FileHandle
  private let answers: FileHandle
  private var buffer = Data()
  private var nextID = 0
  private var session = ""
  /// What the page complained about: exceptions, errors and warnings, refusals by its own policy.
  private(set) var complaints: [String] = []
  private var isLoaded = false

  /// Starts the browser with an empty page.
  init() throws {
    guard let program = Self.program else { throw Failure(description: "no browser") }
    folder = try TemporaryFolder()
    let place = URL(filePath: try folder.file([], named: "here")).deletingLastPathComponent()
    let (input, output) = (place.appending(path: "in"), place.appending(path: "out"))
    let pipes = try Process.run(
      URL(filePath: "/usr/bin/mkfifo"), arguments: [input.filePath, output.filePath])
    pipes.waitUntilExit()
    process.executableURL = URL(filePath: "/bin/bash")
    let asRoot = getuid() == 0 ? "--no-sandbox" : ""
    process.arguments = [
      "-c",
      """
      exec \(program) --headless=new \(asRoot) --disable-gpu --disable-dev-shm-usage --no-first-run \
        --disable-background-networking --disable-component-update --disable-sync \
        --user-data-dir="$1" --remote-debugging-pipe 3<"$2" 4>"$3" >"$1.log" 2>&1 </dev/null
      """, "bash", place.appending(path: "profile").filePath, input.filePath, output.filePath,
    ]
    try process.run()
    commands = try FileHandle(forWritingTo: input)
    answers = try FileHandle(forReadingFrom: output)
    let target = try call("Target.createTarget", ["url": "about:blank"])
    let attached = try call(
      "Target.attachToTarget", ["targetId": target["targetId"] as Any, "flatten": true])
    session = attached["sessionId"] as? String ?? ""
    for domain in ["Page", "Runtime", "Log"] { try call("\(domain).enable") }
  }

  deinit {
    try? commands.close()
    try? answers.close()
    process.terminate()
    process.waitUntilExit()
  }

  // MARK: What it can be asked

  /// Opens the file at `path` with this look.
  func open(_ path: String, _ look: Look = Look()) throws {
    try show(look)
    isLoaded = false
    try call("Page.navigate", ["url": URL(filePath: path).absoluteString])
    while !isLoaded { try take(read()) }
  }

  /// Changes the look of what is open.
  func show(_ look: Look) throws {
    try call(
      "Emulation.setEmulatedMedia",
      [
        "media": look.media,
        "features": [["name": "prefers-color-scheme", "value": look.scheme]],
      ])
    try call(
      "Emulation.setDeviceMetricsOverride",
      [
        "width": look.width, "height": 900, "deviceScaleFactor": 1, "mobile": look.width < 600,
      ])
  }

  /// The value of an expression of JavaScript, as JSON.
  func evaluate(_ expression: String) throws -> JSON {
    let answer = try call(
      "Runtime.evaluate",
      ["expression": "JSON.stringify((\(expression)) ?? null)", "returnByValue": true])
    let result = answer["result"] as? [String: Any]
    guard answer["exceptionDetails"] == nil, let text = result?["value"] as? String else {
      throw Failure(description: "\(answer)")
    }
    return try JSON(text)
  }

  /// Presses a key: `Tab`, `Enter`, `Space`.
  func press(_ key: String) throws {
    let codes = ["Tab": 9, "Enter": 13, "Space": 32]
    let text = ["Enter": "\r", "Space": " "][key]
    var event: [String: Any] = [
      "key": key == "Space" ? " " : key, "code": key, "windowsVirtualKeyCode": codes[key] ?? 0,
    ]
    event["type"] = text == nil ? "rawKeyDown" : "keyDown"
    event["text"] = text
    try call("Input.dispatchKeyEvent", event)
    event["type"] = "keyUp"
    event["text"] = nil
    try call("Input.dispatchKeyEvent", event)
  }

  /// Types a text where the focus is.
  func type(_ text: String) throws { try call("Input.insertText", ["text": text]) }

  /// A picture of what is open, as PNG.
  func screenshot() throws -> Data {
    let answer = try call("Page.captureScreenshot", ["format": "png"])
    return Data(base64Encoded: answer["data"] as? String ?? "") ?? Data()
  }

  // MARK: The protocol: JSON, with a zero behind each message

  @discardableResult
  private func call(_ method: String, _ parameters: [String: Any] = [:]) throws -> [String: Any] {
    nextID += 1
    let id = nextID
    var message: [String: Any] = ["id": id, "method": method, "params": parameters]
    if !session.isEmpty { message["sessionId"] = session }
    try commands.write(contentsOf: JSONSerialization.data(withJSONObject: message) + [0])
    while true {
      let answer = try read()
      guard answer["id"] as? Int == id else {
        take(answer)
        continue
      }
      guard let result = answer["result"] as? [String: Any] else {
        throw Failure(description: "\(method): \(answer)")
      }
      return result
    }
  }

  /// The next message, of whatever kind.
  private func read() throws -> [String: Any] {
    while true {
      if let end = buffer.firstIndex(of: 0) {
        let message = buffer[buffer.startIndex..<end]
        buffer = Data(buffer[buffer.index(after: end)...])
        return try JSONSerialization.jsonObject(with: Data(message)) as? [String: Any] ?? [:]
      }
      try awaitAnswer()
      // `read(upToCount:)` would wait until it has that many.
      let more = answers.availableData
      guard !more.isEmpty else { throw Failure(description: "the browser is gone") }
      buffer += more
    }
  }

  /// Waits until the browser says something; one that says nothing for a minute is not waited for.
  private func awaitAnswer() throws {
    var pipe = pollfd(fd: answers.fileDescriptor, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&pipe, 1, 60_000) > 0 else {
      throw Failure(description: "no word from the browser for a minute")
    }
  }

  private func take(_ event: [String: Any]) {
    let parameters = event["params"] as? [String: Any] ?? [:]
    switch event["method"] as? String {
    case "Page.loadEventFired": isLoaded = true
    case "Runtime.exceptionThrown": complaints.append("exception: \(parameters)")
    case "Runtime.consoleAPICalled": complaints.append("console: \(parameters)")
    case "Log.entryAdded":
      let entry = parameters["entry"] as? [String: Any] ?? [:]
      complaints.append("\(entry["level"] ?? ""): \(entry["text"] ?? "")")
    case "Page.javascriptDialogOpening": complaints.append("dialog: \(parameters)")
    default: break
    }
  }
}
