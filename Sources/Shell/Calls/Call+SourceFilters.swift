import SocketLoop
import Sockets

extension Call {
  /// The sources of a multicast group: RFC 3678.
  static let sourceFilters: [Call] = [
    Call(
      "getsourcefilter", "SOCKET INTERFACE GROUP",
      "returns the filter of a group that the socket has joined: its mode and "
        + "its sources"
    ) { (call: Invocation) async throws(CallFailure) -> CallResult in
      let (socket, interface, group) = (try call.socket(0), try call.interface(1), try call.group(2))
      return filter(
        try system { () throws(SystemError) in
          try socket.call("getsourcefilter") { (socket) throws(SystemError) in
            try socket.sourceFilter(of: group, interface: interface)
          }
        })
    },
    Call(
      "setsourcefilter", "SOCKET INTERFACE GROUP MODE [SOURCE…]",
      "replaces the filter: MCAST_INCLUDE and the only sources, or MCAST_EXCLUDE and the sources to leave out"
    ) { (call: Invocation) async throws(CallFailure) -> CallResult in
      let (socket, interface, group) = (try call.socket(0), try call.interface(1), try call.group(2))
      let filter = try call.filter(from: 3, of: group)
      try system { () throws(SystemError) in
        try socket.call("setsourcefilter") { (socket) throws(SystemError) in
          try socket.setSourceFilter(of: group, interface: interface, to: filter)
        }
      }
      return .zero
    },
    Call("getipv4sourcefilter", "SOCKET INTERFACE GROUP", "the same for IPv4, the interface by its address") {
      (call: Invocation) async throws(CallFailure) -> CallResult in
      let (socket, interface, group) = (try call.socket(0), try call.ipv4Address(1), try call.ipv4Address(2))
      return filter(
        try system { () throws(SystemError) in
          try socket.call("getipv4sourcefilter") { (socket) throws(SystemError) in
            try socket.sourceFilter(of: group, interface: interface)
          }
        })
    },
    Call(
      "setipv4sourcefilter", "SOCKET INTERFACE GROUP MODE [SOURCE…]", "the same for IPv4, the interface by its address"
    ) {
      (call: Invocation) async throws(CallFailure) -> CallResult in
      let (socket, interface, group) = (try call.socket(0), try call.ipv4Address(1), try call.ipv4Address(2))
      let filter = try call.filter(from: 3, of: .ipv4(group))
      try system { () throws(SystemError) in
        try socket.call("setipv4sourcefilter") { (socket) throws(SystemError) in
          try socket.setSourceFilter(of: group, interface: interface, to: filter)
        }
      }
      return .zero
    },
  ]

  @LoopActor
  private static func filter(_ filter: SourceFilter) -> CallResult {
    let sources = filter.sources.map { ShellValue.text("\($0)") }
    return CallResult(
      .number(0), values: [.text("\(filter.mode)"), .list(sources)],
      text: (["0 \(filter.mode)"] + sources.map(\.description)).joined(separator: " "))
  }
}

@LoopActor
extension Invocation {
  /// An interface by its name or index; 0 is none.
  fileprivate func interface(_ index: Int) throws(CallFailure) -> UInt32 {
    let text = try word(index)
    if text == "0" { return 0 }
    guard let interface = NetworkInterface.index(naming: text) else {
      throw misuse(NetworkInterface.complaint(about: text), at: index)
    }
    return interface
  }

  fileprivate func group(_ index: Int) throws(CallFailure) -> IPAddress {
    let text = try word(index)
    guard let group = IPAddress(text) else { throw misuse("'\(text)' is no address of a group", at: index) }
    return group
  }

  fileprivate func ipv4Address(_ index: Int) throws(CallFailure) -> IPv4Address {
    guard case .ipv4(let address)? = IPAddress(try word(index)) else {
      throw misuse("'\(try word(index))' is no IPv4 address", at: index)
    }
    return address
  }

  /// The mode, and the sources behind it.
  fileprivate func filter(from first: Int, of group: IPAddress) throws(CallFailure) -> SourceFilter {
    let mode = try constant(first, SourceFilter.Mode.self, "mode (MCAST_INCLUDE, MCAST_EXCLUDE)")
    var sources: [IPAddress] = []
    for index in (first + 1)..<max(first + 1, count) {
      guard let source = IPAddress(try word(index)), source.family == group.family else {
        throw misuse("'\(try word(index))' is no address of a source: it has the family of its group", at: index)
      }
      sources.append(source)
    }
    return SourceFilter(mode, sources)
  }
}
