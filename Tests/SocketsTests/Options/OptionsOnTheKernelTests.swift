import Testing

@testable import Sockets

/// A kind of socket and an option that it has.
struct OptionCase: Sendable, CustomTestStringConvertible {
  let family: AddressFamily
  let type: SocketType
  let protocolNumber: TransportProtocol
  let option: SocketOption

  var testDescription: String { "\(option) of \(family), \(type), \(protocolNumber)" }
  func open() throws(SystemError) -> Socket {
    try Socket.open(family, type, (type == .raw ? option.rawProtocol : nil) ?? protocolNumber)
  }

  /// Every kind of socket that has options.
  static let kinds: [(AddressFamily, SocketType, TransportProtocol)] =
    [AddressFamily.ipv4, .ipv6].flatMap { family -> [(AddressFamily, SocketType, TransportProtocol)] in
      [
        (family, .stream, .tcp), (family, .datagram, .udp), (family, .datagram, .udpLite), (family, .stream, .mptcp),
        (family, .stream, .sctp), (family, .sequencedPacket, .sctp), (family, .dccp, .dccp),
        (family, .raw, family == .ipv4 ? .icmp : .icmpv6), (family, .datagram, family == .ipv4 ? .icmp : .icmpv6),
      ]
    } + [
      (.unix, .stream, .automatic), (.unix, .datagram, .automatic), (.unix, .sequencedPacket, .automatic),
      (.vsock, .stream, .automatic), (.vsock, .sequencedPacket, .automatic),
      (AddressFamily(rawValue: 16), .raw, .automatic), (AddressFamily(rawValue: 17), .raw, .automatic),
      (AddressFamily(rawValue: 17), .datagram, .automatic), (AddressFamily(rawValue: 30), .stream, .automatic),
      (AddressFamily(rawValue: 30), .reliableDatagram, .automatic),
      (AddressFamily(rawValue: 30), .sequencedPacket, .automatic),
      (AddressFamily(rawValue: 30), .datagram, .automatic), (AddressFamily(rawValue: 29), .raw, canRaw),
      (AddressFamily(rawValue: 38), .sequencedPacket, .automatic),
    ]
  /// `CAN_RAW`.
  private static let canRaw = TransportProtocol(rawValue: 1)

  /// Every pair that the catalogue claims and whose sockets this kernel opens.
  static let all: [OptionCase] = kinds.flatMap { family, type, protocolNumber -> [OptionCase] in
    let failure = errorNumber { () throws(SystemError) in _ = try Socket.open(family, type, protocolNumber) }
    guard failure == nil else { return [] }
    return SocketOption.catalogue.filter { $0.applies(to: family, type, protocolNumber) }
      .map { OptionCase(family: family, type: type, protocolNumber: protocolNumber, option: $0) }
  }
}

