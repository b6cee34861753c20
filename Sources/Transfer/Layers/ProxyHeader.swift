import Sockets

/// What a proxy says about a connection before the first byte of it: the PROXY protocol of HAProxy, versions 1 and 2.
package struct ProxyHeader: Hashable, Sendable {
  package enum Version: Int, Sendable {
    /// A line of text.
    case text = 1
    /// A binary header, which may have further fields.
    case binary = 2
  }

  /// Whose connection it is.
  package enum Subject: Hashable, Sendable {
    /// The proxy's own, such as a health check (`LOCAL`): the addresses are those of the connection itself.
    case local
    /// A client's, whose addresses the proxy does not know or cannot write (`UNKNOWN`, `UNSPEC`).
    case unknown
    /// That of a client, which connected from one address to another; with datagrams if it says so.
    case client(from: SocketAddress, to: SocketAddress, datagrams: Bool = false)
  }

  /// A further field of version 2 (a TLV).
  package struct Field: Hashable, Sendable {
    package var type: UInt8
    package var value: [UInt8]

    package init(_ type: UInt8, _ value: [UInt8]) {
      self.type = type
      self.value = value
    }
  }

  package var version: Version
  package var subject: Subject
  package var fields: [Field]

  package init(_ version: Version, _ subject: Subject, _ fields: [Field] = []) {
    self.version = version
    self.subject = subject
    self.fields = fields
  }

  /// The client's address, if it is stated.
  package var source: SocketAddress? { if case .client(let source, _, _) = subject { source } else { nil } }
  /// The address that the client connected to, if it is stated.
  package var destination: SocketAddress? { if case .client(_, let address, _) = subject { address } else { nil } }
}

extension ProxyHeader {
  /// Why bytes are no header, in words whose subject, the peer, is left out.
  package struct Fault: Error, Hashable {
    package let message: String

    /// Something that is wrong within a header.
    static func broken(_ what: String) -> Fault { Fault(message: "has sent a broken PROXY header: \(what)") }
    /// Bytes that do not begin one.
    static let missing = Fault(message: "has sent something other than a PROXY header")
  }
}

/// Where a connection that came through a proxy is from.
package final class ProxiedOrigin: Sendable {
  /// What the proxy says.
  package let header: ProxyHeader
  /// The proxy itself.
  package let proxy: SocketAddress

  package init(_ header: ProxyHeader, through proxy: SocketAddress) {
    self.header = header
    self.proxy = proxy
  }
}
