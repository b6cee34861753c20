@testable import Sockets
import Testing

@testable import Shell

@Suite struct ControlMessageTextTests {
  @Test(arguments: [
    ("IP_TTL", "7", "IP_TTL 7"), ("IP_TTL", "0xff", "IP_TTL 255"), ("IP_TOS", "16", "IP_TOS 0x10"),
    ("IPV6_HOPLIMIT", "64", "IPV6_HOPLIMIT 64"), ("IPV6_TCLASS", "0", "IPV6_TCLASS 0x0"),
    ("SO_MARK", "0x10", "SO_MARK 0x10"),
    ("SCM_CREDENTIALS", "1,2,3", "SCM_CREDENTIALS {pid=1, uid=2, gid=3}"),
    ("IP_PKTINFO", "127.0.0.1", "IP_PKTINFO {ipi_ifindex=0, ipi_spec_dst=127.0.0.1, ipi_addr=127.0.0.1}"),
    ("IP_PKTINFO", "@lo", "IP_PKTINFO {ipi_ifindex=1, ipi_spec_dst=0.0.0.0, ipi_addr=0.0.0.0}"),
    ("IPV6_PKTINFO", "::1@lo", "IPV6_PKTINFO {ipi6_addr=::1, ipi6_ifindex=1}"),
    ("IPV6_DONTFRAG", "1", "IPV6_DONTFRAG 1"), ("IPV6_FLOWINFO", "0x12345", "IPV6_FLOWINFO 0x12345"),
    ("IPV6_HOPOPTS", "0000050200000100", "IPV6_HOPOPTS {ip6h_nxt=0, ip6h_len=0, options=[5 \"\\x00\\x00\"]}"),
    ("IPV6_DSTOPTS", "00001e0261620100", "IPV6_DSTOPTS {ip6h_nxt=0, ip6h_len=0, options=[30 \"ab\"]}"),
    (
      "IPV6_RTHDR", "00020001000000000000000000000000" + "0000000000000001",
      "IPV6_RTHDR {ip6r_nxt=0, ip6r_len=2, ip6r_type=0, ip6r_segleft=1, segments=[::1]}"
    ),
    ("IP_RETOPTS", "94040000", "IP_RETOPTS \"\\x94\\x04\\x00\\x00\""), ("SO_PRIORITY", "6", "SO_PRIORITY 6"),
    ("IP_TOS", "IPTOS_LOWDELAY", "IP_TOS 0x10"),
  ])
  func `what sendmsg takes is shown as recvmsg shows it`(_ name: String, _ value: String, _ text: String) throws {
    let form = try #require(ControlMessage.forms.first { $0.name == name })
    #expect(form.parse(value)?.text == text)
  }

  @Test(arguments: [
    ("IP_TTL", "0"), ("IP_TTL", "256"), ("IP_TTL", "x"), ("IP_TTL", ""), ("IP_TOS", "-1"), ("UDP_SEGMENT", "0"),
    ("SCM_CREDENTIALS", "1,2"), ("SCM_CREDENTIALS", "1,2,x"), ("IP_PKTINFO", "::1"), ("IPV6_PKTINFO", "127.0.0.1"),
    ("IP_PKTINFO", ""), ("IPV6_DONTFRAG", "2"), ("IPV6_HOPOPTS", "0"), ("IPV6_HOPOPTS", "xy"),
    ("IP_RETOPTS", String(repeating: "00", count: 41)),
  ])
  func `other values are refused`(_ name: String, _ value: String) throws {
    let form = try #require(ControlMessage.forms.first { $0.name == name })
    #expect(form.parse(value) == nil && !form.expectation.isEmpty)
  }

  @Test(arguments: [
    (OptionLevel.socket, CInt(29), "05000000000000000700000000000000", "SCM_TIMESTAMP {tv_sec=5, tv_usec=7}"),
    (.socket, 35, "05000000000000000700000000000000", "SCM_TIMESTAMPNS {tv_sec=5, tv_nsec=7}"),
    (.socket, 63, "05000000000000000700000000000000", "SCM_TIMESTAMP {tv_sec=5, tv_usec=7}"),
    (.socket, 84, "09000000", "SCM_INQ 9"), (.tcp, 36, "09000000", "TCP_CM_INQ 9"),
    (.socket, 12, "06000000", "SO_PRIORITY 6"),
    (.ip, 6, "94040000", "IP_RECVOPTS \"\\x94\\x04\\x00\\x00\""), (.ip, 25, "78050000", "IP_RECVFRAGSIZE 1400"),
    (.ipv6, 77, "78050000", "IPV6_RECVFRAGSIZE 1400"), (.ipv6, 11, "00012345", "IPV6_FLOWINFO 0x12345"),
    (
      .ipv6, 61, "0a000000" + "00000000" + "00000000000000000000000000000001" + "00000000" + "00050000",
      "IPV6_PATHMTU {ip6m_addr=::1, ip6m_mtu=1280}"
    ),
    (.ipv6, 3, "0000010400000000", "IPV6_2292HOPOPTS {ip6h_nxt=0, ip6h_len=0, options=[]}"),
    (.tls, 2, "17", "TLS_GET_RECORD_TYPE 23"), (.socket, 3, "6162", "SCM_SECURITY \"ab\""),
    (.socket, 200, "61", "SOL_SOCKET/200 \"a\""), (.ipv6, 61, "00", "IPV6_PATHMTU 0"),
  ])
  func `what arrives is shown by name`(_ level: OptionLevel, _ type: CInt, _ data: String, _ text: String) throws {
    let bytes = try #require([UInt8](hexadecimalDigits: data))
    #expect(ControlMessage(level: level, type: type, bytes: bytes).text == text)
  }
}
