import SockTestSupport
import Testing

/// DTLS, which protects datagrams: sock-tls(7).
@Suite(.endToEnd) struct DTLSTests {
  @Test("Datagrams stay whole in both directions, and a close_notify ends both", arguments: ["connect", "send"])
  func bothWays(_ verb: String) throws {
    let listener = try SockListener(["--dtls", "-v"], input: .text("from the server"))
    let pin = try DTLSPeer.pin(of: listener)
    let client = try Sock.run(
      [verb, "-v", "dtls://127.0.0.1:\(listener.port)", "--tls-pin", pin] + (verb == "send" ? ["hello"] : []),
      input: .text("hello"))
    #expect(client.status == 0 && client.text == "from the server", "\(client)")
    #expect(client.errors.contains("sock: secured 127.0.0.1:\(listener.port): DTLSv1.2, "))
    let outcome = try listener.outcome()
    #expect(outcome.status == 0 && outcome.text == "hello", "\(outcome)")
    #expect(outcome.errors.contains("sock: listening on 127.0.0.1:\(listener.port) (udp)\n"))
  }

  @Test("Other programs' clients and servers understand it", arguments: ["openssl", "openssl -listen", "socat"])
  func foreignServers(_ program: String) throws {
    let pair = try DTLSPeer.Identity()
    let port = try Ports.free()
    let files = ["-cert", pair.certificate, "-key", pair.key]
    let server =
      program == "socat"
      ? try RunningProcess(
        "socat",
        ["OPENSSL-DTLS-LISTEN:\(port),bind=127.0.0.1,cert=\(pair.certificate),key=\(pair.key),verify=0", "EXEC:cat"])
      : try RunningProcess(
        "openssl",
        ["s_server", "-dtls1_2", "-accept", "127.0.0.1:\(port)", "-quiet"] + files
          + (program == "openssl" ? [] : ["-listen"]), input: .pipe)
    try SocketTable.udp.waitForListener(on: port)
    let client = try Sock.start(
      ["connect", "--dtls", "localhost", "\(port)", "-4", "--tls-trust", pair.trust], input: .pipe)
    try client.input?.write("one\n")
    if program == "socat" {
      try client.output?.waitForBytes(4)
      client.input?.close()
      #expect(try Sock.outcome(of: client).text == "one\n")
    } else {
      _ = try server.output?.waitForLine(containing: "one")
      try server.input?.write("two\n")
      try client.output?.waitForBytes(4)
      client.input?.close()
      let outcome = try Sock.outcome(of: client)
      #expect(outcome.status == 0 && outcome.text == "two\n", "\(outcome)")
    }
  }

  @Test("Other programs' clients are served", arguments: ["openssl", "socat"])
  func foreignClients(_ program: String) throws {
    let pair = try DTLSPeer.Identity()
    let listener = try SockListener(["--dtls"] + pair.arguments, input: .text("two\n"))
    let client =
      program == "socat"
      ? try RunningProcess(
        "socat", ["-", "OPENSSL-DTLS-CLIENT:localhost:\(listener.port),pf=ip4,cafile=\(pair.trust)"], input: .pipe)
      : try RunningProcess(
        "openssl",
        ["s_client", "-dtls1_2", "-quiet", "-CAfile", pair.trust, "-verify_return_error", "-connect"]
          + ["127.0.0.1:\(listener.port)"], input: .pipe)
    _ = try client.output?.waitForLine(containing: "two")
    try client.input?.write("one\n")
    try listener.output.waitForBytes(4)
    client.input?.close()
    client.send(15)
    #expect(listener.output.text == "one\n")
  }

  @Test(
    "Lost, repeated, cut, reordered and made-up datagrams do no harm to a handshake",
    arguments: [
      "x", ".x", "..x", "...x", "....x", "x.x.x", "2222222222", "cccccccccc", "<.<.<.<.", "gggggggggg", "..<2",
      "...<c2g",
    ])
  func badNetwork(_ fates: String) throws {
    let pair = try DTLSPeer.Identity()
    let listener = try SockListener(["--dtls"] + pair.arguments)
    let (network, port) = try DTLSPeer.network(to: listener.port, fates)
    defer { network.process.send(15) }
    let client = try Sock.run(
      ["send", "--dtls", "127.0.0.1", "\(port)", "--tls-trust", pair.trust, "one datagram"], within: .seconds(20))
    #expect(client.status == 0, "\(client)")
    let outcome = try listener.outcome()
    #expect(outcome.status == 0 && outcome.text == "one datagram", "\(outcome)")
  }

  @Test("A datagram that is repeated on its way is read once")
  func replays() throws {
    let pair = try DTLSPeer.Identity()
    let listener = try SockListener(["--dtls"] + pair.arguments)
    let (network, port) = try DTLSPeer.network(to: listener.port, ".......2222222222222222")
    defer { network.process.send(15) }
    let client = try Sock.start(
      ["connect", "--dtls", "127.0.0.1", "\(port)", "--tls-trust", pair.trust, "--frame", "line"],
      input: .text("a\nb\nc\nd\n"))
    #expect(try Sock.outcome(of: client).status == 0)
    #expect(try listener.outcome().text == "a\nb\nc\nd\n")
  }

