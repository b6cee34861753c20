import Glibc
import Testing

@testable import Sockets

@Suite struct OpeningTests {
  let directory: TemporaryDirectory
  init() throws { directory = try TemporaryDirectory() }

  @Test("A socket is close-on-exec, and blocking by default")
  func flags() throws {
    let socket = try Socket.open(.tcp, family: .ipv4)
    #expect(fcntl(socket.descriptor, F_GETFD) & FD_CLOEXEC != 0)
    #expect(try socket.blockingMode() == .blocking)
    let other = try Socket.open(.tcp, family: .ipv4, mode: .nonBlocking)
    #expect(try other.blockingMode() == .nonBlocking)
    try other.setBlockingMode(.blocking)
    #expect(try other.blockingMode() == .blocking)
    try other.setBlockingMode(.nonBlocking)
    #expect(try other.blockingMode() == .nonBlocking)
    let pair = try Socket.pair(mode: .nonBlocking)
    #expect(fcntl(pair.second.descriptor, F_GETFD) & FD_CLOEXEC != 0)
    #expect(try pair.second.blockingMode() == .nonBlocking)
  }

  @Test("A socket knows its family, type and protocol")
  func kinds() throws {
    for kind in SocketKind.streams + SocketKind.datagrams + SocketKind.sequencedPackets {
      let socket = try kind.open()
      #expect(socket.transport == kind.transport)
      #expect(socket.family == kind.family)
    }
    #expect(try Socket.open(.ipv4, .datagram).transport == .udp)
  }

  @Test("What the kernel lacks is refused, naming the constants")
  func unknownFamily() {
    let error = message { () throws(SystemError) in
      _ = try Socket.open(AddressFamily(rawValue: 45), .stream)
    }
    #expect(error?.hasPrefix("socket AF_MCTP, SOCK_STREAM, 0: ") == true)
    let mismatch = errorNumber { () throws(SystemError) in _ = try Socket.open(.ipv4, .stream, .udp) }
    #expect(mismatch == .protocolNotSupported)
  }

  @Test("Leaving the scope closes the socket; releasing it does not")
  func ownership() throws {
    // The number alone proves nothing, since another test may get it at once: the observer sees the call itself.
    let released = try Socket.open(.udp, family: .ipv4).release()
    #expect(fcntl(released, F_GETFD) != -1)
    let recorder = SystemCallRecorder()
    try withSystemCallObserver(recorder) { () throws in
      let adopted = try Socket.adopt(released)
      #expect(adopted.transport == .udp && adopted.descriptor == released)
      try adopted.close()
    }
    #expect(recorder.names == ["getsockopt", "getsockopt", "getsockopt", "close"])
    #expect(recorder.results.last?.value == 0)
  }

