import Sockets

/// `sock connect`: go to a peer, stdin to it, what it sends to stdout.
///
/// Also `sock send` on a stream.
public struct ConnectRequest: Sendable {
  /// Where to, or where.
  public var endpoint: Endpoint
  /// What flags chose; the endpoint's own transport goes before it.
  public var transport: Transport
  /// How data is carried.
  public var link: LinkOptions
  /// `-z`: connect, report, end.
  public var probe = false
  /// Sent in the place of stdin: `sock send HOST PORT MESSAGE`.
  public var message: [UInt8]?
  /// `sock send`: without a message and without an input there is nothing to do.
  public var needsInput = false
  /// `--pass-fd`: go with the first byte of the message, over a Unix socket. They stay open here.
  public var passedDescriptors: [CInt] = []
  /// `--pass-credentials`: who the message says that it comes from, over a Unix socket; nil for what the kernel says.
  public var claimedCredentials: Credentials?

  /// A request with the defaults for the rest.
  public init(endpoint: Endpoint, transport: Transport, link: LinkOptions) {
    self.endpoint = endpoint
    self.transport = transport
    self.link = link
  }
}

/// `sock listen`: wait for peers.
///
/// Also `sock recv`.
public struct ListenRequest: Sendable {
  /// Where to, or where.
  public var endpoint: Endpoint
  /// What flags chose.
  public var transport: Transport
  /// How data is carried.
  public var link: LinkOptions
  /// `-k`: serve many, until a signal ends the run.
  public var keepOpen = false
  /// `--mode`: the permission bits of a Unix socket's path; nil for what the umask leaves.
  public var mode: UInt32?
  /// `--count N` of `recv`: end after so many connections, or datagrams.
  public var count: Int?
  /// `--peer-timeout`: with `-k`, a datagram peer that is silent for so long is forgotten, and a stream peer that has
  /// ended and to which nothing was sent for so long is closed.
  public var peerTimeout: Duration = .seconds(60)

  /// A request with the defaults for the rest.
  public init(endpoint: Endpoint, transport: Transport, link: LinkOptions) {
    self.endpoint = endpoint
    self.transport = transport
    self.link = link
  }
}

/// `sock udp-send`: one datagram, and the answers to it.
public struct DatagramSendRequest: Sendable {
  /// Where to, or where.
  public var endpoint: Endpoint
  /// What flags chose.
  public var transport: Transport
  /// How data is carried.
  public var link: LinkOptions
  /// The bytes of the datagram.
  public var message: [UInt8]
  /// `--reply N`: wait for so many answers; 0 for none.
  public var replies = 0

  /// A request with the defaults for the rest.
  public init(endpoint: Endpoint, transport: Transport, link: LinkOptions, message: [UInt8]) {
    self.endpoint = endpoint
    self.transport = transport
    self.link = link
    self.message = message
  }
}

/// `sock udp-recv`: datagrams from anyone to stdout.
public struct DatagramReceiveRequest: Sendable {
  /// Where to, or where.
  public var endpoint: Endpoint
  /// What flags chose.
  public var transport: Transport
  /// How data is carried.
  public var link: LinkOptions
  /// `--count N`: end after so many; nil for no end.
  public var count: Int?
  /// `--echo`: send each one back.
  public var echo = false
  /// `--mode`: the permission bits of a Unix socket's path; nil for what the umask leaves.
  public var mode: UInt32?

  /// A request with the defaults for the rest.
  public init(endpoint: Endpoint, transport: Transport, link: LinkOptions) {
    self.endpoint = endpoint
    self.transport = transport
    self.link = link
  }
}

/// `sock recv --receive-fds`: a command with the descriptors that peers pass over a Unix socket.
public struct DescriptorReceiveRequest: Sendable {
  /// Where.
  public var endpoint: Endpoint
  /// What flags chose.
  public var transport: Transport
  /// How data is carried.
  public var link: LinkOptions
  /// `--count N`: end after so many connections, or datagrams; nil for one, or no end.
  public var count: Int?
  /// `--mode`: the permission bits of a Unix socket's path; nil for what the umask leaves.
  public var mode: UInt32?
  /// For `/bin/sh -c`.
  public var command: [UInt8]

  /// The same as another request, with a command.
  public init(_ request: ListenRequest, command: [UInt8]) {
    endpoint = request.endpoint
    transport = request.transport
    link = request.link
    count = request.count
    mode = request.mode
    self.command = command
  }
}

/// `sock resolve`: a name's addresses, or an address's name.
public struct ResolveRequest: Sendable {
  /// A name or an address.
  public var name: String
  /// A service's name or a port; nil for none.
  public var service: String?
  /// What flags chose.
  public var transport: Transport
  /// `AF_INET`, `AF_INET6`, or unspecified for both.
  public var family: AddressFamily
  /// `--legacy`: gethostbyname(3) and gethostbyaddr(3).
  public var legacy = false

  /// A request with the defaults for the rest.
  public init(name: String, service: String?, transport: Transport, family: AddressFamily) {
    self.name = name
    self.service = service
    self.transport = transport
    self.family = family
  }
}

/// `sock opts`: the catalogue of socket options, on fresh sockets or an inherited one.
public struct OptionsRequest: Sendable {
  /// One word of the command line.
  public enum Item: Sendable {
    case show(SocketOption)
    case set(SocketOptionAssignment)
  }
  /// Which socket to ask.
  public enum Target: Sendable {
    /// For each option the first kind that has it and that this kernel opens.
    case any
    /// A kind, in the first of these families that has the option.
    case kind(SocketKind, [AddressFamily])
    /// One that was inherited: `fd:3`.
    case descriptor(CInt)
  }
  /// Empty for the whole catalogue.
  public var items: [Item]
  /// Which socket to ask: `--type`, `--of`.
  public var target: Target

  /// A request.
  public init(items: [Item], target: Target) {
    self.items = items
    self.target = target
  }
}
