/// One end of a connection as the user wrote it, before any name is resolved: a target, and the layers over it.
public struct Endpoint: Hashable, Sendable {
  /// The place that an endpoint denotes.
  public enum Target: Hashable, Sendable {
    /// A host and a service. A nil host is the wildcard address.
    case internet(host: String?, service: String)
    /// An address that needs no resolving, such as a Unix socket's or a vsock's.
    case written(WrittenAddress)
    /// The bytes of an address of any family.
    case bytes(SocketAddress)
    /// A socket that is already open: `fd:3`.
    case descriptor(CInt)
    /// The sockets that a service manager has passed, all of them or those of one name: `systemd:`, `systemd:NAME`.
    case passed(name: String?)

    /// A Unix socket.
    public static func unix(_ address: UnixAddress) -> Self { .written(WrittenAddress(address)) }
    /// A vsock.
    public static func vsock(_ address: VsockAddress) -> Self { .written(WrittenAddress(address)) }
  }

  /// A protocol over the transport, such as TLS, by the name that endpoints give it.
  ///
  /// This library only carries the name. The program that opens the endpoint implements the layer.
  public struct Layer: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public var description: String { rawValue }

    /// TLS over TCP: `tls://HOST:PORT`.
    public static let tls = Layer(rawValue: "tls")
    /// DTLS over UDP: `dtls://HOST:PORT`.
    public static let dtls = Layer(rawValue: "dtls")
  }

  /// The layers over the transport, the lowest first.
  public var layers: [Layer] = []
  /// The transport named in the text (`udp://…`), or nil.
  public private(set) var transport: Transport?
  /// The family named in the text (`tcp6:…`); ``AddressFamily/unspecified`` if none is.
  public let family: AddressFamily
  /// The host, address or descriptor.
  public private(set) var target: Target

  /// Creates an endpoint from its parts.
  public init(
    transport: Transport? = nil, family: AddressFamily = .unspecified, target: Target, layers: [Layer] = []
  ) {
    self.transport = transport
    self.family = family
    self.target = target
    self.layers = layers
  }

  /// The use of an endpoint, which decides how short forms are read.
  public enum Role: Hashable, Sendable {
    /// A peer to connect or send to: a host and a port are required.
    case peer
    /// A local address: a port alone means the wildcard address.
    case local
  }

  /// The same endpoint over a transport chosen elsewhere, with the protocol number that the address specifies.
  public func over(_ transport: Transport) throws(EndpointError) -> Endpoint {
    var result = self
    result.transport = transport
    switch target {
    case .internet(let host, let name) where transport.traits.contains(.protocolForPort):
      // Protocol 0 means the default for the type; no socket has it.
      guard let number = TransportProtocol(named: name), (1...255).contains(number.rawValue) else {
        throw .unknownProtocol(name)
      }
      result.transport = transport.with(protocolNumber: number)
      result.target = .internet(host: host, service: "\(number.rawValue)")
    case .written(let written):
      result.transport = transport.with(
        protocolNumber: written.address.protocolNumber ?? transport.protocolNumber)
    case .internet, .bytes, .descriptor, .passed: break
    }
    return result
  }

  /// The same endpoint with the original bytes of its words, for names that need not be UTF-8.
  public func withOriginalBytes(_ bytes: (String) -> [UInt8]) throws(EndpointError) -> Endpoint {
    guard case .written(let written) = target else { return self }
    var result = self
    do throws(AddressError) {
      result.target = .written(WrittenAddress(try written.address.withOriginalBytes(bytes)))
    } catch {
      throw .badAddress(error)
    }
    return result
  }

  /// The family to look its host up in: the one that it names, otherwise this one.
  public func family(or other: AddressFamily) -> AddressFamily { family == .unspecified ? other : family }

  /// The protocol number specified by the address itself, or nil if the transport decides.
  public var protocolNumber: TransportProtocol? {
    switch target {
    case .written(let written): written.address.protocolNumber
    case .internet: transport?.traits.contains(.protocolForPort) == true ? transport?.protocolNumber : nil
    case .bytes, .descriptor, .passed: nil
    }
  }

  /// Whether it is a socket that is already open.
  public var isDescriptor: Bool {
    switch target {
    case .descriptor, .passed: true
    case .internet, .written, .bytes: false
    }
  }

  /// Whether it is the wildcard address.
  public var isWildcard: Bool {
    if case .internet(nil, _) = target { true } else { false }
  }

  /// Whether the kernel is to choose the port.
  public var asksForAnyPort: Bool {
    switch target {
    case .internet(_, let service):
      transport?.traits.contains(.protocolForPort) != true && !service.isEmpty
        && service.utf8.allSatisfy { $0 == UInt8(ascii: "0") }
    case .written(let written): written.address.asksForAnyPort
    case .bytes(let address): address.asksForAnyPort
    case .descriptor, .passed: false
    }
  }
}

extension Endpoint: CustomStringConvertible {
  /// The endpoint in one word that parses to it again, without the transport.
  public var description: String {
    switch target {
    case .internet(nil, let service): "*:\(service)"
    case .internet(let host?, let service): host.contains(":") ? "[\(host)]:\(service)" : "\(host):\(service)"
    case .written(let address): "\(address)"
    case .bytes(let address): "\(address)"
    case .descriptor(let number): "fd:\(number)"
    case .passed(let name): "systemd:\(name ?? "")"
    }
  }
}