  @Test("A descriptor that is not a socket is not adopted and stays open")
  func adoptingOthers() throws {
    var ends: [CInt] = [-1, -1]
    #expect(pipe(&ends) == 0)
    let error = message { () throws(SystemError) in _ = try Socket.adopt(ends[0]) }
    #expect(error == "getsockopt on descriptor \(ends[0]): Socket operation on non-socket (ENOTSOCK)")
    #expect(fcntl(ends[0], F_GETFD) != -1)
    for end in ends { #expect(Glibc.close(end) == 0) }
    #expect(errorNumber { () throws(SystemError) in _ = try Socket.adopt(-1) } == .badDescriptor)
  }

  @Test("An accepted socket has its own blocking mode and is close-on-exec", arguments: SocketKind.streams)
  func acceptedMode(kind: SocketKind) throws {
    let (address, listener) = try kind.listen(in: directory)
    try listener.socket.setBlockingMode(.nonBlocking)
    for mode in [BlockingMode.blocking, .nonBlocking] {
      let client = try kind.open()
      _ = try client.connect(to: address)
      #expect(try listener.socket.wait(for: .readable, timeout: .seconds(10)) == .readable)
      guard case .connection(let server, from: _) = try listener.socket.accept(mode: mode) else {
        throw UnexpectedWouldBlock()
      }
      #expect(try server.blockingMode() == mode)
      #expect(fcntl(server.descriptor, F_GETFD) & FD_CLOEXEC != 0)
    }
  }

  @Test("Accepting without a peer would block")
  func acceptNothing() throws {
    let (_, listener) = try SocketKind(transport: .tcp, family: .ipv4).listen(in: directory)
    try listener.socket.setBlockingMode(.nonBlocking)
    var blocked = false
    if case .wouldBlock = try listener.socket.accept() { blocked = true }
    #expect(blocked)
  }

  @Test("An aborted connection is skipped; a lack of descriptors is reported")
  func acceptErrors() throws {
    let (address, listener) = try SocketKind(transport: .tcp, family: .ipv4).listen(in: directory)
    let client = try Socket.open(.tcp, family: .ipv4)
    _ = try client.connect(to: address)
    let recorder = SystemCallRecorder([
      "accept4": [.fail(.tooManyOpenFiles), .fail(.connectionAborted), .fail(.networkUnreachable)]
    ])
    try withSystemCallObserver(recorder) {
      let limit = errorNumber { () throws(SystemError) in _ = try listener.socket.accept() }
      #expect(limit == .tooManyOpenFiles)
      guard case .connection(_, from: let peer) = try listener.socket.accept() else { throw UnexpectedWouldBlock() }
      #expect(try peer == client.localAddress())
    }
    #expect(recorder.names == ["accept4", "accept4", "accept4", "accept4", "close", "getsockname"])
  }

  @Test("Accepting on a socket that does not listen is an error")
  func acceptWithoutListening() throws {
    let stream = try Socket.open(.tcp, family: .ipv4)
    #expect(errorNumber { () throws(SystemError) in _ = try stream.accept() } == .invalidArgument)
    let datagrams = try Socket.open(.udp, family: .ipv4)
    #expect(errorNumber { () throws(SystemError) in _ = try datagrams.accept() } == .notSupported)
    #expect(errorNumber { () throws(SystemError) in try datagrams.listen() } == .notSupported)
  }

  @Test("Binding twice is refused, naming the address", arguments: SocketKind.streams)
  func addressInUse(kind: SocketKind) throws {
    let (address, listener) = try kind.listen(in: directory)
    let second = try kind.open()
    let error = message { () throws(SystemError) in try second.bind(to: address) }
    #expect(error == "bind to \(address): Address already in use (EADDRINUSE)")
    #expect(try listener.socket.localAddress() == address)
  }

  @Test("An address of another host or another family cannot be bound")
  func foreignAddress() throws {
    let socket = try Socket.open(.tcp, family: .ipv4)
    let foreign = SocketAddress.ipv4(IPv4Address(number: 0xc000_0201), port: 0)
    #expect(errorNumber { () throws(SystemError) in try socket.bind(to: foreign) } == .addressNotAvailable)
    #expect(errorNumber { () throws(SystemError) in try socket.bind(to: .ipv6(.loopback, port: 0)) } != nil)
    let unix = try Socket.open(.unix, family: .unix)
    let missing = SocketAddress.unix(try UnixAddress(directory.file("missing/s")))
    #expect(errorNumber { () throws(SystemError) in try unix.bind(to: missing) } == .noEntry)
  }

  @Test("The kernel names a Unix socket that binds without a name")
  func autobind() throws {
    let socket = try Socket.open(.unixDatagram, family: .unix)
    try socket.bind(to: .unix(.unnamed))
    guard case .unix(.abstract(let name)) = try socket.localAddress().contents else {
      Issue.record("not abstract")
      return
    }
    #expect(name.count == 5)
  }

  @Test("A refused connection names the peer")
  func refused() throws {
    let port = try DatagramTests.freePort()
    let socket = try Socket.open(.tcp, family: .ipv4)
    let error = message { () throws(SystemError) in _ = try socket.connect(to: .ipv4(.loopback, port: port)) }
    #expect(error == "connect to 127.0.0.1:\(port): Connection refused (ECONNREFUSED)")
    let unix = try Socket.open(.unix, family: .unix)
    let path = SocketAddress.unix(try UnixAddress(directory.file("nobody")))
    let missing = message { () throws(SystemError) in _ = try unix.connect(to: path) }
    #expect(missing == "connect to \(directory.file("nobody")): No such file or directory (ENOENT)")
  }

  @Test("A connection in progress is complete when the socket is writable", arguments: [AddressFamily.ipv4, .ipv6])
  func inProgress(family: AddressFamily) throws {
    let kind = SocketKind(transport: .tcp, family: family)
    let (address, listener) = try kind.listen(in: directory)
    let client = try kind.open(mode: .nonBlocking)
    // Loopback may connect at once.
    _ = try client.connect(to: address)
    #expect(try client.wait(for: .writable, timeout: .seconds(10)).contains(.writable))
    try client.finishConnecting(to: address)
    #expect(try client.connect(to: address) == .connected)
    #expect(try listener.socket.get(.isListening))

    let refused = try kind.open(mode: .nonBlocking)
    let closed = address.with(port: try DatagramTests.freePort())
    let error = errorNumber { () throws(SystemError) in
      if case .inProgress = try refused.connect(to: closed) {
        _ = try refused.wait(for: .writable, timeout: .seconds(10))
        try refused.finishConnecting(to: closed)
      }
    }
    #expect(error == .connectionRefused)
  }

  @Test("Calls on an unconnected socket are ENOTCONN")
  func notConnected() throws {
    let socket = try Socket.open(.tcp, family: .ipv4)
    #expect(errorNumber { () throws(SystemError) in _ = try socket.peerAddress() } == .notConnected)
    #expect(errorNumber { () throws(SystemError) in try socket.shutdown(.both) } == .notConnected)
    #expect(try socket.localAddress() == .ipv4(.any, port: 0))
  }
}
