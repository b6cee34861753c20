import LoopTestSupport
import SocketLoop
import Testing

@testable import Shell

@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct ConnectingTests {
  @LoopActor
  private func listener() async throws -> ShellRun {
    let shell = ShellRun()
    try await shell("l = socket inet stream tcp", "bind l 127.0.0.1:0", "listen l 4")
    return shell
  }

  @Test @LoopActor func `a connection is accepted with the peer's address`() async throws {
    let shell = try await listener()
    try await shell(
      "c = socket inet stream tcp", "connect c $l.address", "s peer = accept l", "assert $peer == $c.address",
      "assert $s.peer == $c.address", "assert $c.peer == $l.address", "assert $s.state == ESTABLISHED")
  }

  @Test @LoopActor func `a blocking accept waits while other jobs run`() async throws {
    let shell = try await listener()
    try await shell(
      "spawn { sleep 20ms; c = socket inet stream tcp; connect c $l.address; sleep 1m }", "s = accept l", "stop")
    #expect(result(shell.output.filter { $0.hasPrefix("accept") })?.contains(" from 127.0.0.1:") == true)
  }

  @Test @LoopActor func `without blocking nothing waits`() async throws {
    let shell = try await listener()
    try await shell("fcntl l O_NONBLOCK", "accept l", "assert errno EAGAIN")
    try await shell("c = socket inet stream tcp", "connect c $l.address", "poll l:in 5s", "s = accept l SOCK_NONBLOCK")
    #expect(try await shell("fcntl s F_GETFL", "recv s 1", "assert errno EAGAIN").first == "fcntl = O_NONBLOCK")
  }

  @Test(arguments: [
    ("close l; c = socket inet stream tcp; connect c $a", "ECONNREFUSED"),
    ("c = socket inet stream tcp; connect c $a; connect c $a", "EISCONN"),
    ("c = socket inet stream tcp; accept c", "EINVAL"), ("c = socket inet6 stream tcp; connect c $a", "EAFNOSUPPORT"),
  ])
  @LoopActor func `failures have the errno of C`(_ line: String, _ errno: String) async throws {
    let shell = try await listener()
    try await shell("a = getsockname l", line)
    let got = try await shell("print $errno")
    // An IPv6 socket refuses an IPv4 address by its length first.
    #expect(got == [errno] || errno == "EAFNOSUPPORT" && got == ["EINVAL"])
  }

  @Test @LoopActor func `SO_RCVTIMEO limits a blocking accept`() async throws {
    let shell = try await listener()
    try await shell("setsockopt l SO_RCVTIMEO 30ms", "accept l", "assert errno EAGAIN", "assert $ms < 20000")
  }

  @Test @LoopActor func `a datagram socket connects to its default peer`() async throws {
    let shell = ShellRun()
    try await shell(
      "s = socket inet dgram", "bind s 127.0.0.1:0", "c = socket inet dgram", "connect c $s.address", "send c \"x\"",
      "data peer = recvfrom s 9", "assert $peer == $c.address")
  }

  @Test(arguments: [
    ("inet", "bind s [::1]:0", "EAFNOSUPPORT"), ("inet", "connect s [::1]:9", "EAFNOSUPPORT"),
    ("inet", "sendto s \"x\" 0 [::1]:9", "EAFNOSUPPORT"), ("inet", "sendmsg s \"x\" to:[::1]:9", "EAFNOSUPPORT"),
    ("inet6", "bind s 127.0.0.1:0", "EINVAL"), ("inet6", "connect s 127.0.0.1:9", "0"),
  ])
  @LoopActor func `an address of the other family is for the kernel to judge`(
    _ family: String, _ line: String, _ errno: String
  ) async throws {
    let shell = ShellRun()
    try await shell("s = socket \(family) dgram", line)
    #expect(try await shell.value("$errno") == errno)
  }

  @Test @LoopActor func `other flags of accept are refused`() async throws {
    let shell = try await listener()
    #expect(
      await shell.ending("accept l MSG_PEEK")
        == .misuse("4:10: 'MSG_PEEK' is no flag of accept: there are SOCK_NONBLOCK and SOCK_CLOEXEC"))
  }
}
