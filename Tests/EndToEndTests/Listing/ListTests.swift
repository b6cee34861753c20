import Glibc
import SockTestSupport
import Testing

/// `sock list`: the kernel's list of sockets, and what is done with it.
@Suite(.endToEnd) struct ListTests {
  @Test func `a listener: its port, state and process`() throws {
    let listener = try SockListener(["-k"])
    let outcome = try Sock.run(["list", "tcp", "listening", ":\(listener.port)"])
    #expect(outcome.status == 0)
    let words = outcome.lines.last?.split(separator: " ").map(String.init) ?? []
    #expect(outcome.lines.count == 2)
    #expect(words.prefix(5) == ["tcp", "listening", "0", "4096", "127.0.0.1:\(listener.port)"], "\(outcome)")
    #expect(words.suffix(3) == ["sock", "(pid", "\(listener.process.identifier))"])
  }

  @Test func `a connection as JSON: both ends, the queue, TCP_INFO`() throws {
    let (peer, port) = try PythonPeer.server("say('open')\nhear()")
    let client = try Sock.start(["connect", "127.0.0.1", "\(port)"], input: .pipe)
    _ = try peer.reply()
    try client.input?.write("12345")
    var line = ""
    for _ in 0..<200 where !line.contains("\"receive-queue\":5,") {
      line = try Sock.run(["list", "--json", "local=127.0.0.1:\(port)", "state!=listening"]).text
    }
    #expect(line.contains("\"receive-queue\":5,"))
    #expect(
      line.hasPrefix(
        "{\"transport\":\"tcp\",\"state\":\"established\",\"local\":\"127.0.0.1:\(port)\",\"peer\":\"127.0.0.1:"))
    #expect(line.contains("\"tcp\":{\"ca_state\":0,") && line.contains("\"bytes_received\":5,"))
    #expect(line.contains("\"pid\":\(peer.process.identifier),"))
    try peer.tell()
    client.input?.close()
  }

  @Test(
    .enabled(if: Sock.canMakeNamespaces, "needs namespaces"),
    arguments: [("tcp", "-tan"), ("udp", "-uan"), ("mptcp", "-Man")])
  func `it lists what ss lists`(transport: String, flags: String) throws {
    let script = """
      "$SOCK" listen -k 127.0.0.1 4001 </dev/null & "$SOCK" listen -k ::1 4002 </dev/null &
      "$SOCK" listen -k 4003 </dev/null & "$SOCK" udp-recv 127.0.0.1 4004 & "$SOCK" listen -k --mptcp 127.0.0.1 4005 </dev/null &
      "$SOCK" wait 127.0.0.1:4001 [::1]:4002 127.0.0.1:4003 mptcp://127.0.0.1:4005
      sleep 30 | "$SOCK" connect 127.0.0.1 4001 & sleep 30 | "$SOCK" connect ::1 4003 &
      sleep 30 | "$SOCK" udp-send --wait 30 127.0.0.1 4004 x & sleep 1
      "$SOCK" list \(transport) | tail -n +2 | awk '{print $3, $4, $5, $6 == "-" ? "*" : $6}' | sort
      echo ==
      ss -H \(flags) | awk '{print $2, $3, $4, $5}' | sed 's/\\*:4003/[::]:4003/; s/\\[::ffff:\\([0-9.]*\\)\\]/\\1/g; s/ \\(0.0.0.0\\|\\[::\\]\\|\\*\\):\\*$/ */' | sort
      """
    let outcome = try Sock.inNamespace(script)
    guard let middle = outcome.lines.firstIndex(of: "=="), middle > 0 else {
      Issue.record("nothing was listed: \(outcome)")
      return
    }
    let ours = outcome.lines[..<middle].map { $0.replacing("[::ffff:127.0.0.1]", with: "127.0.0.1") }
    #expect(ours == Array(outcome.lines[(middle + 1)...]))
  }

  @Test func `a Unix socket by its path, with the process at the other end`() throws {
    let directory = try TemporaryDirectory()
    let server = try Sock.start(["listen", "-v", "-U", directory("socket")], input: .pipe)
    try server.errors?.waitForLine(containing: "listening")
    let client = try Sock.start(["connect", "-U", directory("socket")], input: .pipe)
    try server.errors?.waitForLine(containing: "accepted")
    let outcome = try Sock.run(["list", "unix", directory("socket"), "state=established"])
    #expect(
      outcome.lines.contains { $0.contains(directory("socket")) && $0.contains("sock (pid \(client.identifier))") })
    #expect(try Sock.run(["list", directory("so*"), "established"]).lines.count >= 2)
    #expect(try Sock.run(["list", directory("x*")]).lines.count == 1)
  }

  @Test func `a watch shows what opens and what closes`() throws {
    let port = try Ports.free()
    let watch = try Sock.start(["list", "--watch=50ms", "tcp", ":\(port)"])
    // The listener may be older than the first list; connections are not.
    let listener = try Sock.start(["listen", "-k", "--exec", "cat", "127.0.0.1", "\(port)"])
    try SocketTable.tcp.waitForListener(on: port)
    let client = try Sock.start(["connect", "127.0.0.1", "\(port)"], input: .pipe)
    let output = try #require(watch.output)
    _ = try output.waitForLine(containing: "opened tcp established 127.0.0.1:")
    client.input?.close()
    _ = try output.waitForLine(containing: "closed tcp 127.0.0.1:")
    kill(watch.identifier, SIGINT)
    #expect(try watch.wait().status == 0)
    kill(listener.identifier, SIGTERM)
    #expect(try Sock.run(["list", "--watch", "--deadline", "100ms", "tcp"]).status == 0)
  }

  @Test func `a comma means or, and several filters mean and`() throws {
    let stream = try SockListener(["-k"])
    let datagrams = try SockListener(["-u"])
    let ports = ":\(stream.port),:\(datagrams.port)"
    // Other tests may have sockets with these numbers.
    let ours = [stream, datagrams].map { "(pid \($0.process.identifier))" }
    func count(_ filter: String) throws -> Int {
      try Sock.run(["list", filter, ports]).lines.count { line in ours.contains { line.contains($0) } }
    }
    #expect(try count("tcp,udp") == 2)
    #expect(try count("udp") == 1)
    #expect(try count("transport!=tcp,udp") == 0)
  }

  @Test func `closing takes a filter, and says whether the kernel can`() throws {
    let refused = try Sock.run(["list", "--kill"])
    #expect(refused.status == 64 && refused.errors.contains("--kill needs a filter"))
    let listener = try SockListener(["-k"])
    let outcome = try Sock.run(["list", "--kill", "tcp", ":\(listener.port)"])
    #expect([0, 77, 78].contains(outcome.status))
    if outcome.status == 0 {
      #expect(outcome.text.hasPrefix("closed tcp 127.0.0.1:\(listener.port) "))
    } else {
      #expect(outcome.errors.contains(outcome.status == 78 ? "CONFIG_INET_DIAG_DESTROY" : "CAP_NET_ADMIN"))
      #expect(listener.process.isRunning)
    }
  }

  @Test(arguments: [
    ("listning", "did you mean listening?"), ("tpc", "did you mean tcp?"), ("80", "write :80 or process=80"),
    (":99999", "'99999' is no port"), (":9-1", "write 1-9"), ("10.0.0.0/33", "write how many bits"),
    ("state=lisening", "did you mean listening?"), ("sate=listening", "did you mean state=?"),
    ("port=", "has no value"), ("user=no-such-user", "there is no user"), ("local=here", "is no address"),
    ("interface=nowhere9", "there is no interface"), ("", "unknown filter ''"), ("tcp,ucp", "unknown filter 'ucp'"),
    ("tcp,", "unknown filter ''"),
  ])
  func `a wrong filter is refused, with what to write`(word: String, wanted: String) throws {
    let outcome = try Sock.run(["list", word])
    #expect(outcome.status == 64 && outcome.errors.contains(wanted), "\(outcome)")
  }

  @Test func `an address in use names who has it`() throws {
    let listener = try SockListener(["-k"])
    let owner = "sock (pid \(listener.process.identifier))"
    let second = try Sock.run(["listen", "127.0.0.1", "\(listener.port)"])
    #expect(second.status == 71)
    #expect(second.errors.contains("(EADDRINUSE): \(owner) is listening on 127.0.0.1:\(listener.port)\n"), "\(second)")
    // By way of the wildcard, too.
    #expect(try Sock.run(["listen", "\(listener.port)"]).errors.contains("\(owner) is listening on"))
    let client = try Sock.run(
      ["connect", "-s", "127.0.0.1", "-p", "\(listener.port)", "127.0.0.1", "\(try Ports.free())"])
    #expect(client.errors.contains("\(owner) is listening on"), "\(client)")
    let datagrams = try SockListener(["-u"])
    let third = try Sock.run(["listen", "-u", "127.0.0.1", "\(datagrams.port)"])
    #expect(third.errors.contains("sock (pid \(datagrams.process.identifier)) has 127.0.0.1:\(datagrams.port)"))
  }

  @Test func `a Unix path in use names who has it`() throws {
    let directory = try TemporaryDirectory()
    let server = try Sock.start(["listen", "-v", "-U", directory("socket")], input: .pipe)
    try server.errors?.waitForLine(containing: "listening")
    let second = try Sock.run(["listen", "-U", directory("socket")])
    #expect(
      second.errors.contains("sock (pid \(server.identifier)) is listening on \(directory("socket"))"), "\(second)")
  }
}