@Suite("Socket options on the real kernel")
struct OptionsOnTheKernelTests {
  /// What stands in the way of an option that exists: it needs a connection, a peer, a filter, a privilege.
  static let obstacles: [String: Set<ErrorNumber>] = [
    "IP_MTU": [.notConnected], "IPV6_MTU": [.notConnected, .invalidArgument],
    "SO_PEERGROUPS": [ErrorNumber(rawValue: 61)],
    "SO_DETACH_FILTER": [.noEntry], "TCP_ULP": [.notConnected, .noEntry], "TCP_TIMESTAMP": [.notPermitted],
    "SO_RESERVE_MEM": [ErrorNumber(rawValue: 77), .noMemory, .notSupported],
    "UDP_ENCAP": [.noProtocolOption], "IPV6_RECVFRAGSIZE": [.noProtocolOption],
    "SO_TIMESTAMPING": [.invalidArgument],
    // On vsock before Linux 6.7.
    "SO_ZEROCOPY": [.notSupported],
    // Unix streams have no MSG_PEEK offset before Linux 6.x.
    "SO_PEEK_OFF": [.notSupported],
    "SO_PEERNAME": [.notConnected], "SO_PEERSEC": [.noProtocolOption],
    "SO_ATTACH_BPF": [.badDescriptor, .invalidArgument],
    "SO_ATTACH_REUSEPORT_EBPF": [.badDescriptor, .invalidArgument],
    "SO_DETACH_REUSEPORT_BPF": [.invalidArgument, .noEntry],
    "SO_ORIGINAL_DST": [.noEntry, .noProtocolOption], "IP6T_SO_ORIGINAL_DST": [.noEntry, .noProtocolOption],
    "IPV6_ADDRFORM": [.notConnected, .addressNotAvailable], "IPV6_PATHMTU": [.notConnected],
    // Bound from the beginning, as raw sockets are.
    "IPV6_V6ONLY": [.invalidArgument], "PACKET_VNET_HDR": [.invalidArgument], "PACKET_VNET_HDR_SZ": [.invalidArgument],
    "PACKET_ROLLOVER_STATS": [.invalidArgument],
    "PACKET_FANOUT": [.invalidArgument, .noEntry],
    // In repair only.
    "TCP_QUEUE_SEQ": [.invalidArgument, .notPermitted], "TCP_REPAIR_QUEUE": [.invalidArgument, .notPermitted],
    // Of an association, which a fresh socket has not; bound to all addresses it may be on.
    "SCTP_PRIMARY_ADDR": [.invalidArgument], "SCTP_RESET_ASSOC": [.invalidArgument],
    "SCTP_STREAM_SCHEDULER_VALUE": [.invalidArgument], "SCTP_AUTO_ASCONF": [.invalidArgument],
    "SCTP_GET_ASSOC_STATS": [.invalidArgument], "SCTP_GET_PEER_ADDRS": [.invalidArgument],
    "SCTP_GET_PEER_ADDR_INFO": [.invalidArgument], "SCTP_PEER_AUTH_CHUNKS": [.invalidArgument],
    "SCTP_PR_ASSOC_STATUS": [.invalidArgument], "SCTP_PR_STREAM_STATUS": [.invalidArgument],
    "SCTP_STATUS": [.invalidArgument], "DCCP_SOCKOPT_CCID_RX_INFO": [.noProtocolOption],
    "DCCP_SOCKOPT_CCID_TX_INFO": [.noProtocolOption], "DCCP_SOCKOPT_RX_CCID": [.noProtocolOption],
    "DCCP_SOCKOPT_TX_CCID": [.noProtocolOption], "DCCP_SOCKOPT_SERVER_TIMEWAIT": [.notSupported],
    // Of a group, of a bearer, of messages that can be dropped.
    "TIPC_GROUP_LEAVE": [.invalidArgument], "TIPC_MCAST_BROADCAST": [.invalidArgument],
    "TIPC_MCAST_REPLICAST": [.invalidArgument], "TIPC_SRC_DROPPABLE": [.noProtocolOption],
    // Set, but not read, by older kernels.
    "IP_ROUTER_ALERT": [.noProtocolOption], "IPV6_ROUTER_ALERT": [.noProtocolOption],
    "NETLINK_LISTEN_ALL_NSID": [.noProtocolOption],
    "PACKET_COPY_THRESH": [.noProtocolOption],
    // VMCI has them, which few kernels do.
    "SO_VM_SOCKETS_NONBLOCK_TXRX": [.noProtocolOption], "SO_VM_SOCKETS_TRUSTED": [.noProtocolOption],
    "SO_VM_SOCKETS_PEER_HOST_VM_ID": [.noProtocolOption],
  ]
  /// What root may do, and others not.
  static let privileges: Set<ErrorNumber> = [.notPermitted, .permissionDenied]
  /// Kernels differ in which options MPTCP passes on.
  static let notInThisKernel: Set<ErrorNumber> = [.noProtocolOption, .notSupported]

