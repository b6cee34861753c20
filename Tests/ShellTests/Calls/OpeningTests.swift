import LoopTestSupport
import SocketLoop
import Testing

@testable import Shell

@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct OpeningTests {
  @Test(arguments: [
    ("socket inet stream tcp", true), ("socket AF_INET6 SOCK_DGRAM IPPROTO_UDP", true), ("socket unix seqpacket", true),
    ("socket 2 1 6", true), ("socket inet stream udp", false), ("socketpair unix dgram", true),
    ("socketpair inet stream", false),
  ])
  @LoopActor func `sockets are created by names or numbers`(_ line: String, _ succeeds: Bool) async throws {
    let shell = ShellRun()
    try await shell(line)
    #expect(
      try await shell("print $errno") == [succeeds ? "0" : line.contains("pair") ? "EOPNOTSUPP" : "EPROTONOSUPPORT"])
  }

  @Test @LoopActor func `a bound socket has its address, and fields of it`() async throws {
    let shell = ShellRun()
    try await shell("s = socket inet stream tcp", "bind s 127.0.0.1:0", "a = getsockname s")
    #expect(try await shell("print $a.host $a.family").last == "127.0.0.1 AF_INET")
    try await shell("assert $a.port > 0", "assert $s.port == $a.port", "assert $s.address == $a", "assert $s.fd >= 0")
  }

  @Test(arguments: [
    ("bind s $s.address", "EINVAL"), ("t = socket inet stream; bind t $s.address", "EADDRINUSE"),
    ("getpeername s", "ENOTCONN"), ("u = socket inet dgram; listen u", "EOPNOTSUPP"),
    ("shutdown s SHUT_WR", "ENOTCONN"),
    ("close s; getsockname s", "EBADF"), ("close s; close s", "EBADF"), ("close s; dup s", "EBADF"),
    ("close s; listen s", "EBADF"), ("close s; send s \"x\"", "EBADF"), ("close s; getsockopt s SO_TYPE", "EBADF"),
  ])
  @LoopActor func `failures have the errno of C`(_ line: String, _ errno: String) async throws {
    let shell = ShellRun()
    try await shell("s = socket inet stream tcp", "bind s 127.0.0.1:0", line)
    #expect(try await shell("print $errno") == [errno])
  }

  @Test @LoopActor func `a duplicate keeps the socket open`() async throws {
    let shell = ShellRun()
    try await shell("p q = socketpair unix stream", "d = dup p", "close p", "send d \"x\"", "recv q 1", "close d")
    #expect(try await shell("recv q 1") == ["recv = 0 \"\""])
  }

  @Test @LoopActor func `shutdown closes one direction`() async throws {
    let shell = ShellRun()
    try await shell("p q = socketpair unix stream", "shutdown p SHUT_WR")
    #expect(
      try await shell("recv q 1", "send q \"x\"", "recv p 1").map { $0.split(separator: " = ")[1] } == [
        "0 \"\"", "1", "1 \"x\"",
      ])
    #expect(await shell.ending("shutdown p WRONG") != nil)
  }
}
