import Foundation
import SockTestSupport
import Testing

/// What the kernel lacks is 78; what the user may not do is 77, naming the privilege; `sock families` agrees.
@Suite(.endToEnd) struct FamiliesTests {
  private func withoutPrivilege(_ line: String) throws -> Sock.Outcome {
    try Sock.inNamespace(
      """
      echo 1024 > /proc/sys/net/ipv4/ip_unprivileged_port_start
      exec setpriv \(Privileges.dropped.joined(separator: " ")) $SOCK \(line)
      """)
  }

  @Test(
    "A missing privilege is 77, and is named",
    .enabled(if: Privileges.isRoot, "needs root, to drop privileges"),
    arguments: [
      ("recv raw:127.0.0.1:253", "CAP_NET_RAW"), ("send raw:127.0.0.1:253 x", "CAP_NET_RAW"),
      ("recv packet:lo", "CAP_NET_RAW"), ("send packet:lo:0x88b5 x", "CAP_NET_RAW"),
      ("listen 127.0.0.1 80", "CAP_NET_BIND_SERVICE"), ("udp-recv 127.0.0.1 80", "CAP_NET_BIND_SERVICE"),
      ("connect --source-port 80 127.0.0.1 1", "CAP_NET_BIND_SERVICE"),
      ("listen -o SO_MARK=1 127.0.0.1 0", "CAP_NET_ADMIN"), ("send -o SO_PRIORITY=7 127.0.0.1 1 x", "CAP_NET_ADMIN"),
      ("recv -o SO_RCVBUFFORCE=1M 127.0.0.1 0", "CAP_NET_ADMIN"), ("opts SO_MARK=1", "CAP_NET_ADMIN"),
      ("opts --type raw", "CAP_NET_RAW"), ("opts --type packet", "CAP_NET_RAW"),
      ("opts --type ping", "net.ipv4.ping_group_range"), ("opts IP_TRANSPARENT=1", "CAP_NET_ADMIN"),
      ("listen 80", "CAP_NET_BIND_SERVICE"), ("listen --bench 127.0.0.1 80", "CAP_NET_BIND_SERVICE"),
      ("listen --mptcp ::1 80", "CAP_NET_BIND_SERVICE"), ("recv --udplite 127.0.0.1 80", "CAP_NET_BIND_SERVICE"),
      ("udp-send -p 80 127.0.0.1 1 x", "CAP_NET_BIND_SERVICE"),
      ("udp-send -o SO_MARK=1 127.0.0.1 1 x", "CAP_NET_ADMIN"),
      ("connect -o IP_TRANSPARENT 127.0.0.1 1", "CAP_NET_ADMIN"),
      ("connect -o IPV6_TRANSPARENT ::1 1", "CAP_NET_ADMIN"),
      ("recv -o SO_SNDBUFFORCE=1M 127.0.0.1 0", "CAP_NET_ADMIN"), ("recv -o SO_DEBUG=1 127.0.0.1 0", "CAP_NET_ADMIN"),
      ("connect --interface lo -o SO_BINDTODEVICE=lo 127.0.0.1 1", "CAP_NET_RAW"),
      ("udp-send -o IPV6_HOPOPTS=0000010400000000 ::1 1 x", "CAP_NET_RAW"),
      ("recv netlink:NETFILTER:1", "CAP_NET_ADMIN"), ("recv netlink:AUDIT:1", "CAP_AUDIT_READ"),
      ("send netlink:ROUTE:1 x", "CAP_NET_ADMIN"), ("udp-send netlink:ROUTE:0:99 x", "CAP_NET_ADMIN"),
      ("recv --family inet --type raw 127.0.0.1 253", "CAP_NET_RAW"),
      ("recv --family 17 --address 0003", "CAP_NET_RAW"),
      ("udp-send --family inet --type dgram --protocol icmp 127.0.0.1 0 x", "net.ipv4.ping_group_range"),
      ("listen --family 2 --type 1 --address 00507f000001", "CAP_NET_BIND_SERVICE"),
      ("ping -c 1 127.0.0.1", "CAP_NET_RAW"), ("trace-route --icmp 127.0.0.1", "CAP_NET_RAW"),
    ])
  func missingPrivilegeIs77(_ line: String, _ privilege: String) throws {
    let outcome = try withoutPrivilege(line)
    #expect(outcome.status == 77, "\(outcome)")
    #expect(outcome.errors.contains(privilege), "\(outcome)")
  }

  @Test(
    "Without privileges, families names what each socket needs",
    .enabled(if: Privileges.isRoot, "needs root, to drop privileges"))
  func familiesNamesThePrivilege() throws {
    let rows = try families(withoutPrivilege("families --json"))
    let raw = try #require(rows.first { $0["name"] as? String == "AF_INET" && $0["type"] as? String == "SOCK_RAW" })
    #expect(raw["status"] as? String == "needs-privilege")
    #expect(raw["privilege"] as? String == "CAP_NET_RAW")
    let tcp = try #require(rows.first { $0["protocol"] as? String == "IPPROTO_TCP" })
    #expect(tcp["status"] as? String == "opens")
    #expect(tcp["address"] as? String == "HOST:PORT")
  }