  /// Whether an error is one that has to be expected here.
  static func isExpected(_ error: ErrorNumber, for test: OptionCase) -> Bool {
    obstacles[test.option.name]?.contains(error) == true || privileges.contains(error)
      // Behind TCP_ULP=tls; parts of the kernel's configuration.
      || (["TLS_", "MRT_", "MRT6", "TCP_AO"].contains { test.option.name.hasPrefix($0) }
        && notInThisKernel.contains(error))
      || (test.protocolNumber == .mptcp && notInThisKernel.contains(error))
      || (newerThanLinux6_1.contains(test.option.name) && notInThisKernel.contains(error))
  }
  static let newerThanLinux6_1: Set = [
    "SO_PASSPIDFD", "SO_RCVMARK", "SO_TXREHASH", "SO_RCVPRIORITY", "SO_PASSRIGHTS", "SO_INQ", "TCP_IS_MPTCP",
    "TCP_RTO_MAX_MS", "TCP_RTO_MIN_US", "TCP_DELACK_MAX_US", "PACKET_VNET_HDR_SZ", "IP_LOCAL_PORT_RANGE",
    "IP_PROTOCOL", "CAN_RAW_XL_FRAMES", "CAN_RAW_XL_VCID_OPTS", "ALG_SET_KEY_BY_KEY_SERIAL",
  ]

  @Test("every option that applies to a socket can be read, and what is shown is understood again")
  func reading() throws {
    for test in OptionCase.all where test.option.isReadable {
      let socket = try test.open()
      do throws(SystemError) {
        let value = try socket.value(of: test.option)
        guard test.option.isSettable else { continue }
        let again = SocketOptionValue(value.description, kind: test.option.kind)
        #expect(again == value, "\(test.testDescription): \(value)")
      } catch {
        #expect(Self.isExpected(error.number, for: test), "\(test.testDescription): \(error)")
        #expect(error.description.hasPrefix("getsockopt \(test.option): "))
      }
    }
  }

