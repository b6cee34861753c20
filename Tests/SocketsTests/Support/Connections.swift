import Sockets
import Testing

/// A kind of socket to repeat a test with: a transport and a family, with an address of the test's own.
struct SocketKind: Sendable, CustomTestStringConvertible {
  let transport: Transport
  let family: AddressFamily
  /// For Unix sockets: a path or an abstract name.
  var naming = Naming.abstract

  enum Naming { case path, abstract }

  static let streams: [SocketKind] = [
    .init(transport: .tcp, family: .ipv4), .init(transport: .tcp, family: .ipv6),
    .init(transport: .unix, family: .unix), .init(transport: .unix, family: .unix, naming: .path),
  ]
  static let datagrams: [SocketKind] = [
    .init(transport: .udp, family: .ipv4), .init(transport: .udp, family: .ipv6),
    .init(transport: .udpLite, family: .ipv4), .init(transport: .unixDatagram, family: .unix),
    .init(transport: .unixDatagram, family: .unix, naming: .path),
  ]
  static let sequencedPackets: [SocketKind] = [
    .init(transport: .unixSequencedPacket, family: .unix),
    .init(transport: .unixSequencedPacket, family: .unix, naming: .path),
  ]

  var testDescription: String { "\(transport) \(family)\(family == .unix ? " \(naming)" : "")" }

  func open(mode: BlockingMode = .blocking) throws -> Socket { try .open(transport, family: family, mode: mode) }

  /// A unique address: loopback and port 0, a name chosen by the kernel, or a path in this directory.
  func freshAddress(in directory: TemporaryDirectory, _ name: String = "s") throws -> SocketAddress {
    switch (family, naming) {
    case (.ipv4, _): .ipv4(.loopback, port: 0)
    case (.ipv6, _): .ipv6(.loopback, port: 0)
    case (_, .path): .unix(try UnixAddress(path: Array(directory.file(name).utf8)))
    case (_, .abstract): .unix(try UnixAddress(abstract: Array((directory.path + name).utf8)))
    }
  }

  /// A listening socket and its address.
  func listen(in directory: TemporaryDirectory) throws -> (address: SocketAddress, listener: SharedSocket) {
    let socket = try open()
    try socket.bind(to: freshAddress(in: directory))
    try socket.listen()
    return (try socket.localAddress(), SharedSocket(socket))
  }

  /// Both ends of a connection made by listen, connect and accept.
  func connect(in directory: TemporaryDirectory) throws -> SocketConnection {
    let (address, listener) = try listen(in: directory)
    let client = try open()
    _ = try client.connect(to: address)
    switch try listener.socket.accept() {
    case .connection(let server, from: let peer): return SocketConnection(client: client, server: server, peer: peer)
    case .wouldBlock: throw UnexpectedWouldBlock()
    }
  }

  /// A bound socket.
  func bind(in directory: TemporaryDirectory, _ name: String = "s") throws -> SharedSocket {
    let socket = try open()
    try socket.bind(to: freshAddress(in: directory, name))
    return SharedSocket(socket)
  }
}

/// A socket that can be stored in tuples and captured by closures.
final class SharedSocket: Sendable {
  let socket: Socket
  init(_ socket: consuming Socket) { self.socket = socket }
}

final class SocketConnection: Sendable {
  let client: Socket
  let server: Socket
  /// The peer address that accept returned.
  let peer: SocketAddress

  init(client: consuming Socket, server: consuming Socket, peer: SocketAddress) {
    self.client = client
    self.server = server
    self.peer = peer
  }
}

struct UnexpectedWouldBlock: Error {}

extension Socket {
  /// Receives until the end of the stream.
  borrowing func receiveAll() throws -> [UInt8] {
    var all: [UInt8] = []
    while let next = try receive(upTo: 65536), !next.isEmpty { all += next }
    return all
  }

  /// Sends the text.
  @discardableResult
  borrowing func send(text: String, to address: SocketAddress? = nil) throws -> IOResult {
    let bytes = Array(text.utf8)
    if let address { return try send(bytes.span, to: address) }
    return try send(bytes.span)
  }
}

extension String {
  init(bytes: [UInt8]) { self.init(decoding: bytes, as: UTF8.self) }
}
