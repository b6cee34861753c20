import LoopTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Shell

/// `explain` and `help` with a name.
@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct ExplanationTests {
  @Test(arguments: [
    ("listen", "net.core.somaxconn, here "), ("accept", "one that poll reported may be gone"),
    ("accept", "ECONNABORTED: "), ("gethostbyname", "HOST_NOT_FOUND: "), ("gethostbyname", "TRY_AGAIN: "),
    ("gethostbyaddr", "NO_RECOVERY: "), ("gethostbyname", "NO_DATA: "),
    ("TCP_NODELAY", "option of IPPROTO_TCP, number 1"),
    ("so_rcvbuf", "takes 0 to "), ("ECONNREFUSED", "111  Connection refused"),
    ("ECONNREFUSED", "  connect: the host answered"),
    ("EWOULDBLOCK", "EWOULDBLOCK = EAGAIN  11"), ("EAI_NONAME", "no such host or service"),
    ("HOST_NOT_FOUND", "gethostbyname, gethostbyaddr: "), ("AF_INET", "addresses: HOST:PORT"),
    ("AF_UNIX", "sockets: SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET"), ("SOCK_SEQPACKET", "a type"),
    ("IPPROTO_SCTP", "132 (0x84)"), ("MSG_PEEK", "a flag of send and recv: leave"), ("SHUT_WR", "FIN"),
    ("SOL_SOCKET", "a level of"), ("POLLRDHUP", "an event of poll"), ("MCAST_JOIN_GROUP", "option of IPPROTO_IPV6"),
    ("IPV6_DSTOPTS", "needs CAP_NET_RAW"), ("if", "runs a block"),
  ])
  @LoopActor func `names are explained`(_ name: String, _ part: String) async throws {
    let lines = try await ShellRun()("explain \(name)")
    #expect(lines.contains { $0.containsBytes(of: part) }, "\(lines)")
    #expect(try await ShellRun()("help \(name)") == lines)
  }

  @Test @LoopActor func `an unknown name gets the nearest one, and never itself`() async {
    #expect(
      await ShellRun().ending("explain TCP_NODELY")
        == .misuse("1:9: no call, error or constant 'TCP_NODELY': did you mean TCP_NODELAY?"))
    #expect(
      await ShellRun().ending("help xyzzy")
        == .misuse("1:6: no call, error or constant 'xyzzy': 'help' lists the calls"))
  }
}

@Suite struct ExplainedNamesTests {
  @Test func `every name that is known is explained, in one block of lines that begins with it`()
    async throws
  {
    for name in Explanation.names {
      let lines = try #require(Explanation.lines(about: name), "\(name)")
      #expect(lines[0].uppercased().hasPrefix(name.uppercased()), "\(lines)")
    }
  }
}
