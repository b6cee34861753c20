import Sockets

/// `sock connect`: go to a peer, stdin to it, what it sends to stdout.
///
/// Also `sock send` on a stream.
package struct ConnectRequest: Sendable {
  /// Where to, or where.
  package var endpoint: Endpoint
  /// What flags chose; the endpoint's own transport goes before it.
  package var transport: Transport
  /// How data is carried.
  package var link: LinkOptions
  /// `-z`: connect, report, end.
  package var probe = false
  /// Sent in the place of stdin: `sock send HOST PORT MESSAGE`.
  package var message: [UInt8]?
  /// `sock send`: without a message and without an input there is nothing to do.
  package var needsInput = false
  /// `--pass-fd`: go with the first byte of the message, over a Unix socket. They stay open here.
  package var passedDescriptors: [CInt] = []
  /// `--pass-credentials`: who the message says that it comes from, over a Unix socket; nil for what the kernel says.
  package var claimedCredentials: Credentials?

  /// A request with the defaults for the rest.
  package init(endpoint: Endpoint, transport: Transport, link: LinkOptions) {
    self.endpoint = endpoint
    self.transport = transport
    self.link = link
  }
}

/// `sock listen`: wait for peers.
///
/// Also `sock recv`.
package struct ListenRequest: Sendable {
  /// Where to, or where.
  package var endpoint: Endpoint
  /// What flags chose.
  package var transport: Transport
  /// How data is carried.
  package var link: LinkOptions
  /// `-k`: serve many, until a signal ends the run.
  package var keepOpen = false
  /// `--mode`: the permission bits of a Unix socket's path; nil for what the umask leaves.
  package var mode: UInt32?
  /// `--count N` of `recv`: end after so many connections, or datagrams.
  package var count: Int?
  /// `--peer-timeout`: with `-k`, a datagram peer that is silent for so long is forgotten, and a stream peer that has
  /// ended and to which nothing was sent for so long is closed.
  package var peerTimeout: Duration = .seconds(60)

  /// A request with the defaults for the rest.
  package init(endpoint: Endpoint, transport: Transport, link: LinkOptions) {
    self.endpoint = endpoint
    self.transport = transport
    self.link = link
  }
}

/// `sock udp-send`: one datagram, and the answers to it.
package struct DatagramSendRequest: Sendable {
  /// Where to, or where.
  package var endpoint: Endpoint
  /// What flags chose.
  package var transport: Transport
  /// How data is carried.
  package var link: LinkOptions
  /// The bytes of the datagram.
  package var message: [UInt8]
  /// `--reply N`: wait for so many answers; 0 for none.
  package var replies = 0

  /// A request with the defaults for the rest.
  package init(endpoint: Endpoint, transport: Transport, link: LinkOptions, message: [UInt8]) {
    self.endpoint = endpoint
    self.transport = transport
    self.link = link
    self.message = message
  }
}

/// `sock udp-recv`: datagrams from anyone to stdout.
package struct DatagramReceiveRequest: Sendable {
  /// Where to, or where.
  package var endpoint: Endpoint
  /// What flags chose.
  package var transport: Transport
  /// How data is carried.
  package var link: LinkOptions
  /// `--count N`: end after so many; nil for no end.
  package var count: Int?
  /// `--echo`: send each one back.
  package var echo = false
  /// `--mode`: the permission bits of a Unix socket's path; nil for what the umask leaves.
  package var mode: UInt32?

  /// A request with the defaults for the rest.
  package init(endpoint: Endpoint, transport: Transport, link: LinkOptions) {
    self.endpoint = endpoint
    self.transport = transport
    self.link = link
  }
}

/// `sock recv --receive-fds`: a command with the descriptors that peers pass over a Unix socket.
package struct DescriptorReceiveRequest: Sendable {
  /// Where.
  package var endpoint: Endpoint
  /// What flags chose.
  package var transport: Transport
  /// How data is carried.
  package var link: LinkOptions
  /// `--count N`: end after so many connections, or datagrams; nil for one, or no end.
  package var count: Int?
  /// `--mode`: the permission bits of a Unix socket's path; nil for what the umask leaves.
  package var mode: UInt32?
  /// For `/bin/sh -c`.
  package var command: [UInt8]

  /// The same as another request, with a command.
  package init(_ request: ListenRequest, command: [UInt8]) {
    endpoint = request.endpoint
    transport = request.transport
    link = request.link
    count = request.count
    mode = request.mode
    self.command = command
  }
}

/// `sock resolve`: a name's addresses, or an address's name.
package struct ResolveRequest: Sendable {
  /// A name or an address.
  package var name: String
  /// A service's name or a port; nil for none.
  package var service: String?
  /// What flags chose.
  package var transport: Transport
  /// `AF_INET`, `AF_INET6`, or unspecified for both.
  package var family: AddressFamily
  /// `--legacy`: gethostbyname(3) and gethostbyaddr(3).
  package var legacy = false

  /// A request with the defaults for the rest.
  package init(name: String, service: String?, transport: Transport, family: AddressFamily) {
    self.name = name
    self.service = service
    self.transport = transport
    self.family = family
  }
}

/// `sock opts`: the catalogue of socket options, on fresh sockets or an inherited one.
package struct OptionsRequest: Sendable {
  /// One word of the command line.
  package enum Item: Sendable {
    case show(SocketOption)
    case set(SocketOptionAssignment)
  }
  /// Which socket to ask.
  package enum Target: Sendable {
    /// For each option the first kind that has it and that this kernel opens.
    case any
    /// A kind, in the first of these families that has the option.
    case kind(SocketKind, [AddressFamily])
    /// One that was inherited: `fd:3`.
    case descriptor(CInt)
  }
  /// Empty for the whole catalogue.
  package var items: [Item]
  /// Which socket to ask: `--type`, `--of`.
  package var target: Target

  /// A request.
  package init(items: [Item], target: Target) {
    self.items = items
    self.target = target
  }
}
