import SockTestSupport
import Testing

/// `udp-send` without a message: standard input is one datagram.
@Suite(.endToEnd) struct WholeInputTests {
  /// Sends standard input to a receiver that says the length and the digest of one datagram.
  private func send(_ words: [String], _ input: [UInt8], host: String = "127.0.0.1") throws -> [UInt8] {
    let listener = try SockListener(["--count", "1"], verb: "udp-recv", host: host)
    let outcome = try Sock.run(["udp-send", host, "\(listener.port)"] + words, input: .bytes(input))
    #expect(outcome.status == 0, "\(outcome)")
    return try listener.outcome().output
  }

  @Test("Every byte of it, zeros and all", arguments: [[], ["-"]])
  func wholeInput(_ words: [String]) throws {
    #expect(try send(words, [0, 10, 97, 0, 255, 10]) == [0, 10, 97, 0, 255, 10])
    let largest = [UInt8](repeating: 7, count: 65_507)
    #expect(try send(words, largest) == largest)
    #expect(try send(words, []) == [])
  }

  @Test("Pieces that come one after the other are one datagram")
  func pieces() throws {
    let listener = try SockListener(["--count", "1"], verb: "udp-recv")
    let sock = try Sock.start(["udp-send", "127.0.0.1", "\(listener.port)"], input: .pipe)
    try sock.input?.write("one ")
    #expect(sock.keepsRunning(for: .milliseconds(200)))
    try sock.input?.write("two")
    sock.input?.close()
    #expect(try listener.outcome().text == "one two")
    #expect(try Sock.outcome(of: sock).status == 0)
  }

  @Test("Behind -- a hyphen is a message")
  func hyphen() throws { #expect(try send(["--", "-"], [120]) == [45]) }

  @Test("Input that is too long is 65, with the limit, and nothing is sent", arguments: [65_508, 300_000])
  func tooLong(_ count: Int) throws {
    let (peer, port) = try PythonPeer.datagrams("say(s.recv(99))")
    let words = ["udp-send", "127.0.0.1", "\(port)"]
    let outcome = try Sock.run(words, input: .bytes([UInt8](repeating: 0, count: count)))
    #expect(outcome.status == 65 && outcome.errors.contains("65507 bytes at most"), "\(outcome)")
    _ = try Sock.run(words + ["next"])
    #expect(try peer.reply() == "b'next'")
  }

  @Test("A closed standard input is 74, and the deadline bounds reading it")
  func noInput() throws {
    #expect(try Sock.run(["udp-send", "127.0.0.1", "9"], input: .closed).status == 74)
    let sock = try Sock.start(["udp-send", "--deadline", "200ms", "127.0.0.1", "9"], input: .pipe)
    #expect(try sock.wait(within: .seconds(10)).status == 75)
  }
}