  @Test("A port that nobody listens on is refused, on each address, and a silent one times out")
  func nobody() throws {
    let port = try Ports.free()
    for words in [["send", "--dtls", "127.0.0.1", "\(port)", "x"], ["connect", "dtls://127.0.0.1:\(port)"]] {
      let outcome = try Sock.run(words, within: .seconds(10))
      #expect(
        outcome.status == 69 && outcome.errors.contains("refused: Connection refused (ECONNREFUSED)"), "\(outcome)")
    }
    let (silent, other) = try PythonPeer.datagrams("hear()")
    defer { silent.process.send(15) }
    for option in ["--timeout", "--handshake-timeout"] {
      let outcome = try Sock.run(["connect", "--dtls", option, "300ms", "127.0.0.1", "\(other)"], within: .seconds(5))
      #expect(outcome.status == 75, "\(outcome)")
      #expect(outcome.errors == "sock: 127.0.0.1:\(other) has not finished the handshake of DTLS in time\n")
    }
    let check = try Sock.run(["connect", "-z", "--dtls", "127.0.0.1", "\(port)"])
    #expect(check.status == 69)
  }

  @Test("Who is not trusted is told in the sentences of TLS")
  func trust() throws {
    let pair = try DTLSPeer.Identity()
    let listener = try SockListener(["-k", "--dtls"] + pair.arguments)
    func check(_ arguments: [String]) throws -> Sock.Outcome {
      try Sock.run(["connect", "-z", "--dtls", "127.0.0.1", "\(listener.port)"] + arguments, within: .seconds(10))
    }
    #expect(try check(["--tls-trust", pair.trust]).status == 0)
    let unknown = try check([])
    #expect(unknown.status == 76 && unknown.errors.contains("is not trusted: its certificate"), "\(unknown)")
    let name = try check(["--tls-trust", pair.trust, "--tls-name", "example.org"])
    #expect(name.status == 76 && name.errors.contains("not for example.org"), "\(name)")
    #expect(try check(["--tls-no-verify"]).status == 0)
    let version = try check(["--tls-trust", pair.trust, "--tls-version", "1.0", "--tls-ciphers", "DEFAULT@SECLEVEL=0"])
    #expect(version.status == 76, "\(version)")
  }

  @Test("What a record cannot carry is refused, and an empty datagram too")
  func sizes() throws {
    let listener = try SockListener(["-k", "--dtls"])
    let pin = try DTLSPeer.pin(of: listener)
    let address = ["--dtls", "127.0.0.1", "\(listener.port)", "--tls-pin", pin]
    let large = try Sock.run(["send"] + address + [String(repeating: "x", count: 16_385)])
    #expect(large.status == 65, "\(large)")
    #expect(large.errors.contains("a datagram of DTLS carries 16384 bytes at most, and this one would have 16385"))
    let empty = try Sock.run(["send"] + address + [""])
    #expect(empty.status == 65 && empty.errors.contains("DTLS cannot carry an empty datagram"), "\(empty)")
    let largest = try Sock.run(["send"] + address + [String(repeating: "x", count: 16_384)])
    #expect(largest.status == 0, "\(largest)")
    try listener.output.waitForBytes(16_384)
    // A pipe has no datagrams: it is split.
    let file = try Sock.run(["send", "--no-reply"] + address, input: .text(String(repeating: "y", count: 40_000)))
    #expect(file.status == 0, "\(file)")
    try listener.output.waitForBytes(56_384)
  }

  @Test(
    "A path that has become narrower does not stop a handshake, and a datagram that is too long for it is an error",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"))
  func narrowPath() throws {
    let pair = try DTLSPeer.Identity()
    let outcome = try Sock.inNamespace(
      TestNetwork.routed + """
        ip -n r link set r1 mtu 600; ip -n b link set b0 mtu 600
        ip netns exec b $SOCK listen -k --dtls \(pair.arguments.joined(separator: " ")) \
          --tls-client-trust \(pair.trust) 10.2.0.1 7 >$TMP & until ip netns exec b ss -lun | grep -q :7; do :; done
        set +e
        own='--dtls --tls-name localhost --tls-trust \(pair.trust) \(pair.arguments.joined(separator: " "))'
        $SOCK send $own 10.2.0.1 7 "$(head -c 2000 /dev/zero | tr '\\0' x)"; echo $?
        $SOCK send $own -o IP_MTU_DISCOVER=do 10.2.0.1 7 "$(head -c 1000 /dev/zero | tr '\\0' y)"; echo $?
        wc -c <$TMP
        """)
    #expect(outcome.lines == ["0", "65", "2000"], "\(outcome)")
    #expect(
      outcome.errors.contains(
        "a datagram of 1000 bytes is too long for the path to the peer, which takes packets of 600 bytes"), "\(outcome)"
    )
  }

  @Test(
    "Mistakes are told before anything is sent",
    arguments: [
      (["connect", "--dtls", "--tls", "127.0.0.1", "1"], "--dtls and --tls exclude each other"),
      (["connect", "--dtls", "tls://127.0.0.1:1"], "--dtls and 'tls://127.0.0.1:1' name two transports"),
      (["connect", "--tls", "dtls://127.0.0.1:1"], "--tls is for streams of bytes, and DTLS for datagrams"),
      (["connect", "--dtls", "--sctp", "127.0.0.1", "1"], "--dtls and --sctp exclude each other"),
      (["connect", "--dtls", "unix:/none"], "--dtls and 'unix:/none' name two transports"),
      (
        ["connect", "--dtls", "--datagram-size", "16385", "127.0.0.1", "1"], "--datagram-size 16385: a datagram of DTLS"
      ),
      (["connect", "--dtls", "--tls-version", "1.3", "127.0.0.1", "1"], "--tls-version: DTLS has the versions"),
      (["connect", "--dtls", "--broadcast", "127.0.0.1", "1"], "--broadcast is for datagrams without a session"),
      (["udp-send", "dtls://127.0.0.1:1", "x"], "dtls:// is for connect, send, listen, recv, relay and wait"),
    ])
  func mistakes(_ words: [String], _ message: String) throws {
    let outcome = try Sock.run(words, within: .seconds(10))
    #expect(outcome.status == 64, "\(outcome)")
    #expect(outcome.errors.hasPrefix("sock: " + message), "\(outcome)")
  }
}
