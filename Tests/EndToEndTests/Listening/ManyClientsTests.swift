import Glibc
import SockTestSupport
import Testing

/// `listen`: one peer, or many at once with `-k`.
@Suite(.endToEnd) struct ManyClientsTests {
  @Test("Without -k the first peer is served and the second refused")
  func secondPeerIsRefused() throws {
    let listener = try SockListener(["-v"], input: .pipe)
    let first = try PythonPeer.client(port: listener.port, "say('in')\nsay(receive_all(c).decode())")
    #expect(try first.reply() == "in")
    try listener.errors.waitForLine(containing: "accepted")
    let second = try Sock.run(["connect", "127.0.0.1", "\(listener.port)"])
    #expect(second.status == 69)
    try listener.process.input?.write("for the first")
    listener.process.input?.close()
    #expect(try first.reply() == "for the first")
    #expect(try listener.outcome().status == 0)
  }

  @Test("-k serves 200 clients at once, hears each, and sends stdin to all")
  func twoHundredClientsAtOnce() throws {
    let listener = try SockListener(["-k"], input: .pipe)
    let peer = try PythonPeer(
      """
      all = []
      for n in range(200):
        c = socket.create_connection(('127.0.0.1', \(listener.port)))
        c.settimeout(30)
        c.sendall(b'client %03d\\n' % n)
        all.append(c)
      say('in')
      say(sum(1 for c in all if receive_exactly(c, 12) == b'hear, hear!\\n'))
      for c in all: c.sendall(b'bye\\n')
      for c in all: c.close()
      say('out')
      """)
    #expect(try peer.reply() == "in")
    try listener.output.waitForBytes(200 * 11)
    let lines = listener.output.text.split(separator: "\n")
    #expect(Set(lines).count == 200)
    try listener.process.input?.write("hear, hear!\n")
    #expect(try peer.reply() == "200")
    #expect(try peer.reply() == "out")
    try listener.output.waitForBytes(200 * 15)
    #expect(listener.process.isRunning)
    // And it still serves.
    #expect(try Sock.run(["send", "--no-reply", "127.0.0.1", "\(listener.port)", "late"]).status == 0)
    try listener.output.waitForBytes(200 * 15 + 4)
    listener.process.send(SIGTERM)
    #expect(try listener.process.wait().status == 143)
  }

  @Test("More clients than FD_SETSIZE are served")
  func moreClientsThanFDSetSize() throws {
    let listener = try SockListener(["-k"])
    let peer = try PythonPeer(
      """
      import resource
      resource.setrlimit(resource.RLIMIT_NOFILE, (3000, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
      all = [socket.create_connection(('127.0.0.1', \(listener.port))) for n in range(1100)]
      for c in all: c.sendall(b'x')
      say('sent')
      hear()
      """)
    #expect(try peer.reply() == "sent")
    try listener.output.waitForBytes(1100)
    #expect(listener.process.isRunning)
  }

  @Test("A client that resets does not end the server")
  func resetOfAClientDoesNotEndTheServer() throws {
    let listener = try SockListener(["-k", "-v"], input: .pipe)
    let rude = try PythonPeer.client(port: listener.port, "c.sendall(b'rude ')\nhear()\nreset(c)")
    try listener.output.waitForBytes(5)
    try rude.tell()
    try listener.errors.waitForLine(containing: "ECONNRESET")
    #expect(try Sock.run(["send", "--no-reply", "127.0.0.1", "\(listener.port)", "polite"]).status == 0)
    try listener.output.waitForBytes(11)
    #expect(listener.output.text == "rude polite")
    #expect(listener.process.isRunning)
  }

  @Test("A client that half-closes still gets what comes on stdin later")
  func halfClosedClientGetsLaterInput() throws {
    let listener = try SockListener(["-k"], input: .pipe)
    let peer = try PythonPeer.client(
      port: listener.port,
      "c.sendall(b'x')\nc.shutdown(socket.SHUT_WR)\nsay(receive_exactly(c, 5).decode())\nhear()")
    try listener.output.waitForBytes(1)
    try listener.process.waitUntilIdle()
    try listener.process.input?.write("later")
    #expect(try peer.reply() == "later")
  }

  @Test("Clients come and go, and no descriptor is left behind")
  func clientsLeaveNoDescriptors() throws {
    // With stdin ended: while it is open, a client that left may merely have half-closed, and is kept (rule 2).
    let listener = try SockListener(["-k"])
    let descriptors = { () throws -> Int in
      let list = try RunningProcess("ls", ["/proc/\(listener.process.identifier)/fd"])
      try list.wait()
      return list.output?.text.split(separator: "\n").count ?? 0
    }
    try PythonPeer.client(port: listener.port, "c.sendall(b'x')").finish()
    try listener.output.waitForBytes(1)
    try listener.process.waitUntilIdle()
    let before = try descriptors()
    try PythonPeer(
      """
      for n in range(300):
        c = socket.create_connection(('127.0.0.1', \(listener.port)))
        c.sendall(b'x')
        if n % 3: c.close()
        else: reset(c)
      """
    ).finish()
    try listener.process.waitUntilIdle()
    try eventually("as many descriptors as before") { try descriptors() <= before }
  }

  @Test("A client that leaves before it is accepted does no harm")
  func clientGoneBeforeAcceptDoesNoHarm() throws {
    let listener = try SockListener(["-k"], input: .pipe)
    listener.process.send(SIGSTOP)
    try PythonPeer("for n in range(10): reset(socket.create_connection(('127.0.0.1', \(listener.port))))").finish()
    listener.process.send(SIGCONT)
    #expect(try Sock.run(["send", "--no-reply", "127.0.0.1", "\(listener.port)", "here"]).status == 0)
    try listener.output.waitForBytes(4)
    #expect(listener.output.text == "here")
  }

  /// Seven descriptors are the standard ones, the listener, and three of the loop: none is left for a client.
  @Test("A server without a free descriptor still ends by TERM", arguments: [7, 8, 9])
  func serverWithoutDescriptorsEndsByTERM(_ limit: Int) throws {
    let server = try RunningProcess(
      "bash",
      ["-c", "exec 3>&- 4>&- 5>&-; ulimit -n \(limit); exec \(Sock.binary) listen -v -k 127.0.0.1 0"])
    try server.errors?.waitForLine(containing: "listening")
    try server.waitUntilIdle()
    server.send(SIGTERM)
    #expect(try server.wait().status == 143)
  }
}
