import SockTestSupport
import Testing

/// Datagrams: which peers share a session, for how long, and what a refusal means.
@Suite(.endToEnd) struct DatagramSessionTests {
  /// A client that prints what it receives, and sends what it is told to.
  static func client(port: Int, named name: String) throws -> PythonPeer {
    try PythonPeer(
      """
      s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      s.connect(('127.0.0.1', \(port)))
      def listener():
        while True: say('\(name) got', s.recv(70000).decode())
      threading.Thread(target=listener, daemon=True).start()
      while True:
        line = hear()
        if not line: break
        s.send(line.encode())
      """)
  }

  @Test("listen -u takes the first peer for its session")
  func listenTakesTheFirstPeer() throws {
    let listener = try SockListener(["-u"], input: .pipe)
    let first = try Self.client(port: listener.port, named: "first")
    let second = try Self.client(port: listener.port, named: "second")
    try first.tell("one")
    try listener.output.waitForBytes(3)
    try second.tell("two")
    try first.tell("three")
    try listener.output.waitForBytes(8)
    try listener.process.input?.write("hello")
    #expect(try first.reply() == "first got hello")
    #expect(listener.output.text == "onethree")
    #expect(second.process.output?.text == "")
  }

  @Test("listen -u -k serves all peers and sends stdin to each")
  func listenKeepOpenServesAll() throws {
    let listener = try SockListener(["-u", "-k"], input: .pipe)
    let peers = try ["one", "two", "three"].map { try Self.client(port: listener.port, named: $0) }
    for (count, peer) in peers.enumerated() {
      try peer.tell("x")
      try listener.output.waitForBytes(count + 1)
    }
    try listener.process.input?.write("to all")
    for (peer, name) in zip(peers, ["one", "two", "three"]) { #expect(try peer.reply() == "\(name) got to all") }
    listener.process.input?.close()
    try peers[1].tell("still here")
    try listener.output.waitForBytes(13)
    #expect(listener.process.isRunning)
  }

  @Test("--peer-timeout forgets a silent peer")
  func silentPeerIsForgotten() throws {
    let listener = try SockListener(["-u", "-k", "--peer-timeout", "500ms", "-v"], input: .pipe)
    let silent = try Self.client(port: listener.port, named: "silent")
    let lively = try Self.client(port: listener.port, named: "lively")
    try silent.tell("x")
    try listener.output.waitForBytes(1)
    try listener.errors.waitForLine(containing: "closed")
    try lively.tell("y")
    try listener.output.waitForBytes(2)
    try listener.process.input?.write("news")
    #expect(try lively.reply() == "lively got news")
    #expect(silent.process.output?.text == "")
  }

  @Test("More peers than any other tool remembers are all answered")
  func manyPeersAreAnswered() throws {
    let listener = try SockListener(["-u", "-k"], input: .pipe)
    let peers = try PythonPeer(
      """
      all = []
      for n in range(200):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.connect(('127.0.0.1', \(listener.port)))
        s.send(b'x')
        s.settimeout(20)
        all.append(s)
        if n % 50 == 49: time.sleep(0.01)
      say('sent')
      say(sum(1 for s in all if s.recv(100) == b'hi'))
      """)
    #expect(try peers.reply() == "sent")
    try listener.output.waitForBytes(200)
    try listener.process.input?.write("hi")
    #expect(try peers.reply() == "200")
  }

  @Test(
    "A refused datagram is 69",
    arguments: [["udp-send", "PORT", "x"], ["udp-send", "--reply", "PORT", "x"], ["send", "-u", "PORT", "x"]])
  func refusedDatagramIs69(_ words: [String]) throws {
    let port = try Ports.free()
    let arguments = words.flatMap { $0 == "PORT" ? ["127.0.0.1", "\(port)"] : [$0] }
    let outcome = try Sock.run(arguments)
    #expect(outcome.status == 69)
    #expect(outcome.errors.contains("ECONNREFUSED"))
    #expect(outcome.errors.hasPrefix("sock: "))
  }

  @Test("connect -u ends with 69 when its datagram is refused, even with stdin open", arguments: ["127.0.0.1", "::1"])
  func refusalEndsConnect(_ host: String) throws {
    let sock = try Sock.start(["connect", "-u", host, "\(try Ports.free())"], input: .pipe)
    try sock.input?.write("anybody?")
    let outcome = try Sock.outcome(of: sock)
    #expect(outcome.status == 69)
    #expect(outcome.errors.contains("ECONNREFUSED"))
  }

  @Test("A peer that goes away during a session is 69 at the next datagram")
  func peerGoneMidSessionIs69() throws {
    let (peer, port) = try PythonPeer.datagrams("data, who = s.recvfrom(100)\ns.sendto(b'hi', who)\ns.close()")
    let sock = try Sock.start(["connect", "-u", "127.0.0.1", "\(port)"], input: .pipe)
    try sock.input?.write("one")
    try sock.output?.waitForBytes(2)
    try peer.finish()
    try sock.input?.write("two")
    #expect(try sock.wait().status == 69)
  }

  @Test("A client that goes away does not end listen -u -k")
  func clientGoneDoesNotEndTheServer() throws {
    let listener = try SockListener(["-u", "-k"], input: .pipe)
    try PythonPeer(
      "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.sendto(b'x', ('127.0.0.1', \(listener.port)))"
    ).finish()
    try listener.output.waitForBytes(1)
    try listener.process.input?.write("to nobody")
    try listener.process.waitUntilIdle()
    let next = try Self.client(port: listener.port, named: "next")
    try next.tell("y")
    try listener.output.waitForBytes(2)
    #expect(listener.process.isRunning)
  }

  @Test("A client whose stdin ended waits one second for answers")
  func clientWaitsASecond() throws {
    let (_, port) = try PythonPeer.datagrams(
      "data, who = s.recvfrom(100)\ntime.sleep(0.4)\ns.sendto(b'late', who)\nhear()")
    let outcome = try Sock.run(["connect", "-u", "127.0.0.1", "\(port)"], input: .text("q"))
    #expect(outcome.status == 0)
    #expect(outcome.text == "late")
    #expect(outcome.seconds >= 1)
  }

  @Test("-q makes that wait longer or shorter")
  func waitIsAdjustable() throws {
    let (_, port) = try PythonPeer.datagrams(
      "data, who = s.recvfrom(100)\ntime.sleep(1.5)\ns.sendto(b'late', who)\nhear()")
    let patient = try Sock.run(["connect", "-u", "-q", "3", "127.0.0.1", "\(port)"], input: .text("q"))
    #expect(patient.status == 0)
    #expect(patient.text == "late")
    let hasty = try Sock.run(["connect", "-u", "-q", "0", "127.0.0.1", "\(port)"], input: .text("q"))
    #expect(hasty.status == 0)
    #expect(hasty.seconds < 1.5)
  }

  @Test("udp-recv --count ends after that many datagrams")
  func countEndsTheReceiver() throws {
    let listener = try SockListener(["--count", "3"], verb: "udp-recv")
    for word in ["one", "two", "three"] {
      #expect(try Sock.run(["udp-send", "127.0.0.1", "\(listener.port)", word]).status == 0)
    }
    let outcome = try listener.outcome()
    #expect(outcome.status == 0)
    #expect(outcome.text == "onetwothree")
  }

  @Test("udp-send --reply prints one answer, and --reply N prints N")
  func replyPrintsAnswers() throws {
    let (_, port) = try PythonPeer.datagrams(
      """
      while True:
        data, who = s.recvfrom(100)
        for n in range(3): s.sendto(b'answer %d ' % n, who)
      """)
    let one = try Sock.run(["udp-send", "--reply", "127.0.0.1", "\(port)", "q"])
    #expect(one.status == 0)
    #expect(one.text == "answer 0 ")
    for spelling in [["--reply=3"], ["--reply", "3"]] {
      let three = try Sock.run(["udp-send"] + spelling + ["127.0.0.1", "\(port)", "q"])
      #expect(three.status == 0)
      #expect(three.text == "answer 0 answer 1 answer 2 ")
    }
    let none = try Sock.run(["udp-send", "127.0.0.1", "\(port)", "q"])
    #expect(none.status == 0)
    #expect(none.text == "")
  }

  @Test("udp-send --wait limits the wait for a reply, and none in time is 75")
  func waitForReplyTimesOut() throws {
    let (_, port) = try PythonPeer.datagrams("hear()")
    let outcome = try Sock.run(["udp-send", "--reply", "--wait", "0.3", "127.0.0.1", "\(port)", "q"])
    #expect(outcome.status == 75)
    #expect(outcome.seconds >= 0.3 && outcome.seconds < 10)
  }

  @Test("The words of a message are joined by spaces, with nothing added")
  func wordsAreJoinedBySpaces() throws {
    let listener = try SockListener(["--count", "1"], verb: "udp-recv")
    #expect(try Sock.run(["udp-send", "127.0.0.1", "\(listener.port)", "Hello, world!"]).status == 0)
    #expect(try listener.outcome().text == "Hello, world!")
  }

  @Test("udp-recv PORT hears both families")
  func portAloneHearsBothFamilies() throws {
    for host in ["127.0.0.1", "::1"] {
      let port = try Ports.free()
      let sock = try Sock.start(["udp-recv", "--count", "1", "\(port)"])
      try SocketTable.udp.waitForListener(on: port)
      #expect(try Sock.run(["udp-send", host, "\(port)", "over \(host)"]).status == 0)
      #expect(try Sock.outcome(of: sock).text == "over \(host)")
    }
  }
}
