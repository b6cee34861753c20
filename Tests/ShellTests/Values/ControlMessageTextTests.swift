import Sockets
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
  ])
  func `what sendmsg takes is shown as recvmsg shows it`(_ name: String, _ value: String, _ text: String) throws {
    let form = try #require(ControlMessage.forms.first { $0.name == name })
    #expect(form.parse(value)?.text == text)
  }

  @Test(arguments: [
    ("IP_TTL", "0"), ("IP_TTL", "256"), ("IP_TTL", "x"), ("IP_TTL", ""), ("IP_TOS", "-1"), ("UDP_SEGMENT", "0"),
    ("SCM_CREDENTIALS", "1,2"), ("SCM_CREDENTIALS", "1,2,x"), ("IP_PKTINFO", "::1"), ("IPV6_PKTINFO", "127.0.0.1"),
    ("IP_PKTINFO", ""),
  ])
  func `other values are refused`(_ name: String, _ value: String) throws {
    let form = try #require(ControlMessage.forms.first { $0.name == name })
    #expect(form.parse(value) == nil && !form.expectation.isEmpty)
  }
}
