import Transfer

/// The PROXY protocol: whether connections begin with a header, and whose.
package struct ProxyProtocolSettings: Sendable {
  /// What is sent to the peers that are connected to.
  package enum Sending: Sendable, Hashable {
    /// A header of this version.
    case version(ProxyHeader.Version)
    /// The header that has come; a new one of version 2 if none has.
    case pass
  }

  /// Whether peers that connect begin with a header.
  package var accepts = false
  /// What header peers get that are connected to; nil for none.
  package var sends: Sending?
  /// Who is trusted with a header; everybody if this is empty.
  package var trusted: [AccessRule] = []
  /// Further fields to send.
  package var fields: [ProxyHeader.Field] = []

  /// Neither accepts nor sends headers.
  package init() {}
}
