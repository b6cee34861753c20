import Glibc
import SockTestSupport
import Testing

/// Endpoints: each form reaches the same place.
@Suite(.endToEnd) struct EndpointTests {
  static let echoes = "c.sendall(b'reached ' + receive_all(c))\nc.close()"

  @Test(
    "connect reaches a server by every form of endpoint",
    arguments: [
      "127.0.0.1 PORT", "127.0.0.1:PORT", "tcp://127.0.0.1:PORT", "tcp!127.0.0.1!PORT", "localhost PORT",
      "localhost:PORT", "tcp:127.0.0.1:PORT", "TCP:localhost:PORT", "tcp4:localhost:PORT", "tcp4://localhost:PORT",
      "tcp://localhost:PORT", "-4 localhost PORT", "--type stream 127.0.0.1 PORT",
    ])
  func connectTakesEveryForm(_ form: String) throws {
    let (_, port) = try PythonPeer.server(Self.echoes)
    let words = form.split(separator: " ").map { $0.replacing("PORT", with: "\(port)") }
    let outcome = try Sock.run(["connect"] + words, input: .text("x"))
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.text == "reached x")
  }

  @Test(
    "connect reaches an IPv6 server",
    arguments: [
      "::1 PORT", "[::1]:PORT", "tcp://[::1]:PORT", "tcp!::1!PORT", "-6 ::1 PORT", "tcp:[::1]:PORT", "tcp6:[::1]:PORT",
    ])
  func connectReachesIPv6(_ form: String) throws {
    let (_, port) = try PythonPeer.server(host: "::1", Self.echoes)
    let words = form.split(separator: " ").map { $0.replacing("PORT", with: "\(port)") }
    let outcome = try Sock.run(["send"] + words + ["x"])
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.text == "reached x")
  }

  @Test(
    "connect reaches a UDP socket",
    arguments: [
      "-u 127.0.0.1 PORT", "udp://127.0.0.1:PORT", "udp!127.0.0.1!PORT", "-u 127.0.0.1:PORT", "-u localhost PORT",
      "udp:127.0.0.1:PORT", "udp4:localhost:PORT", "--type dgram 127.0.0.1 PORT",
    ])
  func connectReachesUDP(_ form: String) throws {
    let (peer, port) = try PythonPeer.datagrams("say(s.recv(100).decode())")
    let words = form.split(separator: " ").map { $0.replacing("PORT", with: "\(port)") }
    let outcome = try Sock.run(["send", "-q", "0"] + words + ["x"])
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try peer.reply() == "x")
  }

  @Test(
    "listen takes the same forms",
    arguments: [
      "127.0.0.1:0", "tcp://127.0.0.1:0", "tcp!127.0.0.1!0", "[::1]:0", "localhost:0", "tcp:127.0.0.1:0", "tcp4:0",
      "tcp:0",
    ])
  func listenTakesEveryForm(_ form: String) throws {
    let process = try Sock.start(["listen", form], input: .text("hello"))
    let line = try process.errors?.waitForLine(containing: "listening") ?? ""
    let host = form.hasPrefix("[") ? "::1" : "127.0.0.1"
    #expect(try Sock.run(["connect", host, "\(SockListener.port(in: line))"]).text == "hello")
    #expect(try process.wait().status == 0)
  }

  @Test(
    "An endpoint with a family uses that family only",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"),
    arguments: [
      ("send -w 1s tcp6:both:1 x", "[::1]:1", "127.0.0.1"), ("send -w 1s tcp4://both:1 x", "127.0.0.1:1", "[::1]"),
      ("ping -c 1 -w 1s tcp6:both:1", "[::1]:1", "127.0.0.1"),
    ])
  func familyOfEndpoint(_ line: String, _ used: String, _ unused: String) throws {
    let outcome = try Sock.inNamespace(TestNetwork.twoFamilies + "exec $SOCK \(line) 2>&1")
    #expect(outcome.text.contains(used) || outcome.text.contains("refused"), "\(outcome)")
    #expect(!outcome.text.contains(unused), "\(outcome)")
  }

  @Test("A Unix path can be written in both forms", arguments: ["-U PATH", "unix:PATH"])
  func unixPathHasTwoForms(_ form: String) throws {
    let directory = try TemporaryDirectory()
    let words = form.split(separator: " ").map { $0.replacing("PATH", with: directory("s")) }
    let server = try Sock.start(["listen"] + words, input: .text("hello"))
    try SocketTable.waitForUnixSocket(directory("s"))
    #expect(try Sock.run(["connect"] + words).text == "hello")
    #expect(try server.wait().status == 0)
  }

  @Test("fd:N takes over a connected socket")
  func connectedDescriptorIsTakenOver() throws {
    let (_, port) = try PythonPeer.server(Self.echoes)
    let socket = try Descriptor.connected(to: port)
    let outcome = try Sock.run(["connect", "fd:5"], input: .text("x"), descriptors: [5: socket])
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.text == "reached x")
  }

  @Test("Options are set on a socket given as fd:N, too")
  func optionsAreSetOnADescriptor() throws {
    let (peer, port) = try PythonPeer.server("say(c.recv(10).decode())")
    let socket = try Descriptor.connected(to: port)
    let outcome = try Sock.run(
      ["send", "-v", "--no-reply", "--ttl", "9", "-o", "SO_KEEPALIVE=on", "fd:5", "x"], descriptors: [5: socket])
    #expect(outcome.status == 0 && outcome.errors.contains("SO_KEEPALIVE: asked on, got on"), "\(outcome)")
    #expect(try peer.reply() == "x")
    var hops: CInt = 0
    var length = socklen_t(MemoryLayout<CInt>.size)
    #expect(getsockopt(socket.raw, CInt(IPPROTO_IP), IP_TTL, &hops, &length) == 0 && hops == 9)
  }

  @Test(
    "What cannot be set on such a socket is refused",
    arguments: [
      ("send -s 127.0.0.1 fd:5 x", "connected already"), ("send -p 99 fd:5 x", "connected already"),
      ("send --broadcast fd:5 x", "fd:5 is no socket of those"),
      ("recv --group 239.1.2.3 fd:6", "fd:6 is no socket of those"),
      ("send --ttl 3 fd:7 x", "fd:7 has none"),
    ])
  func unusableOptionOfDescriptorIsRefused(_ line: String, _ complaint: String) throws {
    let (_, port) = try PythonPeer.server("hear()")
    let (listening, _) = try Descriptor.listening()
    let outcome = try Sock.run(
      line.split(separator: " ").map(String.init),
      descriptors: [5: try Descriptor.connected(to: port), 6: listening, 7: try SocketPair().theirs])
    #expect(outcome.status == 64 && outcome.errors.contains(complaint), "\(outcome)")
  }

  @Test("fd:N takes over one end of a socket pair")
  func socketPairIsTakenOver() throws {
    let pair = try SocketPair()
    let sock = try Sock.start(["connect", "fd:3"], input: .text("from sock"), descriptors: [3: pair.theirs])
    pair.theirs.close()
    try pair.ours.write("from the test")
    #expect(try pair.ours.read() == Array("from sock".utf8))
    #expect(try pair.ours.read() == nil)
    pair.ours.close()
    let outcome = try Sock.outcome(of: sock)
    #expect(outcome.status == 0)
    #expect(outcome.text == "from the test")
  }

  @Test("listen fd:N accepts on a socket that is already listening")
  func listeningDescriptorIsTakenOver() throws {
    let (socket, port) = try Descriptor.listening()
    let sock = try Sock.start(["listen", "fd:3"], input: .text("hello"), descriptors: [3: socket])
    socket.close()
    let client = try Sock.run(["connect", "127.0.0.1", "\(port)"], input: .text("hi"))
    #expect(client.text == "hello")
    let outcome = try Sock.outcome(of: sock)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.text == "hi")
  }

  @Test(
    "A service name stands for its port",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"))
  func serviceNameIsItsPort() throws {
    let outcome = try Sock.inNamespace(
      """
      echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start
      printf 'hello' | $SOCK listen 127.0.0.1 http &
      for n in $(seq 200); do ss -Hltn sport = :80 | grep -q . && break; sleep 0.02; done
      $SOCK connect 127.0.0.1:http < /dev/null
      """)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.text == "hello")
  }

  @Test("mptcp:// and --mptcp use MPTCP where the kernel has it")
  func mptcpIsSpoken() throws {
    let server = try Sock.start(["listen", "--mptcp", "127.0.0.1", "0"], input: .text("hello"))
    let line = try server.errors?.waitForLine(containing: "listening") ?? ""
    #expect(line.hasSuffix("(mptcp)"))
    let outcome = try Sock.run(["connect", "-v", "mptcp://127.0.0.1:\(SockListener.port(in: line))"])
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.text == "hello")
    #expect(outcome.errors.contains("(mptcp)"))
  }

  @Test("udplite:// and --udplite use UDP-Lite")
  func udpLiteIsSpoken() throws {
    let server = try Sock.start(["udp-recv", "--udplite", "--count", "1", "127.0.0.1", "0"])
    let line = try server.errors?.waitForLine(containing: "listening") ?? ""
    let outcome = try Sock.run(["udp-send", "udplite://127.0.0.1:\(SockListener.port(in: line))", "hello"])
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try Sock.outcome(of: server).text == "hello")
  }

  @Test("listen PORT serves both families")
  func listenServesBothFamilies() throws {
    for host in ["127.0.0.1", "::1"] {
      let port = try Ports.free()
      let server = try Sock.start(["listen", "\(port)"], input: .text("hello"))
      try SocketTable.tcp.waitForListener(on: port)
      #expect(try Sock.run(["connect", host, "\(port)"]).text == "hello")
      #expect(try server.wait().status == 0)
    }
  }

  @Test("listen 0 has the same port in both families")
  func portZeroIsTheSameInBothFamilies() throws {
    let server = try Sock.start(["listen", "-k", "0"], input: .pipe)
    let line = try server.errors?.waitForLine(containing: "listening") ?? ""
    let port = try SockListener.port(in: line)
    for host in ["127.0.0.1", "::1"] {
      #expect(try Sock.run(["send", "--no-reply", host, "\(port)", "x"]).status == 0)
    }
    try server.output?.waitForBytes(2)
  }

  @Test("With -4 or -6, listen serves one family only")
  func listenInOneFamily() throws {
    for (flag, works, fails) in [("-4", "127.0.0.1", "::1"), ("-6", "::1", "127.0.0.1")] {
      let port = try Ports.free()
      let server = try Sock.start(["listen", "-k", flag, "\(port)"], input: .pipe)
      try SocketTable.tcp.waitForListener(on: port)
      #expect(try Sock.run(["send", "--no-reply", works, "\(port)", "x"]).status == 0)
      #expect(try Sock.run(["connect", fails, "\(port)"]).status == 69)
      #expect(server.isRunning)
    }
  }

  @Test(
    "listen localhost binds every address it resolves to",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"))
  func listenBindsEveryAddress() throws {
    let outcome = try Sock.inNamespace(
      TestNetwork.twoFamilies + """
        $SOCK listen -k both 7000 < /dev/null > $TMP.out &
        server=$!
        for n in $(seq 200); do [ $(ss -Hltn sport = :7000 | wc -l) = 2 ] && break; sleep 0.02; done
        $SOCK send --no-reply 127.0.0.1 7000 four
        $SOCK send --no-reply ::1 7000 six
        for n in $(seq 200); do [ $(stat -c %s $TMP.out) = 7 ] && break; sleep 0.02; done
        kill $server
        cat $TMP.out; rm $TMP.out
        """)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.text == "foursix")
  }

  @Test(
    "connect falls back to the other family when one refuses",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"), arguments: ["127.0.0.1", "::1"])
  func connectFallsBack(_ host: String) throws {
    let outcome = try Sock.inNamespace(
      TestNetwork.twoFamilies + """
        printf hello | $SOCK listen \(host) 7000 &
        for n in $(seq 200); do ss -Hltn sport = :7000 | grep -q . && break; sleep 0.02; done
        exec $SOCK connect both 7000 < /dev/null
        """)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.text == "hello")
    #expect(outcome.seconds < 5)
  }

  @Test(
    "The error of connect lists each attempt with its cause",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"))
  func errorListsEachAttempt() throws {
    let outcome = try Sock.inNamespace(TestNetwork.twoFamilies + "exec $SOCK connect both 7000")
    #expect(outcome.status == 69)
    #expect(outcome.errors.contains("127.0.0.1"))
    #expect(outcome.errors.contains("::1"))
    #expect(outcome.errors.split(separator: "ECONNREFUSED").count >= 3, "\(outcome.errors)")
  }
}