  /// What to set where any other value of the kind would be refused, or comes back changed: `nil` for the same.
  static let samples: [String: (set: String, got: String?)] = [
    "SO_BINDTODEVICE": ("lo", nil), "SO_BINDTOIFINDEX": ("lo", nil), "SO_BUF_LOCK": ("3", "send+receive"),
    "SO_MARK": ("0xfffffffe", "4294967294"),
    "SO_RCVBUF": ("40000", "80000"), "SO_SNDBUF": ("40000", "80000"), "SO_PEEK_OFF": ("3", nil),
    "SO_MAX_PACING_RATE": ("1M", "1048576"), "SO_TIMESTAMPING": ("0x18", "rx-software+software"),
    "SO_TXREHASH": ("0", nil),
    "SO_TIMESTAMPING_NEW": ("0x18", "rx-software+software"), "SO_RCVTIMEO_NEW": ("1.5s", "1.5 s"),
    "SO_SNDTIMEO_NEW": ("2s", "2 s"),
    "SO_CNX_ADVICE": ("1", nil), "SO_BUSY_POLL_BUDGET": ("8", nil), "TCP_REPAIR": ("1", nil),
    "TCP_THIN_DUPACK": ("on", "off"), "TCP_RTO_MAX_MS": ("60s", "60000 ms"), "TCP_RTO_MIN_US": ("100ms", "100000 us"),
    "TCP_DELACK_MAX_US": ("100ms", "100000 us"), "PACKET_VERSION": ("2", nil),
    "PACKET_VNET_HDR_SZ": ("12", nil), "NETLINK_ADD_MEMBERSHIP": ("1", nil), "NETLINK_DROP_MEMBERSHIP": ("1", nil),
    "SO_VM_SOCKETS_CONNECT_TIMEOUT": ("3s", "3 s"), "SO_VM_SOCKETS_CONNECT_TIMEOUT_NEW": ("3s", "3 s"),
    "IP_LOCAL_PORT_RANGE": ("40000-50000", nil), "IPV6_ADDRFORM": ("AF_INET", nil),
    "TCP_REPAIR_QUEUE": ("send", nil),
    "SO_LINGER": ("5", "on (5 s)"), "SO_RCVTIMEO": ("1.5s", "1.5 s"), "SO_SNDTIMEO": ("2500ms", "2.5 s"),
    "SO_BSDCOMPAT": ("on", "off"), "SO_INCOMING_CPU": ("0", nil), "SO_RESERVE_MEM": ("4096", nil),
    "TCP_CONGESTION": ("reno", nil), "TCP_DEFER_ACCEPT": ("1", nil), "TCP_FASTOPEN_KEY": (key, nil),
    "TCP_MAXSEG": ("1000", "*"), "TCP_LINGER2": ("20s", "20 s"), "TCP_WINDOW_CLAMP": ("40000", "*"),
    "TCP_TX_DELAY": ("1ms", "1000 us"), "TCP_USER_TIMEOUT": ("1.5s", "1500 ms"),
    "TCP_SAVE_SYN": ("1", nil), "TCP_QUICKACK": ("off", nil), "TCP_ULP": ("tls", nil),
    "TCP_FASTOPEN": ("16", "*"),
    "UDP_ENCAP": ("espinudp", nil), "UDP_SEGMENT": ("1000", nil),
    "UDPLITE_RECV_CSCOV": ("20", nil), "UDPLITE_SEND_CSCOV": ("20", nil),
    "IP_MTU_DISCOVER": ("do", nil), "IP_OPTIONS": ("01010101", "*"), "IP_TOS": ("af21", "*"),
    "IP_MULTICAST_IF": ("127.0.0.1", nil), "IP_UNICAST_IF": ("lo", nil), "IP_TTL": ("5", nil),
    "IPV6_ADDR_PREFERENCES": ("2", "*"), "IPV6_MTU": ("1400", "*"), "IPV6_MTU_DISCOVER": ("probe", nil),
    "IPV6_MULTICAST_IF": ("lo", nil), "IPV6_TCLASS": ("ef", "*"), "IPV6_CHECKSUM": ("4", nil),
    "IPV6_ROUTER_ALERT": ("7", "*"), "IPV6_UNICAST_IF": ("lo", nil),
    "IPV6_JOIN_GROUP": ("ff02::1:2@lo", nil), "IP_ADD_MEMBERSHIP": ("239.1.2.3@lo", nil),
    "IP_ADD_SOURCE_MEMBERSHIP": ("232.1.2.3@lo,127.0.0.1", nil), "SO_TXTIME": ("clock=tai,flags=report-errors", nil),
    "ICMP_FILTER": ("block=8", nil), "ICMPV6_FILTER": ("pass=128-137", nil),
    "PACKET_ADD_MEMBERSHIP": ("interface=lo,type=promisc", nil),
    "SCTP_INITMSG": ("ostreams=20,instreams=30,attempts=4,max-timeout=5s", "*"),
    "SCTP_RTOINFO": ("initial=2s,max=50s,min=500ms", "initial=2000ms,max=50000ms,min=500ms"),
    "SCTP_ASSOCINFO": ("max-retrans=5,cookie-life=30s", "max-retrans=5,cookie-life=30000ms"),
    "SCTP_EVENTS": ("association,shutdown", nil), "SCTP_DEFAULT_SNDINFO": ("stream=3,ppid=46,context=5", nil),
    "SCTP_DEFAULT_SEND_PARAM": ("stream=3,ppid=46,context=5,lifetime=1s", "*"),
    "SCTP_DELAYED_SACK": ("delay=100ms,packets=3", nil),
    "SCTP_DEFAULT_PRINFO": ("value=1000,policy=lifetime", nil),
    "SCTP_PEER_ADDR_PARAMS": ("heartbeat=5s,max-retrans=3,flags=heartbeat-on", "*"),
    "SCTP_PEER_ADDR_THLDS": ("max-retrans=4,failed=2", nil),
    "SCTP_PEER_ADDR_THLDS_V2": ("max-retrans=4,failed=2,primary=3", nil),
    "SCTP_PLPMTUD_PROBE_INTERVAL": ("interval=6s", "interval=6000ms"),
    "SCTP_MAXSEG": ("1000", nil), "SCTP_STREAM_SCHEDULER": ("prio", nil),
    "DCCP_SOCKOPT_PACKET_SIZE": ("1000", "0"), "DCCP_SOCKOPT_RECV_CSCOV": ("3", "*"),
    "DCCP_SOCKOPT_SEND_CSCOV": ("3", "*"), "SCTP_REMOTE_UDP_ENCAPS_PORT": ("port=9899", nil),
    "SCTP_EVENT": ("type=shutdown,on", "*"),
    "CAN_RAW_FILTER": ("123:7FF,200~700", nil), "CAN_RAW_ERR_FILTER": ("bus-off+ack", "ack+bus-off"),
    "DCCP_SOCKOPT_SERVICE": ("SC:fdpz", nil), "TIPC_GROUP_JOIN": ("type=5000,instance=3", "type=5000"),
  ]
  static let key = "000102030405060708090a0b0c0d0e0f"
  /// These need something first; their own tests set them.
  static let withConditions: Set = [
    "IPV6_LEAVE_GROUP", "IP_DROP_MEMBERSHIP", "SO_LOCK_FILTER", "IPV6_FLOWINFO_SEND",
  ]

