import Operations
import Transfer

// Headers of the PROXY protocol: who is at the other end of a proxy.
extension Option {
  static let proxyProtocolOptions = [proxyProtocol, proxyProtocolFrom, proxyProtocolField]

  /// What `--proxy-protocol` can be.
  enum ProxyProtocolUse: String, CaseIterable {
    case accept, send
    case sendText = "send-v1"
    case sendBinary = "send-v2"
    case pass

    /// Whether it concerns the peers that connect.
    var isOfListeners: Bool { self == .accept || self == .pass }
    /// Whether it concerns the peers that are connected to.
    var isOfClients: Bool { self != .accept }
  }

  static let proxyProtocol = Option(
    "proxy-protocol", nil, .required("HOW"), in: .network, of: [.sessions, .relay],
    "PROXY header: accept it, send one (send-v1: as text), or pass it on",
    manual: """
      Begin connections with a header of the PROXY protocol, by which a proxy tells whose connection it passes on; see
      .Sx PROXY PROTOCOL
      in
      .Xr sock-relay 1 .
      .Cm accept
      reads one from each peer that connects, in version 1 or 2;
      .Cm send
      sends one to each peer that is connected to, in version 2, or with
      .Cm send-v1
      in version 1;
      .Cm pass ,
      for a relay, does both: what has come on one side is sent on to the other.
      May be repeated, to accept and to send.
      """,
    variants: [
      Variant(
        .relay,
        manual: """
          Begin connections with a header of the PROXY protocol, by which a proxy tells whose connection it passes on; see
          .Sx PROXY PROTOCOL .
          .Cm accept
          reads one from each peer that connects, in version 1 or 2;
          .Cm send
          sends one to each peer that is connected to, in version 2, or with
          .Cm send-v1
          in version 1;
          .Cm pass
          does both: what has come on one side is sent on to the other.
          May be repeated, to accept and to send.
          """)
    ],
    completion: .choices(of: ProxyProtocolUse.self), repeats: true,
    excludes: [
      .with("zero", "nothing is sent then"), .with("bench", "the streams of a measurement have no header"),
      .with("udp", "it is for streams of bytes"),
    ],
    sets: [
      .connection { options, use in
        var settings = options.proxyProtocol ?? ProxyProtocolSettings()
        switch try use.choice(of: ProxyProtocolUse.self) {
        case .accept: settings.accepts = true
        case .send, .sendBinary: settings.sends = .version(.binary)
        case .sendText: settings.sends = .version(.text)
        case .pass: (settings.accepts, settings.sends) = (true, .pass)
        }
        options.proxyProtocol = settings
      }
    ])

  static let proxyProtocolFrom = Option(
    "proxy-protocol-from", nil, .required("PEERS"), in: .network, of: [.listen, .recv, .relay],
    "Accept PROXY headers only from PEERS: addresses, networks, unix",
    manual: """
      Trust only these peers with a header of the PROXY protocol: addresses, networks,
      .Cm unix ,
      .Cm uid: Ns Ar user
      or
      .Cm gid: Ns Ar group ,
      separated by commas, as for
      .Fl -allow .
      They must send one, and need not be named by
      .Fl -allow .
      Everybody else speaks for themselves, and a header from them is an error.
      May be repeated.
      By default everybody is trusted, and must send one.
      """,
    repeats: true,
    sets: [
      .connection { options, use in
        options.proxyProtocol = options.proxyProtocol ?? ProxyProtocolSettings()
        options.proxyProtocol?.trusted += try use.trustedProxies()
      }
    ])

  static let proxyProtocolField = Option(
    "proxy-protocol-field", nil, .required("NAME=VALUE"), in: .network, of: [.connect, .send, .relay],
    "Add a field to the PROXY header of version 2; repeatable",
    manual: """
      Add a field to the header that
      .Fl -proxy-protocol Cm send
      or
      .Cm pass
      sends:
      .Cm alpn , authority , unique-id
      or
      .Cm netns ,
      or for one of your own a number from
      .Cm 0xe0
      to
      .Cm 0xef .
      The value is text, or behind
      .Cm 0x
      bytes in hexadecimal.
      It replaces a field of the same name that is passed on.
      May be repeated.
      """,
    repeats: true,
    sets: [
      .connection { options, use in
        options.proxyProtocol = options.proxyProtocol ?? ProxyProtocolSettings()
        options.proxyProtocol?.fields.append(try use.proxyField())
      }
    ])
}
