import Sockets

/// Constants by their C names, except errors, options and families: what they are, and what they do.
enum ConstantMeanings {
  /// The constants with this name.
  static func find(_ wanted: String) -> [(subject: String, name: String, value: Int)] {
    let found = all.filter { $0.name.uppercased() == wanted }
    if !found.isEmpty || AddressFamily.names.contains(where: { $0.name.uppercased() == wanted }) { return found }
    return Constants.find(wanted).map { (subject: "one of the \($0.subject)", name: $0.name, value: $0.value) }
  }

  static var names: [String] {
    AddressFamily.names.map(\.name) + all.map(\.name) + otherNames
  }

  /// The rest, without other names of options, which are explained as these.
  private static var otherNames: [String] {
    Constants.groups.flatMap { $0.entries.map(\.name) }.filter { SocketOption.named($0) == nil }
  }

  private static let all: [(subject: String, name: String, value: Int)] =
    of(SocketType.self, "a type, the second argument of socket")
    + of(TransportProtocol.self, "a protocol, the third argument of socket")
    + of(ShutdownDirection.self, "a direction of shutdown")
    + of(OptionLevel.self, "a level of getsockopt and setsockopt")
    + MessageFlags.names.map { ("a flag of send and recv", $0.name, Int($0.value.rawValue)) }
    + PollEvents.names.map { ("an event of poll", $0.name, Int($0.value.rawValue)) }

  private static func of<Constant: NamedConstant>(
    _ type: Constant.Type, _ subject: String
  ) -> [(subject: String, name: String, value: Int)] {
    type.names.map { (subject, $0.name, Int($0.value)) }
  }

  /// What they do, for those whose name does not say it.
  static let meanings: [String: String] = [
    "SOCK_STREAM": "bytes in order, without boundaries, over a connection",
    "SOCK_DGRAM": "messages, each whole or lost", "SOCK_SEQPACKET": "messages in order, over a connection",
    "SOCK_RAW": "packets with the headers of the protocol; needs CAP_NET_RAW", "SOCK_RDM": "messages, none lost",
    "SHUT_RD": "nothing more is received", "SHUT_WR": "nothing more is sent: on TCP a FIN follows what was sent",
    "SHUT_RDWR": "both",
    "MSG_OOB": "urgent data, one byte on TCP", "MSG_PEEK": "leave what is received in the queue",
    "MSG_DONTROUTE": "send to hosts on the link only", "MSG_CTRUNC": "in results: control messages were cut",
    "MSG_TRUNC": "return the whole length of a datagram; in results: it was cut",
    "MSG_DONTWAIT": "this call does not block", "MSG_EOR": "the end of a record",
    "MSG_WAITALL": "wait until the whole length has come", "MSG_CONFIRM": "the neighbour is known to be there",
    "MSG_ERRQUEUE": "receive a queued error instead of data", "MSG_NOSIGNAL": "EPIPE without SIGPIPE; always on here",
    "MSG_MORE": "more follows: send no partial segment yet", "MSG_ZEROCOPY": "send from the caller's pages",
    "MSG_NOTIFICATION": "in results: an SCTP notification instead of data",
    "MSG_FASTOPEN": "connect, with data in the SYN",
    "MSG_CMSG_CLOEXEC": "descriptors that arrive are closed on exec",
    "POLLIN": "receiving does not block: data, the end, an error, or a connection to accept",
    "POLLPRI": "urgent data", "POLLOUT": "sending does not block", "POLLERR": "an error is pending; always reported",
    "POLLHUP": "both directions have ended; always reported", "POLLNVAL": "the descriptor is not open; always reported",
    "POLLRDHUP": "the peer sends nothing more",
  ]
}