  @Test("every option that can be set is set, and reads back as set")
  func setting() throws {
    for test in OptionCase.all where test.option.isSettable && !Self.withConditions.contains(test.option.name) {
      let socket = try test.open()
      let option = test.option
      let sample = Self.samples[option.name]
      do throws(SystemError) {
        let initial = option.isReadable ? try socket.value(of: option) : nil
        let given = sample.map { SocketOptionValue($0.set, kind: option.kind) }
        // Structures without a sample need keys, peers, groups or programs first.
        if sample == nil, option.kind.isStructure { continue }
        guard let wanted = given ?? Self.another(than: initial, option) else {
          Issue.record("no value to set: \(option)")
          continue
        }
        try socket.set(option, to: wanted)
        guard option.isReadable, sample?.got != "*" else { continue }
        let got = try socket.value(of: option)
        #expect(got.description == (sample?.got ?? wanted.description), "\(test.testDescription)")
        if !["SO_BSDCOMPAT", "TCP_THIN_DUPACK", "DCCP_SOCKOPT_PACKET_SIZE"].contains(option.name) {
          #expect(got != initial, "\(test.testDescription): nothing changed")
        }
      } catch {
        #expect(Self.isExpected(error.number, for: test), "\(test.testDescription): \(error)")
      }
    }
  }

  /// Another value of the kind.
  static func another(than initial: SocketOptionValue?, _ option: SocketOption) -> SocketOptionValue? {
    switch (option.kind, initial) {
    case (.flag, .flag(let isOn)): .flag(!isOn)
    case (.flag, _): .flag(true)
    case (.integer(let form), .integer(let number, _)):
      Self.value(Self.another(than: number, in: form.range), form)
    case (.integer(let form), _): .integer(min(70_000, form.range.upperBound), name: nil)
    case (.duration(let unit, _), .duration(let duration, _)):
      .duration(.microseconds(duration.inMicroseconds + unit.inMicroseconds), unit)
    default: nil
    }
  }

