import Glibc
import LoopTestSupport
import SocketLoop
import Testing

@testable import Shell

/// What POSIX, RFC 3493, RFC 3542 and RFC 3678 have beside the calls that everybody knows.
@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct PosixCallTests {
  /// A connection of TCP: c is the client, a the accepted socket.
  private static let connection = [
    "s = socket inet stream", "bind s 127.0.0.1:0", "listen s 4", "c = socket inet stream", "connect c $s.address",
    "a = accept s",
  ]

  @LoopActor private func connected() async throws -> ShellRun {
    let shell = ShellRun()
    for line in Self.connection { try await shell(line) }
    return shell
  }

  @Test @LoopActor func `several pieces are received and sent with one call`() async throws {
    let shell = ShellRun()
    try await shell("p q = socketpair unix stream")
    #expect(result(try await shell("writev p \"one \" \"two\" \"\"")) == "7")
    #expect(result(try await shell("x y z = readv q 2 3 100")) == "7 \"on\" \"e t\" \"wo\"")
    #expect(try await shell("print $x $y $z") == ["on e t wo"])
    try await shell("fcntl q O_NONBLOCK")
    #expect(result(try await shell("readv q 1 1"))?.hasPrefix("-1 EAGAIN") == true)
    #expect(result(try await shell("shutdown p SHUT_WR", "readv q 4 4")) == "0 \"\" \"\"")
  }

  @Test @LoopActor func `recvmsg fills several buffers`() async throws {
    let shell = ShellRun()
    try await shell("u = socket inet dgram", "bind u 127.0.0.1:0", "sendto u \"headbody\" 0 $u.address")
    #expect(
      result(try await shell("d from = recvmsg u 4,100"))?.hasPrefix("8 \"head\" \"body\" from 127.0.0.1:") == true)
    #expect(try await shell("print $d.first $d.last") == ["head body"])
    try await shell("sendto u \"headbody\" 0 $u.address")
    #expect(result(try await shell("recvmsg u 2,3"))?.hasSuffix("[flags MSG_TRUNC]") == true)
  }

  @Test(arguments: [
    ("wait a SIGURG 1s", "F_SETOWN"), ("wait a", "SIGNAL"), ("wait a SIGKILL", "SIGURG"),
    ("fcntl a F_SETOWM", "F_SETOWN"),
    ("fcntl a F_SETFL", "FLAGS"), ("ioctl a FIONBIO", "1 or 0"), ("ioctl a FIONREAD 1", "takes no value"),
    ("ppoll a:in 1s SIGNOPE", "no signal"), ("fd 3x", "number"), ("fd $s", "variable already"),
  ])
  @LoopActor func `what is wrong is refused with what to write`(_ line: String, _ part: String) async throws {
    let shell = try await connected()
    guard case .misuse(let message)? = await shell.ending(line) else {
      Issue.record("\(line) was taken")
      return
    }
    #expect(message.contains(part), "\(message)")
  }

  @Test @LoopActor func `FIONBIO and the flags of the descriptor`() async throws {
    let shell = try await connected()
    #expect(result(try await shell("ioctl a FIONBIO 1", "recv a 1"))?.hasPrefix("-1 EAGAIN") == true)
    #expect(result(try await shell("ioctl a 0x5421 0", "fcntl a F_GETFL")) == "0")
    #expect(result(try await shell("fcntl a F_GETFD")) == "FD_CLOEXEC")
    #expect(result(try await shell("fcntl a F_SETFD 0", "fcntl a F_GETFD")) == "0")
    #expect(result(try await shell("fcntl a F_SETFL O_NONBLOCK", "fcntl a F_GETFL")) == "O_NONBLOCK")
    #expect(result(try await shell("fcntl a F_SETFL O_RDWR", "fcntl a F_GETFL")) == "0")
  }

  @Test @LoopActor func `a descriptor is adopted`() async throws {
    let shell = ShellRun()
    let descriptor = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    try await shell("u = fd \(descriptor)", "bind u 127.0.0.1:0", "assert $u.port > 0", "close u")
    #expect(fcntl(descriptor, F_GETFD) == -1)
    #expect(result(try await shell("fd 9999"))?.hasPrefix("-1 EBADF") == true)
  }

  @Test @LoopActor func `AF_UNSPEC removes the peer`() async throws {
    let shell = ShellRun()
    try await shell("u = socket inet dgram", "connect u 127.0.0.1:9", "connect u AF_UNSPEC", "getpeername u")
    #expect(try await shell("print $errno") == ["ENOTCONN"])
  }

  @Test(arguments: [
    ("getservbyname http tcp", "80/tcp http"), ("getservbyname domain udp", "53/udp domain"),
    ("getservbyport 53 udp", "53/udp domain"), ("getprotobyname icmp", "1 icmp"), ("getprotobynumber 17", "17 udp"),
    ("getservbyname nosuch", "-1 NULL"), ("getservbyport 1 nosuch", "-1 NULL"), ("getprotobyname nosuch", "-1 NULL"),
    ("IN6_IS_ADDR_UNSPECIFIED ::", "1"), ("IN6_IS_ADDR_LOOPBACK ::1", "1"), ("IN6_IS_ADDR_LOOPBACK ::2", "0"),
    ("IN6_IS_ADDR_LINKLOCAL fe80::1%lo", "1"), ("IN6_IS_ADDR_SITELOCAL fec0::1", "1"),
    ("IN6_IS_ADDR_V4MAPPED ::ffff:1.2.3.4", "1"), ("IN6_IS_ADDR_V4COMPAT ::1.2.3.4", "1"),
    ("IN6_IS_ADDR_V4COMPAT ::1", "0"), ("IN6_IS_ADDR_MULTICAST [ff02::1]", "1"),
    ("IN6_IS_ADDR_MC_NODELOCAL ff01::1", "1"),
    ("IN6_IS_ADDR_MC_LINKLOCAL ff02::1", "1"), ("IN6_IS_ADDR_MC_SITELOCAL ff05::1", "1"),
    ("IN6_IS_ADDR_MC_ORGLOCAL ff08::1", "1"), ("IN6_IS_ADDR_MC_GLOBAL ff0e::1", "1"),
    ("IN6_IS_ADDR_MC_GLOBAL 2001::1", "0"),
    ("IN6_ARE_ADDR_EQUAL ::1 0:0::1", "1"), ("IN6_IS_ADDR_LOOPBACK in6addr_loopback", "1"),
  ])
  @LoopActor func `names and kinds`(_ line: String, _ start: String) async throws {
    let text = result(try await ShellRun()(line))
    #expect(text?.hasPrefix(start) == true, "\(text ?? "")")
  }

  @Test(arguments: [
    ("inet", "0.0.0.0:0", "IP_ADD_MEMBERSHIP 239.1.2.3@lo", "239.1.2.3", "127.0.0.1", "127.0.0.2"),
    ("inet6", "[::]:0", "IPV6_JOIN_GROUP ff15::7@lo", "ff15::7", "::1", "fd00::2"),
  ])
  @LoopActor func `the sources of a group`(
    _ family: String, _ address: String, _ option: String, _ group: String, _ first: String, _ second: String
  ) async throws {
    let shell = ShellRun()
    try await shell("u = socket \(family) dgram", "bind u \(address)", "setsockopt u \(option)")
    #expect(result(try await shell("getsourcefilter u lo \(group)")) == "0 MCAST_EXCLUDE")
    try await shell("setsourcefilter u lo \(group) MCAST_INCLUDE \(first) \(second)")
    #expect(
      result(try await shell("mode sources = getsourcefilter u lo \(group)")) == "0 MCAST_INCLUDE \(first) \(second)")
    #expect(try await shell("print $mode $sources.count") == ["MCAST_INCLUDE 2"])
    #expect(
      await shell.ending("setsourcefilter u lo \(group) include \(family == "inet" ? "::1" : "127.0.0.1")") != nil)
  }

  @Test @LoopActor func `the IPv4 forms take the address of the interface`() async throws {
    let shell = ShellRun()
    try await shell("u = socket inet dgram", "bind u 0.0.0.0:0", "setsockopt u IP_ADD_MEMBERSHIP 239.1.2.3@lo")
    try await shell("setipv4sourcefilter u 127.0.0.1 239.1.2.3 MCAST_EXCLUDE 127.0.0.3")
    #expect(result(try await shell("getipv4sourcefilter u 127.0.0.1 239.1.2.3")) == "0 MCAST_EXCLUDE 127.0.0.3")
    #expect(result(try await shell("getipv4sourcefilter u 127.0.0.1 239.9.9.9"))?.hasPrefix("-1 EADDRNOTAVAIL") == true)
  }

  @Test @LoopActor func `extension headers are built and read`() async throws {
    let shell = ShellRun()
    try await shell(
      "h = inet6_opt_init", "h = inet6_opt_append $h 5 x\"00 00\" 2", "h = inet6_opt_append $h 30 \"abcd\" 4")
    try await shell("h = inet6_opt_finish $h", "assert $h.length == 16")
    #expect(result(try await shell("offset type data = inet6_opt_next $h")) == "6 type 5 \"\\x00\\x00\"")
    #expect(result(try await shell("inet6_opt_next $h $offset"))?.hasSuffix("type 30 \"abcd\"") == true)
    #expect(result(try await shell("inet6_opt_find $h 30"))?.hasSuffix("type 30 \"abcd\"") == true)
    #expect(result(try await shell("inet6_opt_find $h 31")) == "-1")
    #expect(result(try await shell("inet6_opt_append $h 1 \"x\""))?.hasPrefix("-1 EINVAL") == true)
    try await shell("d = inet6_opt_set_val \"....\" 1 \"XY\"")
    #expect(result(try await shell("inet6_opt_get_val $d 1 2")) == "2 \"XY\"")
    #expect(result(try await shell("inet6_opt_get_val $d 3 2"))?.hasPrefix("-1 EINVAL") == true)
    try await shell("r = inet6_rth_init IPV6_RTHDR_TYPE_0 2", "r = inet6_rth_add $r ::1", "r = inet6_rth_add $r ::2")
    #expect(result(try await shell("inet6_rth_segments $r")) == "2")
    #expect(result(try await shell("b = inet6_rth_reverse $r", "inet6_rth_getaddr $b 0")) == "::2")
    #expect(result(try await shell("inet6_rth_space 0 2")) == "40")
    #expect(result(try await shell("inet6_rth_space 9 2")) == "0")
    #expect(result(try await shell("inet6_rth_add $r ::3"))?.hasPrefix("-1 EINVAL") == true)
    #expect(result(try await shell("inet6_rth_getaddr $r 2"))?.hasPrefix("-1 EINVAL") == true)
  }
}
