import LoopTestSupport
import SocketLoop
import Testing

@testable import Shell

/// Constants by their C names, wherever the shell takes them.
@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct ConstantNamesTests {
  @Test(arguments: [
    "s = socket PF_INET SOCK_STREAM|SOCK_NONBLOCK|SOCK_CLOEXEC IPPROTO_TCP", "s = socket AF_LOCAL SOCK_DGRAM",
    "s = socket AF_FILE stream", "s = socket AF_ROUTE SOCK_RAW NETLINK_ROUTE", "s = socket PF_INET6 dgram|cloexec",
    "p q = socketpair PF_UNIX SOCK_SEQPACKET|SOCK_NONBLOCK",
    "s = socket inet stream; bind s INADDR_LOOPBACK:0; listen s SOMAXCONN",
    "s = socket inet6 dgram; bind s in6addr_loopback:0", "s = socket inet dgram; poll s:POLLOUT|POLLWRNORM 0",
    "s = socket inet dgram; setsockopt s IP_TOS IPTOS_LOWDELAY; assert $? == 0",
    "s = socket inet dgram; setsockopt s IP_MTU_DISCOVER IP_PMTUDISC_DO",
    "s = socket inet dgram; setsockopt s IP_MULTICAST_IF INADDR_LOOPBACK",
    "a = getaddrinfo INADDR_LOOPBACK 80; assert $a.host == 127.0.0.1",
  ])
  @LoopActor func `C names are taken`(_ lines: String) async throws {
    let shell = ShellRun()
    #expect(await shell.ending("set -e", lines) == nil)
  }

  @Test @LoopActor func `the flags of the type have their effect`() async throws {
    let shell = ShellRun()
    try await shell("s = socket inet SOCK_DGRAM|SOCK_NONBLOCK", "recv s 1")
    #expect(try await shell("print $errno") == ["EAGAIN"])
    #expect(try await shell("socketpair unix stream 5", "print $errno").last == "EPROTONOSUPPORT")
  }

  @Test @LoopActor func `the protocol of a socket has the name of its family`() async throws {
    let shell = ShellRun()
    try await shell("s = socket netlink raw NETLINK_INET_DIAG")
    #expect(result(try await shell("getsockopt s SO_PROTOCOL")) == "NETLINK_SOCK_DIAG")
  }

  @Test(arguments: [
    ("socket AF_INT stream", "AF_INET"), ("socket inet SOCK_STREM", "SOCK_STREAM"),
    ("socket inet stream|nonblok", "NONBLOCK"), ("socket netlink raw NETLINK_ROUT", "NETLINK_ROUTE"),
    ("socket inet stream IPPROTO_TPC", "IPPROTO_TCP"),
  ])
  @LoopActor func `mistyped names have a suggestion`(_ line: String, _ name: String) async throws {
    guard case .misuse(let message)? = await ShellRun().ending(line) else {
      Issue.record("\(line) was taken")
      return
    }
    #expect(message.hasSuffix("did you mean \(name)?"), "\(message)")
  }
}
