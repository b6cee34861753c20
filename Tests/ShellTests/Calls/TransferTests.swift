import LoopTestSupport
import SocketLoop
import Testing

@testable import Shell

/// Sending and receiving, over pairs of Unix sockets and over loopback.
@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct TransferTests {
  @LoopActor
  private func pair(_ type: String) async throws -> ShellRun {
    let shell = ShellRun()
    try await shell("p q = socketpair unix \(type)")
    return shell
  }

  @Test(arguments: [
    ("send p \"abc\"; recv q 10", "3 \"abc\""), ("write p \"abc\"; read q 2", "2 \"ab\""),
    ("send p x\"00 ff\"; recv q 10", "2 \"\\x00\\xff\""), ("send p \"é\\t\"; recv q 10", "3 \"é\\t\""),
    ("send p \"abc\"; recv q 10 MSG_PEEK; recv q 10", "3 \"abc\""), ("close p; recv q 10", "0 \"\""),
    ("send p \"ab\"; spawn { sleep 10ms; send p \"cd\" }; recv q 4 MSG_WAITALL", "4 \"abcd\""),
    ("recv q 10 MSG_DONTWAIT", "-1 EAGAIN (Resource temporarily unavailable)"), ("send p \"\"", "0"),
    ("close q; send p \"x\"", "-1 EPIPE (Broken pipe)"),
    ("setsockopt q SO_RCVTIMEO 20ms; recv q 1", "-1 EAGAIN (Resource temporarily unavailable)"),
    ("send p \"abcdef\"; recv q 2k", "6 \"abcdef\""),
  ])
  @LoopActor func `streams`(_ line: String, _ expected: String) async throws {
    let lines = try await pair("stream")(line)
    #expect(result(lines.filter { !$0.hasPrefix("[") }) == expected)
  }

  @Test(arguments: [
    ("send p \"abc\"; recv q 2", "2 \"ab\""), ("send p \"abc\"; recv q 2 MSG_TRUNC", "2 of 3 \"ab\""),
    ("send p \"\"; recv q 9", "0 \"\""), ("send p \"ab\"; send p \"c\"; recv q 9; recv q 9", "1 \"c\""),
    ("send p \"abc\"; recvmsg q 2", "2 \"ab\" [flags MSG_TRUNC]"),
  ])
  @LoopActor func `datagrams keep their boundaries`(_ line: String, _ expected: String) async throws {
    #expect(result(try await pair("dgram")(line)) == expected)
  }

  @Test @LoopActor func `a blocking send on a stream takes everything, a non-blocking one what fits`() async throws {
    let shell = try await pair("stream")
    try await shell("set -q", "set data \"\(String(repeating: "x", count: 4096))\"")
    try await shell("setsockopt p SO_SNDBUF 4k", "fcntl p O_NONBLOCK")
    try await shell("repeat 1000 { send p $data MSG_DONTWAIT }", "assert errno EAGAIN")
    try await shell(
      "fcntl p 0", "spawn { repeat 2000 { recv q 64k MSG_DONTWAIT; sleep 1us } }", "send p $data", "assert $? == 4096",
      "stop")
  }

  @Test @LoopActor func `sendto names the receiver, recvfrom the sender`() async throws {
    let shell = ShellRun()
    try await shell("s = socket inet dgram", "bind s 127.0.0.1:0", "c = socket inet dgram", "bind c 127.0.0.1:0")
    try await shell("sendto c \"hello\" 0 $s.address", "data peer = recvfrom s 100", "assert $peer == $c.address")
    #expect(
      try await shell("sendto s \"back\" MSG_DONTWAIT 127.0.0.1:$peer.port", "recv c 9").last == "recv = 4 \"back\"")
    #expect(result(try await shell("send s \"x\""))?.hasPrefix("-1 EDESTADDRREQ") == true)
  }

  @Test @LoopActor func `descriptors are passed with SCM_RIGHTS, and arrive as sockets`() async throws {
    let shell = try await pair("stream")
    try await shell(
      "a b = socketpair unix stream", "sendmsg p \"fd\" SCM_RIGHTS:a", "data got = recvmsg q 10", "close a")
    #expect(try await shell("send got \"through\"", "recv b 9").last == "recv = 7 \"through\"")
    #expect(
      try await shell("sendmsg p \"2\" SCM_RIGHTS:b,got", "data both = recvmsg q 9", "print $both.count").last == "2")
  }

  @Test @LoopActor func `control messages are sent and received by their C names`() async throws {
    let shell = ShellRun()
    try await shell(
      "s = socket inet dgram", "bind s 127.0.0.1:0", "setsockopt s IP_RECVTTL on", "c = socket inet dgram")
    try await shell(
      "sendmsg c \"x\" to:$s.address IP_TTL:7", "data peer control = recvmsg s 9",
      "assert $control contains \"IP_TTL 7\"")
    try await shell(
      "sendmsg c \"x\" $s.address ip_ttl=9", "data peer control = recvmsg s 9", "assert $control contains \"IP_TTL 9\"")
  }

  @Test @LoopActor func `urgent data arrives apart from the stream`() async throws {
    let shell = ShellRun()
    try await shell("l = socket inet stream tcp", "bind l 127.0.0.1:0", "listen l", "c = socket inet stream tcp")
    try await shell(
      "connect c $l.address", "s = accept l", "send c \"a!\" MSG_OOB", "recv s 1 MSG_OOB", "assert $? == 1")
    #expect(try await shell("recv s 9").last == "recv = 1 \"a\"")
    #expect(try await shell("ioctl s SIOCATMARK").last == "ioctl = 1")
  }

  @Test(
    arguments: [
      ("recv q 16M", nil), ("recv q 17M", "'17M' is not a number from the range 0 to 16777216"),
      ("sendmsg p \"x\" IP_TLL:5", "no control message 'IP_TLL': did you mean IP_TTL?"),
      ("sendmsg p \"x\" SCM_RIGHTS:nobody", "SCM_RIGHTS: 'nobody' is no socket and no descriptor's number"),
      ("sendmsg p \"x\" SCM_CREDENTIALS:1,2", "SCM_CREDENTIALS: '1,2' is not PID,UID,GID"),
      ("recv q 1 MSG_NOSUCHFLAG", "'MSG_NOSUCHFLAG' is no flag"),
    ] as [(String, String?)])
  @LoopActor func `arguments are checked before the call`(_ line: String, _ message: String?) async throws {
    let shell = try await pair("dgram")
    try await shell("send p \"x\"")
    guard case .misuse(let text)? = await shell.ending(line) else {
      #expect(message == nil)
      return
    }
    #expect(message.map { text.contains($0) } == true, "\(text)")
  }
}
