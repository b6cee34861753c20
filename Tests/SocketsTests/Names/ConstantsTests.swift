import CSocketShims
import Glibc
import Testing

@testable import Sockets

@Suite("C names, of every kind")
struct ConstantsTests {
  @Test("every PF_ name is the family of the same AF_ name, and prints as that")
  func protocolFamilies() {
    for (value, name) in AddressFamily.names {
      #expect(AddressFamily(named: "P" + name.dropFirst()) == AddressFamily(rawValue: value), "\(name)")
    }
    #expect(AddressFamily(named: "PF_INET")?.description == "AF_INET")
  }

  @Test(
    "the other names of a family",
    arguments: [
      ("AF_LOCAL", 1), ("AF_FILE", 1), ("PF_LOCAL", 1), ("local", 1), ("AF_ROUTE", 16), ("PF_ROUTE", 16),
      ("AF_UNSPEC", 0), ("unspec", 0),
    ])
  func otherFamilies(_ name: String, _ number: CInt) { #expect(AddressFamily(named: name)?.rawValue == number) }

  @Test(
    "a type of socket with its flags, or the number that they make",
    arguments: [
      ("SOCK_STREAM", 1, 0), ("stream|nonblock", 1, 0o4000), ("SOCK_DGRAM|SOCK_NONBLOCK|SOCK_CLOEXEC", 2, 0o2004000),
      ("SOCK_CLOEXEC|SOCK_RAW", 3, 0o2000000), ("2049", 1, 0o4000), ("0x802", 2, 0o4000), ("10", 10, 0),
      ("SOCK_STREAM | SOCK_NONBLOCK", 1, 0o4000),
    ] as [(String, CInt, CInt)])
  func types(_ text: String, _ type: CInt, _ flags: CInt) throws {
    let argument = try SocketTypeArgument(named: text)
    #expect(argument.type.rawValue == type)
    #expect(argument.flags.rawValue == flags)
  }

  @Test(
    "what is no type", arguments: ["", "SOCK_NONBLOCK", "SOCK_STREAM|SOCK_DGRAM", "SOCK_STREM", "stream|", "-1"])
  func noTypes(_ text: String) { #expect(throws: UnknownConstant.self) { try SocketTypeArgument(named: text) } }

  @Test("flags are parsed by name and by number, and joined")
  func flags() throws {
    #expect(try MessageFlags(named: "MSG_PEEK|dontwait") == [.peek, .doNotWait])
    #expect(try MessageFlags(named: "0x42") == [.peek, .doNotWait])
    #expect(try PollEvents(named: "POLLIN|POLLRDNORM").rawValue == Int16(POLLIN | POLLRDNORM))
    #expect(try PollEvents(named: "POLLWRBAND").rawValue == Int16(POLLWRBAND))
    #expect(try AddressLookupFlags(named: "AI_NUMERICHOST|AI_IDN").rawValue == AI_NUMERICHOST | 0x40)
    #expect(try NameLookupFlags(named: "NI_NAMEREQD|dgram") == [.nameRequired, .datagram])
    #expect(throws: UnknownConstant(word: "MSG_PEAK", nearest: "MSG_PEEK")) { try MessageFlags(named: "0|MSG_PEAK") }
    #expect(throws: UnknownConstant.self) { try MessageFlags(named: "") }
  }

  @Test(
    "the protocols of each family",
    arguments: [
      ("AF_NETLINK", "NETLINK_INET_DIAG", 4), ("AF_NETLINK", "route", 0), ("AF_CAN", "CAN_BCM", 2),
      ("AF_CAN", "isotp", 6), ("AF_PACKET", "ETH_P_ALL", 0x300), ("AF_PACKET", "htons(ETH_P_ARP)", 0x608),
      ("AF_PACKET", "ip", 8), ("AF_KEY", "PF_KEY_V2", 2), ("AF_BLUETOOTH", "BTPROTO_RFCOMM", 3),
      ("AF_INET", "ospf", 89),
      ("AF_INET6", "IPPROTO_ROUTING", 43), ("AF_INET", "IPPROTO_L2TP", 115), ("AF_UNIX", "0", 0),
      ("AF_UNIX", "IPPROTO_IP", 0),
    ] as [(String, String, CInt)])
  func protocols(_ family: String, _ name: String, _ number: CInt) throws {
    #expect(try #require(AddressFamily(named: family)).protocolNumber(named: name)?.rawValue == number)
  }

  @Test("every named protocol of a family is found by its name")
  func everyProtocol() {
    for family in AddressFamily.names.map({ AddressFamily(rawValue: $0.value) }) {
      for (value, name) in family.protocols {
        #expect(family.protocolNumber(named: name)?.rawValue == value, "\(family) \(name)")
      }
    }
  }

  @Test(
    "numbers that C programs write by name",
    arguments: [
      ("SOMAXCONN", Int(SOMAXCONN)), ("somaxconn", Int(SOMAXCONN)), ("CAN_EFF_FLAG|0x123", 0x8000_0123),
      ("INADDR_LOOPBACK", 0x7f00_0001), ("POLLRDNORM", Int(POLLRDNORM)), ("FIONBIO", Int(FIONBIO)),
      ("F_SETOWN", Int(F_SETOWN)), ("F_GETFD", Int(F_GETFD)), ("O_ASYNC", Int(O_ASYNC)), ("ETH_P_IPV6", 0x86dd),
      ("AI_NUMERICSERV", Int(AI_NUMERICSERV)), ("PF_KEY", 15), ("SIGURG", Int(SIGURG)), ("VMADDR_CID_HOST", 2),
    ])
  func numbers(_ name: String, _ number: Int) { #expect(Constants.value(named: name) == number) }

  @Test("words that are no names", arguments: ["", "7", "inet", "SOMAXCON", "SOMAXCONN|x"])
  func noNames(_ text: String) { #expect(Constants.value(named: text) == nil) }

  @Test("addresses by their C names")
  func addresses() {
    #expect(IPAddress("INADDR_LOOPBACK") == .ipv4(.loopback))
    #expect(IPAddress("INADDR_ALLHOSTS_GROUP")?.description == "224.0.0.1")
    #expect(IPAddress("in6addr_any") == .ipv6(.any))
    #expect(IPAddress("IN6ADDR_LOOPBACK_INIT") == .ipv6(.loopback))
    #expect(IPAddress("INADDR_NOTHING") == nil)
  }

  @Test("a suggestion is never the word that was written")
  func suggestions() {
    #expect(NearestName.find("unspec", among: ["unspec", "unix"]) != "unspec")
    #expect(NearestName.find("LISTEN", among: ["listen"]) == "listen")
  }
}
