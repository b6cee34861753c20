import SockTestSupport
import Testing

/// `relay`: faults on purpose.
@Suite(.endToEnd) struct FaultTests {
  /// Sends a message through a relay to an echo, and returns what the client says and how long it took.
  private static func echo(_ options: [String], _ message: String) throws -> Sock.Outcome {
    let relay = try SockListener.relay(options, "echo:")
    return try Sock.run(["send", "127.0.0.1", "\(relay.port)"], input: .text(message))
  }

  @Test("--delay passes everything on later, in order and whole, both ways")
  func delay() throws {
    let message = (1...20_000).map { "\($0)\n" }.joined()
    let outcome = try Self.echo(["--delay", "200ms", "--jitter", "20ms"], message)
    #expect(outcome.text == message && outcome.status == 0)
    #expect(outcome.seconds >= 0.4 && outcome.seconds < 5, "\(outcome.seconds)")
  }

  @Test("--cut-after passes so much on, then resets both sides")
  func cut() throws {
    let (server, port) = try PythonPeer.server(
      """
      got = b''
      try:
        while True:
          part = c.recv(100000)
          if not part: break
          got += part
        say('end', len(got))
      except ConnectionResetError: say('reset', len(got))
      """)
    let relay = try SockListener.relay(["--cut-after", "1000"], "127.0.0.1:\(port)")
    let client = try Sock.run(
      ["send", "127.0.0.1", "\(relay.port)"], input: .text(String(repeating: "x", count: 5000)))
    #expect(client.status == 74, "\(client)")
    #expect(try server.reply() == "reset 1000")
  }

  @Test("--reset-after resets both sides at its time, while they are idle and while neither takes anything")
  func resetAfter() throws {
    for isBusy in [false, true] {
      let (server, port) = try PythonPeer.server(
        """
        c.settimeout(20)
        if hear() == 'read':
          try: say('end' if not c.recv(1) else 'data')
          except ConnectionResetError: say('reset')
        else:
          time.sleep(0.6)
          try:
            while c.recv(100000): pass
            say('end')
          except ConnectionResetError: say('reset')
        """)
      let relay = try SockListener.relay(["--reset-after", "400ms", "--once"], "127.0.0.1:\(port)")
      let client = try PythonPeer.client(
        port: relay.port,
        """
        c.settimeout(20)
        start = time.monotonic()
        \(!isBusy ? "" : "try:\n  while True: c.sendall(b'x' * 100000)\nexcept ConnectionError: pass")
        try: say('end' if not c.recv(1) else 'data')
        except ConnectionResetError: say('reset')
        say(0.35 <= time.monotonic() - start < 10)
        """)
      try server.tell(isBusy ? "stall" : "read")
      #expect(try server.reply() == "reset")
      let ending = try client.reply()
      if !isBusy { #expect(ending == "reset") }
      #expect(try client.reply() == "True")
      let outcome = try relay.outcome()
      #expect(outcome.status == 74 && outcome.errors.contains("on purpose"), "\(outcome)")
    }
  }

  @Test("--stall-after passes so much on, and leaves the connection open")
  func stall() throws {
    let (server, port) = try PythonPeer.server("c.sendall(b'y' * 5000)\nc.close()\nsay('sent')")
    let relay = try SockListener.relay(["--stall-after", "1000"], "127.0.0.1:\(port)")
    let client = try PythonPeer.client(
      port: relay.port,
      """
      say(len(receive_exactly(c, 1000)))
      c.settimeout(0.3)
      try: say(c.recv(1))
      except TimeoutError: say('silence')
      """)
    #expect(try server.reply() == "sent")
    #expect(try client.reply() == "1000")
    #expect(try client.reply() == "silence")
  }

  @Test("--corrupt changes bytes, the same ones with the same --seed")
  func corrupt() throws {
    let message = String(repeating: "a", count: 100_000)
    func differing(_ seed: String) throws -> [UInt8] {
      let outcome = try Self.echo(["--corrupt", "0.001", "--seed", seed], message)
      #expect(outcome.output.count == 100_000)
      return outcome.output
    }
    let first = try differing("7")
    let changed = first.filter { $0 != UInt8(ascii: "a") }.count
    #expect((100...400).contains(changed), "\(changed)")
    #expect(try differing("7") == first)
    #expect(try differing("8") != first)
  }

  @Test("--chunk passes on at most so much with one call")
  func chunk() throws {
    let (server, port) = try PythonPeer.server(
      """
      say(len(receive_all(c)))
      """)
    let relay = try SockListener.relay(["--chunk", "7", "--log-hex", "/dev/stderr"], "127.0.0.1:\(port)")
    #expect(try Sock.run(["send", "127.0.0.1", "\(relay.port)", "twenty-one characters"]).status == 0)
    #expect(try server.reply() == "21")
    let pieces = relay.errors.text.split(separator: "\n").filter { $0.contains(" 1 left ") }
    #expect(pieces.count == 3, "\(pieces)")
  }

  @Test("Values that make no sense are refused, and so are faults of streams for datagrams")
  func refused() throws {
    for words in [
      ["0", "echo:", "--corrupt", "2"], ["0", "echo:", "--chunk", "0"], ["0", "echo:", "--delay", "soon"],
      ["udp://0", "udp://localhost:1", "--stall-after", "1"], ["0", "echo:", "--reset-after", "soon"],
    ] {
      #expect(try Sock.run(["relay"] + words).status == 64, "\(words)")
    }
  }
}
