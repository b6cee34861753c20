import Glibc

/// Plain sockets to hand to the program under test.
extension Descriptor {
  /// A TCP socket that listens on 127.0.0.1, and its port.
  package static func listening() throws -> (socket: Descriptor, port: Int) {
    let socket = try Descriptor(
      owning: Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
    var address = loopback(port: 0)
    let length = socklen_t(MemoryLayout<sockaddr_in>.size)
    try withUnsafeMutablePointer(to: &address) { pointer in
      try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        var given = length
        guard bind(socket.raw, $0, length) == 0, listen(socket.raw, 16) == 0, getsockname(socket.raw, $0, &given) == 0
        else { throw TestFailure("cannot listen: \(String(cString: strerror(errno)))") }
      }
    }
    TestScope.keep(socket)
    return (socket, Int(UInt16(bigEndian: address.sin_port)))
  }

  /// A TCP socket connected to a port of 127.0.0.1.
  package static func connected(to port: Int) throws -> Descriptor {
    let socket = try Descriptor(
      owning: Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
    var address = loopback(port: port)
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket.raw, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else { throw TestFailure("connect to \(port): \(String(cString: strerror(errno)))") }
    TestScope.keep(socket)
    return socket
  }

  private static func loopback(port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    return address
  }
}
