import Glibc
import Synchronization

/// Ports for peers that cannot report which one the kernel gave them. They are below the kernel's ephemeral range, free
/// when handed out, and handed out once.
package enum Ports {
  private static let next = Atomic<Int>(Int(getpid()) * 37 % 10_000)

  package static func free() throws -> Int {
    for _ in 0..<2000 {
      let port = 20_000 + next.wrappingAdd(1, ordering: .relaxed).oldValue % 12_000
      if isFree(port, CInt(SOCK_STREAM.rawValue)) && isFree(port, CInt(SOCK_DGRAM.rawValue)) { return port }
    }
    throw TestFailure("no free port")
  }

  /// Whether a dual-stack IPv6 socket can bind it.
  private static func isFree(_ port: Int, _ type: CInt) -> Bool {
    let probe = socket(AF_INET6, type | CInt(SOCK_CLOEXEC.rawValue), 0)
    defer { close(probe) }
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_port = in_port_t(port).bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(probe, $0, socklen_t(MemoryLayout<sockaddr_in6>.size)) == 0
      }
    }
  }
}

/// The kernel's socket tables, which show that a peer listens without connecting to it.
package enum SocketTable: String, Sendable {
  case tcp, udp

  /// Waits until a TCP socket of either family listens on a port, or a UDP socket is bound to it.
  package func waitForListener(on port: Int, within limit: Duration = .seconds(30)) throws {
    try eventually("a \(rawValue) socket on port \(port)", within: limit) { try isBound(port) }
  }

  /// Whether a TCP socket listens on a port, or a UDP socket is bound to it.
  package func isBound(_ port: Int) throws -> Bool {
    try rows().contains { $0[1].hasSuffix(Self.suffix(port)) && (self == .udp || $0[3] == "0A") }
  }

  /// The bytes that a client has written on its connection to a port and the server has not read.
  ///
  /// Exact while both are idle: acknowledged bytes are in the receive queue of one, the rest in the send queue of the
  /// other.
  package func bytesUnderWay(to port: Int) throws -> Int {
    var sum = 0
    for row in try rows() where row[3] == "01" {
      let (unacknowledged, unread) = (row[4].prefix(8), row[4].suffix(8))
      if row[2].hasSuffix(Self.suffix(port)) { sum += Int(unacknowledged, radix: 16) ?? 0 }
      if row[1].hasSuffix(Self.suffix(port)) { sum += Int(unread, radix: 16) ?? 0 }
    }
    return sum
  }

  private func rows() throws -> [[Substring]] {
    try ["/proc/net/\(rawValue)", "/proc/net/\(rawValue)6"].flatMap { table in
      let lines = String(decoding: try readFile(table), as: UTF8.self).split(separator: "\n").dropFirst()
      return lines.map { $0.split(separator: " ") }
    }
  }

  private static func suffix(_ port: Int) -> String {
    ":" + String(port, radix: 16, uppercase: true).leftPadded(to: 4)
  }

  /// Waits until a Unix socket has a path (or `@name`, if abstract).
  ///
  /// A connection-oriented socket has its path before it listens, and would refuse connections in between.
  package static func waitForUnixSocket(_ path: String, within limit: Duration = .seconds(30)) throws {
    try eventually("a Unix socket at \(path)", within: limit) {
      String(decoding: try readFile("/proc/net/unix"), as: UTF8.self).split(separator: "\n").contains { line in
        guard line.hasSuffix(" " + path) else { return false }
        // Num RefCount Protocol Flags Type: datagram sockets have type 2, and __SO_ACCEPTCON is 0x10000.
        let fields = line.split(separator: " ")
        return fields[4] == "0002" || fields[3] == "00010000"
      }
    }
  }
}

extension String {
  fileprivate func leftPadded(to width: Int) -> String { String(repeating: "0", count: max(0, width - count)) + self }
}