  @Test(
    "What the kernel lacks is 78 and not-supported, and nothing else is",
    arguments: [
      ("sctp://127.0.0.1:1", "AF_INET", "SOCK_STREAM", "IPPROTO_SCTP"),
      ("sctp-seqpacket://127.0.0.1:1", "AF_INET", "SOCK_SEQPACKET", "IPPROTO_SCTP"),
      ("sctp://[::1]:1", "AF_INET6", "SOCK_STREAM", "IPPROTO_SCTP"),
      ("dccp://127.0.0.1:1", "AF_INET", "SOCK_DCCP", "IPPROTO_DCCP"),
      ("tipc:1000:1", "AF_TIPC", "SOCK_STREAM", "0"), ("can:lo", "AF_CAN", "SOCK_RAW", "CAN_RAW"),
      ("can:nosuch0", "AF_CAN", "SOCK_RAW", "CAN_RAW"),
      ("alg:hash:sha256", "AF_ALG", "SOCK_SEQPACKET", "0"),
      ("mptcp://127.0.0.1:1", "AF_INET", "SOCK_STREAM", "IPPROTO_MPTCP"),
      ("udplite://127.0.0.1:1", "AF_INET", "SOCK_DGRAM", "IPPROTO_UDPLITE"),
    ])
  func missingSupportIs78(
    _ endpoint: String, _ family: String, _ type: String, _ number: String
  ) throws {
    let rows = try families(Sock.run(["families", "--json"]))
    let row = try #require(
      rows.first { row in
        row["name"] as? String == family && row["type"] as? String == type && row["protocol"] as? String == number
      }, "families does not try \(endpoint)")
    let outcome = try Sock.run(["send", "--timeout", "2", endpoint, "x"])
    let isMissing = row["status"] as? String == "not-supported"
    #expect((outcome.status == 78) == isMissing, "\(row) \(outcome)")
    #expect(outcome.errors.contains("not in this kernel") == isMissing, "\(outcome)")
    if isMissing { #expect(outcome.errors.contains(try #require(row["errno"] as? String)), "\(outcome)") }
  }

  @Test("Every socket that families cannot open is 78 to connect and listen, with the same error")
  func connectAndListenAgreeWithFamilies() throws {
    let rows = try families(Sock.run(["families", "--json"])).filter { $0["status"] as? String == "not-supported" }
    // Rows of a family share their causes: one row for each family and cause is enough.
    var seen: Set<String> = []
    for row in rows {
      let (name, type) = (row["name"] as? String ?? "", row["type"] as? String ?? "")
      let (number, cause) = (row["protocol"] as? String ?? "", row["errno"] as? String ?? "")
      guard seen.insert("\(name) \(cause)").inserted else { continue }
      for verb in ["connect", "listen"] {
        let outcome = try Sock.run(
          [verb, "--family", name, "--type", type, "--protocol", number, "--address", "0000"], within: .seconds(10))
        #expect(outcome.status == 78, "\(verb) \(row): \(outcome)")
        #expect(outcome.errors.contains("is not in this kernel: "), "\(outcome)")
        #expect(outcome.errors.contains("(\(cause))"), "\(row) \(outcome)")
      }
    }
  }

  private func families(_ outcome: Sock.Outcome) throws -> [[String: Any]] {
    try outcome.lines.map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any], "\(outcome)")
    }
  }

  @Test(
    "Each family is asked for the protocols that it has, not only for 0",
    arguments: [
      ("AF_KEY", "SOCK_RAW", "PF_KEY_V2", "15, 3, 2"), ("AF_CAN", "SOCK_DGRAM", "CAN_BCM", "29, 2, 2"),
      ("AF_CAN", "SOCK_DGRAM", "CAN_J1939", "29, 2, 7"), ("AF_BLUETOOTH", "SOCK_STREAM", "BTPROTO_RFCOMM", "31, 1, 3"),
      ("AF_NETLINK", "SOCK_RAW", "NETLINK_ROUTE", "16, 3, 0"),
      ("AF_PHONET", "SOCK_DGRAM", "PN_PROTO_PHONET", "35, 2, 1"),
    ])
  func protocolsOfEachFamily(_ family: String, _ type: String, _ number: String, _ arguments: String) throws {
    let row = try #require(
      try families(Sock.run(["families", "--json"])).first { row in
        row["name"] as? String == family && row["type"] as? String == type && row["protocol"] as? String == number
      }, "families does not try \(number)")
    let peer = try PythonPeer(
      """
      try:
        socket.socket(\(arguments))
        say("opens")
      except OSError as error:
        say("needs-privilege" if error.errno in (1, 13) else "not-supported")
      """)
    #expect(try peer.reply() == row["status"] as? String, "\(row)")
  }

  @Test("families lists what this kernel opens, by the names of C")
  func familiesListsWhatOpens() throws {
    let outcome = try Sock.run(["families"])
    #expect(outcome.status == 0)
    for name in ["AF_INET", "AF_INET6", "AF_UNIX", "SOCK_STREAM", "SOCK_DGRAM", "SOCK_SEQPACKET", "IPPROTO_TCP"] {
      #expect(outcome.text.contains(name), "\(name)")
    }
  }
}
