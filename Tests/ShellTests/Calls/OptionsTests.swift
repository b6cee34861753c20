import LoopTestSupport
import SocketLoop
import Testing

@testable import Shell

/// `getsockopt`, `setsockopt`, `fcntl` and `ioctl`.
@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct OptionsTests {
  @Test(arguments: [
    ("setsockopt s SO_KEEPALIVE 1", "0, now on"), ("setsockopt s keepalive off", "0, now off"),
    ("setsockopt s SOL_SOCKET SO_KEEPALIVE on", "0, now on"), ("setsockopt s SO_KEEPALIVE x\"01000000\"", "0, now on"),
    ("setsockopt s 1 9 x\"01000000\"; getsockopt s 1 9", "4 \"\\x01\\x00\\x00\\x00\""),
    ("setsockopt s TCP_KEEPIDLE 1m; getsockopt s TCP_KEEPIDLE", "60 s"),
    ("setsockopt s SO_RCVBUF 1.5k; getsockopt s SO_RCVBUF", "3072"), ("getsockopt s SO_TYPE", "SOCK_STREAM"),
    ("v = getsockopt s SO_KEEPALIVE; setsockopt s SO_KEEPALIVE $v", "0, now off"),
    ("getsockopt s SO_PEERCRED", "-1 EOPNOTSUPP (Operation not supported)"),
    ("setsockopt s 1 9999 x\"00000000\"", "-1 ENOPROTOOPT (Protocol not available)"),
  ])
  @LoopActor func `options are read and set`(_ line: String, _ expected: String) async throws {
    let shell = ShellRun()
    let got = result(try await shell("s = socket inet stream tcp", line))
    // A kernel may answer SO_PEERCRED for every family.
    #expect(got == expected || line.contains("PEERCRED") && got != nil)
  }

  @Test @LoopActor func `TCP_INFO is the state, and shown in full`() async throws {
    let shell = ShellRun()
    let lines = try await shell("s = socket inet stream tcp", "state = getsockopt s TCP_INFO", "print $state")
    #expect(lines[1].hasPrefix("getsockopt = CLOSE, rtt ") && lines[2] == "CLOSE")
  }

  @Test(arguments: [
    ("setsockopt s SO_RCVBUFF 1", "2:14: 'SO_RCVBUFF' is no socket option: did you mean SO_RCVBUF?"),
    ("setsockopt s SO_RCVBUF big", "2:24: 'big' is not a value for SO_RCVBUF"),
    ("setsockopt s SOL_TCP SO_KEEPALIVE 1", "2:14: SO_KEEPALIVE belongs to SOL_SOCKET"),
    ("setsockopt s SO_TYPE 1", "2:22: SO_TYPE can be read, but not set"),
    ("fcntl s O_NONBLOKC", "2:9: 'O_NONBLOKC' is no mode: did you mean O_NONBLOCK?"),
    ("fcntl s F_SETFL", "2:1: 'F_SETFL' needs FLAGS: O_NONBLOCK or 0"),
    ("fcntl s 0 0", "2:11: '0' takes no value"),
    ("ioctl s FIONRAED", "2:9: 'FIONRAED' is no request: did you mean FIONREAD?"),
    ("ioctl s X", "2:9: 'X' is no request: there are FIONREAD, SIOCINQ, SIOCOUTQ, SIOCOUTQNSD, SIOCATMARK"),
  ])
  @LoopActor func `mistakes name what to write`(_ line: String, _ message: String) async {
    let ending = await ShellRun().ending("s = socket inet stream tcp", line)
    guard case .misuse(let text)? = ending else {
      Issue.record("\(String(describing: ending))")
      return
    }
    #expect(text.hasPrefix(message), "\(text)")
  }

  @Test @LoopActor func `fcntl reads and sets the blocking mode`() async throws {
    let shell = ShellRun()
    let lines = try await shell(
      "s = socket inet stream", "fcntl s F_GETFL", "fcntl s O_NONBLOCK", "fcntl s F_GETFL", "fcntl s F_SETFL 0",
      "fcntl s F_GETFL",
      "fcntl s F_SETFL O_NONBLOCK", "fcntl s F_GETFL")
    #expect(lines.dropFirst().map { String($0.dropFirst(8)) } == ["0", "0", "O_NONBLOCK", "0", "0", "0", "O_NONBLOCK"])
  }

  @Test @LoopActor func `ioctl tells how many bytes are queued`() async throws {
    let shell = ShellRun()
    try await shell("p q = socketpair unix stream", "send p \"abcde\"", "ioctl q FIONREAD", "assert $? == 5")
    try await shell("ioctl q SIOCINQ", "assert $? == 5", "recv q 9", "ioctl q fionread", "assert $? == 0")
  }

  @Test(arguments: [
    "inet6 dgram; setsockopt s MCAST_JOIN_GROUP ff02::114@lo; setsockopt s MCAST_LEAVE_GROUP ff02::114@lo",
    "inet6 dgram; setsockopt s IPPROTO_IPV6 MCAST_JOIN_SOURCE_GROUP ff3e::4321@lo,2001:db8::1",
    "inet6 dgram; setsockopt s MCAST_JOIN_SOURCE_GROUP ff3e::4321@lo,2001:db8::1",
    // A socket of IPv6 that carries IPv4 joins groups of both.
    "inet6 dgram; setsockopt s MCAST_JOIN_GROUP 239.1.2.3@lo; setsockopt s IPPROTO_IP MCAST_JOIN_GROUP 239.1.2.4@lo",
    "inet dgram; setsockopt s MCAST_JOIN_GROUP 239.1.2.3@lo",
  ])
  @LoopActor func `of two options with one name, the socket's family and the value decide`(_ line: String) async throws
  {
    let shell = ShellRun()
    #expect(try await shell("set -e", "s = socket \(line)").last == "setsockopt = 0")
  }

  @Test @LoopActor func `a value of neither family is refused in the words of the socket's own`() async {
    #expect(
      await ShellRun().ending("s = socket inet6 dgram", "setsockopt s MCAST_JOIN_GROUP 10.0.0.1")
        == .misuse(
          "2:31: '10.0.0.1' is not a value for MCAST_JOIN_GROUP: it takes GROUP or GROUP@INTERFACE, such as ff15::7@lo")
    )
  }

  @Test @LoopActor func `the interface of multicast is answered by its address`() async throws {
    let shell = ShellRun()
    #expect(
      try await shell("s = socket inet dgram", "setsockopt s IP_MULTICAST_IF lo").last
        == "setsockopt = 0, now 127.0.0.1")
    #expect(try await shell("setsockopt s IP_MULTICAST_IF 0.0.0.0").last == "setsockopt = 0, now 0.0.0.0")
  }
}
