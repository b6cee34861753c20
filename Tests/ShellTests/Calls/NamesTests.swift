import LoopTestSupport
import SocketLoop
import Testing

@testable import Shell

/// Looking up names and interfaces, of this host only.
@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct NamesTests {
  @Test(
    arguments: [
      ("getaddrinfo 127.0.0.1 80", "127.0.0.1:80"), ("getaddrinfo ::1 80", "[::1]:80"),
      ("getaddrinfo 127.0.0.1 80 inet dgram", "127.0.0.1:80"), ("a = getaddrinfo 127.0.0.1 7; print $a.port", nil),
      ("getnameinfo 127.0.0.1:0", nil), ("if_nametoindex lo", "1"), ("if_indextoname 1", "lo"),
      ("getaddrinfo ::1 80 inet", "-1 EAI_ADDRFAMILY (Address family for hostname not supported)"),
      ("getaddrinfo 127.0.0.1 70000", "-1 EAI_SERVICE (port 70000 is out of range: 0 to 65535)"),
      ("getaddrinfo 127.0.0.1 80 unix", "-1 EAI_FAMILY (ai_family not supported)"),
      ("getaddrinfo 127.0.0.1 80 unspec stream AI_NUMERICHOST|AI_NUMERICSERV", "127.0.0.1:80"),
      ("getaddrinfo 127.0.0.1 80 inet stream 0x8000000", "-1 EAI_BADFLAGS (Bad value for ai_flags)"),
      ("getaddrinfo localhost 80 inet stream AI_NUMERICHOST", "-1 EAI_NONAME (Name or service not known)"),
      ("getaddrinfo * 80 inet stream AI_PASSIVE", "0.0.0.0:80"),
      ("getnameinfo 127.0.0.1:80 NI_NUMERICHOST|NI_NUMERICSERV", "127.0.0.1 80"),
      ("getaddrinfo fe80::1%nosuch0 80", nil),
      ("if_nametoindex nosuch0", "-1 ENODEV (No such device)"),
      ("if_indextoname 2147483647", "-1 ENXIO (No such device or address)"),
    ] as [(String, String?)])
  @LoopActor func `numeric names need no name server`(_ line: String, _ expected: String?) async throws {
    let lines = try await ShellRun()(line)
    if let expected { #expect(result(lines) == expected) } else { #expect(!lines.isEmpty) }
  }

  @Test @LoopActor func `an address is used by its variable`() async throws {
    let shell = ShellRun()
    try await shell("l = socket inet stream", "bind l 127.0.0.1:0", "listen l", "c = socket inet stream")
    try await shell(
      "a = getaddrinfo 127.0.0.1 $l.port", "connect c $a", "assert $errno == 0", "assert $a.port == $l.port")
  }

  @Test @LoopActor func `the wildcard is one address for each family`() async throws {
    #expect(result(try await ShellRun()("getaddrinfo * 80 inet")) == "0.0.0.0:80")
  }

  @Test @LoopActor func `interfaces are listed by name`() async throws {
    try await ShellRun()("names = if_nameindex", "assert $names contains lo", "assert $? == $names.count")
  }
}