  @Test("TLS in the kernel takes keys for a connection, and tells their kind", .enabled(if: hasTLS, "no kTLS here"))
  func tls() throws {
    let directory = try TemporaryDirectory()
    let pair = try SocketKind(transport: .tcp, family: .ipv4).connect(in: directory)
    func assign(_ text: String, _ socket: borrowing Socket) throws -> SocketOptionValue {
      let assignment = try SocketOptionAssignment(text)
      try socket.set(assignment.option, to: assignment.value)
      return try socket.value(of: assignment.option)
    }
    let kind = "version=1.2,cipher=aes-gcm-128"
    let keys = kind + ",keys=" + String(repeating: "0102030405060708", count: 4) + "00000000"
    #expect(try assign("TCP_ULP=tls", pair.client).description == "tls")
    #expect(try assign("TLS_TX=\(keys)", pair.client).description == kind)
    #expect(try assign("TLS_TX_ZEROCOPY_RO=on", pair.client) == .flag(true))
    #expect(try assign("TCP_ULP=tls", pair.server).description == "tls")
    #expect(try assign("TLS_RX=\(keys)", pair.server).description == kind)
    try pair.client.send(text: "secret")
    #expect(try pair.server.receive(upTo: 100).map(String.init(bytes:)) == "secret")
  }

  static let hasTLS =
    errorNumber { () throws(SystemError) in
      // Without a connection it is refused otherwise than where the kernel has none.
      try Socket.open(.tcp, family: .ipv4).setOption(level: .tcp, number: 31, bytes: Array("tls".utf8).span)
    } == .notConnected

  private static func value(_ number: Int, _ form: SocketOption.IntegerForm) -> SocketOptionValue {
    .integer(number, name: form.names.name(of: number))
  }

  private static func another(than number: Int, in range: ClosedRange<Int>) -> Int {
    if range.upperBound < 7 { return number == range.upperBound ? range.lowerBound : range.upperBound }
    return number == range.lowerBound || number < 3 ? max(7, range.lowerBound) : number - 1
  }

  @Test("a peer's name is its address, in every family that has one")
  func peerName() throws {
    let option = try #require(SocketOption.named("SO_PEERNAME"))
    let directory = try TemporaryDirectory()
    for family in [AddressFamily.ipv4, .ipv6] {
      let pair = try SocketKind(transport: .tcp, family: family).connect(in: directory)
      let name = try pair.client.value(of: option).description
      #expect(try name == pair.client.peerAddress().description)
    }
  }

  @Test("an option of another protocol is refused with the name of the option")
  func foreignOption() throws {
    let socket = try Socket.open(.udp, family: .ipv4)
    let option = try #require(SocketOption.named("TCP_NODELAY"))
    let getting = message { () throws(SystemError) in _ = try socket.value(of: option) }
    #expect(getting == "getsockopt TCP_NODELAY: Operation not supported (EOPNOTSUPP)")
    let setting = message { () throws(SystemError) in try socket.set(option, to: .flag(true)) }
    #expect(setting == "setsockopt TCP_NODELAY=on: Protocol not available (ENOPROTOOPT)")
  }

  @Test("a multicast group is joined once, and left once", arguments: ["239.1.2.3@lo", "ff02::1:2@lo"])
  func membership(group: String) throws {
    let isIPv6 = group.contains(":")
    let socket = try Socket.open(.udp, family: isIPv6 ? .ipv6 : .ipv4)
    let join = try SocketOptionAssignment((isIPv6 ? "IPV6_ADD_MEMBERSHIP=" : "IP_ADD_MEMBERSHIP=") + group)
    let leave = try SocketOptionAssignment((isIPv6 ? "IPV6_DROP_MEMBERSHIP=" : "IP_DROP_MEMBERSHIP=") + group)
    #expect(join.value.description == group)
    try socket.set(join.option, to: join.value)
    let twice = errorNumber { () throws(SystemError) in try socket.set(join.option, to: join.value) }
    #expect(twice == .addressInUse)
    try socket.set(leave.option, to: leave.value)
    let left = errorNumber { () throws(SystemError) in try socket.set(leave.option, to: leave.value) }
    #expect(left == .addressNotAvailable)
  }
}

extension SocketOption.Kind {
  /// Whether no value of it can be made up.
  fileprivate var isStructure: Bool {
    switch self {
    case .bytes, .structure, .membership, .typeFilter, .canFilters, .serviceCodes, .address: true
    default: false
    }
  }
}
