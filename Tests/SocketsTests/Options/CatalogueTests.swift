import Foundation
import Testing

@testable import Sockets

@Suite("The catalogue of socket options")
struct CatalogueTests {
  @Test("has every level, each number and each name once a level")
  func uniqueness() {
    let catalogue = SocketOption.catalogue
    #expect(catalogue.count >= 350)
    #expect(Set(catalogue.map { "\($0.level)/\($0.name)" }).count == catalogue.count)
    #expect(Set(catalogue.map { "\($0.level)/\($0.number)" }).count == catalogue.count)
    let counts = Dictionary(grouping: catalogue, by: \.level).mapValues(\.count)
    let least: [(OptionLevel, Int)] = [
      (.socket, 70), (.ip, 55), (.ipv6, 70), (.icmpv6, 1), (.tcp, 40), (.mptcp, 4), (.udp, 6), (.udpLite, 2),
      (.sctp, 65), (.dccp, 16), (.vsock, 8), (.tipc, 12), (.packet, 20), (.raw, 1), (.netlink, 12), (.tls, 5),
      (.can, 8),
      (.algorithm, 4),
    ]
    for (level, number) in least { #expect(counts[level, default: 0] >= number, "\(level)") }
    #expect(counts.count == least.count)
  }

  @Test("says what each option does in one line that fits")
  func meanings() {
    for option in SocketOption.catalogue {
      #expect(!option.meaning.isEmpty, "\(option)")
      #expect(option.meaning.count <= 90, "\(option)")
      #expect(!option.meaning.contains("\n"), "\(option)")
    }
  }

  /// What `#define` says of names in the headers that define options: the numbers, other names resolved.
  static let headers: [String: CInt] = {
    let files = [
      "asm-generic/socket.h", "linux/in.h", "linux/in6.h", "linux/tcp.h", "linux/udp.h", "linux/sctp.h", "linux/dccp.h",
      "linux/vm_sockets.h", "linux/tipc.h", "linux/if_packet.h", "linux/netlink.h", "linux/icmpv6.h", "linux/icmp.h",
      "linux/tls.h", "linux/if_alg.h", "linux/mptcp.h", "linux/mroute.h", "linux/mroute6.h", "linux/netfilter_ipv4.h",
      "linux/netfilter_ipv6/ip6_tables.h", "netinet/in.h", "netinet/tcp.h", "bits/in.h",
    ]
    let folders = ["/usr/include/", "/usr/include/x86_64-linux-gnu/", "/usr/include/aarch64-linux-gnu/"]
    var texts: [String: String] = [:]
    for path in files.flatMap({ file in folders.map { $0 + file } }) {
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { continue }
      for line in text.split(separator: "\n") {
        let words = line.split { $0 == " " || $0 == "\t" }
        guard words.count >= 3, words[0] == "#define", texts[String(words[1])] == nil else { continue }
        texts[String(words[1])] = words[2].filter { $0 != "(" && $0 != ")" }
      }
    }
    func number(_ text: String, _ depth: Int = 0) -> CInt? {
      if let number = CInt(text) { return number }
      let parts = text.split(separator: "+").map(String.init)
      if parts.count == 2, let first = number(parts[0], depth + 1), let second = CInt(parts[1]) {
        return first + second
      }
      return depth > 4 ? nil : texts[text].flatMap { number($0, depth + 1) }
    }
    return texts.compactMapValues { number($0) }
  }()

  @Test("has the numbers of the C headers, and only names that are new or of a library beside them")
  func numbers() {
    let headers = Self.headers
    var unknown: Set<String> = []
    for option in SocketOption.catalogue {
      guard let number = headers[option.name] else {
        unknown.insert(option.name)
        continue
      }
      #expect(option.number == number, "\(option)")
    }
    // Newer than the headers of Linux 6.1, or of linux/udp.h and net/udplite.h, which are no public headers.
    #expect(
      unknown.subtracting([
        "SO_PASSPIDFD", "SO_PEERPIDFD", "SO_RCVPRIORITY", "SO_PASSRIGHTS", "SO_INQ", "SO_DEVMEM_DONTNEED",
        "SO_RCVMARK", "SO_TXREHASH", "UDPLITE_RECV_CSCOV", "UDPLITE_SEND_CSCOV", "TCP_AO_ADD_KEY", "TCP_AO_DEL_KEY",
        "TCP_AO_GET_KEYS", "TCP_AO_INFO", "TCP_AO_REPAIR", "TCP_IS_MPTCP", "TCP_RTO_MAX_MS", "TCP_RTO_MIN_US",
        "TCP_DELACK_MAX_US", "PACKET_VNET_HDR_SZ", "TLS_TX_MAX_PAYLOAD_LEN", "MPTCP_FULL_INFO",
        "IP_LOCAL_PORT_RANGE", "IP_PROTOCOL", "ALG_SET_KEY_BY_KEY_SERIAL",
        // Of an enumeration.
        "CAN_RAW_FILTER", "CAN_RAW_ERR_FILTER", "CAN_RAW_LOOPBACK", "CAN_RAW_RECV_OWN_MSGS", "CAN_RAW_FD_FRAMES",
        "CAN_RAW_JOIN_FILTERS", "CAN_RAW_XL_FRAMES", "CAN_RAW_XL_VCID_OPTS",
      ]) == [])
  }

  @Test("knows which sockets have an option")
  func applicability() throws {
    func applies(_ name: String, _ transport: Transport, _ family: AddressFamily) -> Bool? {
      SocketOption.named(name)?.applies(to: transport, family: family)
    }
    #expect(applies("TCP_NODELAY", .tcp, .ipv4) == true)
    #expect(applies("TCP_NODELAY", .udp, .ipv4) == false)
    #expect(applies("TCP_NODELAY", .unix, .unix) == false)
    #expect(applies("IPV6_V6ONLY", .tcp, .ipv6) == true)
    #expect(applies("IPV6_V6ONLY", .tcp, .ipv4) == false)
    #expect(applies("IP_TTL", .udp, .ipv4) == true)
    #expect(applies("IP_TTL", .udp, .ipv6) == true)
    #expect(applies("IP_TTL", .unixDatagram, .unix) == false)
    #expect(applies("SO_RCVBUF", .unixSequencedPacket, .unix) == true)
    #expect(applies("SO_PEERCRED", .tcp, .ipv4) == false)
    #expect(applies("UDP_GRO", .udpLite, .ipv4) == false)
    #expect(applies("SCTP_NODELAY", .sctp, .ipv6) == true)
    func opens(_ name: String, _ family: CInt, _ type: SocketType, _ number: TransportProtocol) -> Bool? {
      SocketOption.named(name)?.applies(to: AddressFamily(rawValue: family), type, number)
    }
    #expect(opens("PACKET_VERSION", 17, .raw, .automatic) == true)
    #expect(opens("NETLINK_EXT_ACK", 16, .raw, .automatic) == true)
    #expect(opens("TIPC_IMPORTANCE", 30, .stream, .automatic) == true)
    #expect(opens("IP_HDRINCL", 2, .raw, .icmp) == true)
    #expect(opens("IP_HDRINCL", 10, .raw, .icmpv6) == false)
    #expect(opens("ICMPV6_FILTER", 10, .raw, .icmpv6) == true)
    #expect(opens("ICMPV6_FILTER", 2, .raw, .icmp) == false)
    #expect(opens("SO_RCVBUF", 29, .raw, .automatic) == true)
    #expect(opens("IP_TTL", 29, .raw, .automatic) == false)
  }
}
