internal import Foundation
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// A connection to a server on a unix socket: one command, one reply.
final class RESPConnection: Sendable {
  private let descriptor: Int32
  /// Taken for the time of a command and its reply.
  private let turn = Mutex(())

  /// Connects to the socket at `path`; nil while nobody listens there.
  init?(socketAt path: String) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let name = Array(path.utf8)
    let fits = unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
      guard name.count < room.count else { return false }
      unsafe room.copyBytes(from: name)
      return true
    }
    precondition(fits, "the path of a socket is short: \(path)")
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, size)
      }
    }
    guard result == 0 else {
      close(descriptor)
      return nil
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Sends a command and waits for its reply.
  func send(_ command: [[UInt8]]) throws -> RESPReply {
    var request = Array("*\(command.count)\r\n".utf8)
    for word in command {
      request += Array("$\(word.count)\r\n".utf8) + word + Array("\r\n".utf8)
    }
    return try send(encoded: request)
  }

  /// Sends the bytes of one command and waits for its reply.
  func send(encoded request: [UInt8]) throws -> RESPReply {
    try turn.withLock { _ in
      try write(request)
      return try read()
    }
  }

  private func write(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { buffer in
        unsafe sendBytes(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw RESPError("the server does not listen: errno \(errno)") }
      rest = rest.dropFirst(count)
    }
  }

  private func read() throws -> RESPReply {
    var received: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes { buffer in
        unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
      }
      guard count > 0 else { throw RESPError("the server has closed the connection") }
      received += chunk.prefix(count)
      if let (reply, size) = try RESPReply.parse(received[...]) {
        guard size == received.count else { throw RESPError("the server says more than asked") }
        return reply
      }
    }
  }
}

/// The C function `send`, whose name is that of a method here.
private func sendBytes(
  _ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: Int32
) -> Int {
  unsafe send(descriptor, bytes, count, flags)
}
