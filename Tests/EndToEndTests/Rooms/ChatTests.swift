import Glibc
import SockTestSupport
import Testing

/// `listen --chat`.
@Suite(.endToEnd) struct ChatTests {
  /// Two peers `a` and `b`, who have read that both are there, and `line(c)` to read a line.
  private static func chat(_ options: [String] = [], _ script: String) throws -> (SockListener, PythonPeer) {
    let listener = try SockListener(["--chat"] + options, input: .pipe)
    let peers = try PythonPeer(
      """
      files = {}
      def line(c):
        if c not in files: files[c] = c.makefile('rb')
        return files[c].readline().decode().rstrip()
      def connect():
        return socket.create_connection(('127.0.0.1', \(listener.port)))
      a = connect()
      line(a)
      b = connect()
      line(b), line(b), line(a)
      \(script)
      """)
    return (listener, peers)
  }

  @Test("Lines go to all others under a name; joins, names and leaves are told; standard output shows it all")
  func conversation() throws {
    let (listener, peers) = try Self.chat(
      [],
      """
      a.sendall(b'hello\\r\\n/nick alice\\n')
      say(line(b)); say(line(b)); say(line(a))
      b.sendall(b'/who\\n'); say(line(b))
      hear()
      say(line(a))
      a.sendall(b'/quit\\n'); say(line(a)); say(files[a].read())
      say(line(b)); say(line(b))
      c = connect()
      line(c), line(c), line(b)
      b.sendall(b'/who\\nunfinished'); b.shutdown(socket.SHUT_WR)
      say(files[b].read().decode().strip()); say(line(c)); say(line(c))
      """)
    #expect(try peers.reply() == "<guest1> hello")
    #expect(try peers.reply() == "*** guest1 is now alice")
    #expect(try peers.reply() == "*** you are now alice")
    #expect(try peers.reply() == "*** here: alice, guest2")
    try listener.process.input?.write("dinner is ready\n/who\n")
    try peers.tell()
    #expect(try peers.reply() == "<server> dinner is ready")
    #expect(try peers.reply() == "*** goodbye")
    #expect(try peers.reply() == "b''")
    #expect(try peers.reply() == "<server> dinner is ready")
    #expect(try peers.reply() == "*** alice has left")
    // What has no line feed at the end of the stream is a line, too.
    #expect(try peers.reply() == "*** here: guest2, guest3")
    #expect(try peers.reply() == "<guest2> unfinished")
    #expect(try peers.reply() == "*** guest2 has left")
    listener.process.send(SIGTERM)
    let lines = try listener.outcome().lines
    #expect(lines.contains("<guest1> hello") && lines.contains("*** here: alice, guest2"), "\(lines)")
    #expect(!lines.contains { $0.contains("dinner") })
  }

  @Test("Characters cut in two stay whole, and nothing can command a terminal")
  func characters() throws {
    let (_, peers) = try Self.chat(
      [],
      """
      a.sendall(b'caf\\xc3'); time.sleep(0.1); a.sendall(b'\\xa9 \\x1b[2J\\x07 \\xff \\xe2\\x80\\xae\\n'); say(ascii(line(b)))
      """)
    #expect(try peers.reply() == "'<guest1> caf\\xe9 \\\\x1b[2J\\\\x07 \\ufffd \\\\u202e'")
  }

  @Test("Many lines at once reach a peer that reads, however short the queues are")
  func burst() throws {
    let (_, peers) = try Self.chat(
      ["--queue", "1k"],
      """
      threading.Thread(target=lambda: a.sendall(b''.join(b'%d\\n' % n for n in range(5000))), daemon=True).start()
      say(all(line(b) == '<guest1> %d' % n for n in range(5000)))
      """)
    #expect(try peers.reply() == "True")
  }

  @Test("A name with control characters, with spaces, too long or taken is refused, and everybody keeps theirs")
  func names() throws {
    let (_, peers) = try Self.chat(
      [],
      """
      for name in (b'\\x1b[31mred', b'two words', b'x' * 33, b'', b'guest2', b'GUEST2', b'Server', b'/a', b'\\xff', b'\\xe2\\x80\\xae'):
        a.sendall(b'/nick ' + name + b'\\n'); say(line(a))
      a.sendall(b'still\\n'); say(line(b))
      """)
    for word in [
      "control", "spaces", "32", "/nick NAME", "already", "already", "already", "begin", "UTF-8", "control",
    ] {
      let line = try peers.reply()
      #expect(line.contains(word), "\(line)")
    }
    #expect(try peers.reply() == "<guest1> still")
  }

  @Test("A megabyte without a line feed is cut to 4096 bytes, with a notice to who sent it, and what follows is heard")
  func endless() throws {
    let (_, peers) = try Self.chat(
      [],
      """
      a.sendall(b'x' * 1000000 + b'\\nafter\\n')
      say(line(a)); say(len(line(b))); say(line(b))
      a.sendall('é'.encode() * 3000 + b'\\n'); line(a)
      say(set(line(b)[9:]))
      """)
    #expect(try peers.reply().contains("cut"))
    #expect(try peers.reply() == "\(4096 + "<guest1> ".count)")
    #expect(try peers.reply() == "<guest1> after")
    #expect(try peers.reply() == "{'é'}")
  }

  @Test(
    "A peer that stops reading costs nobody the server, and learns what it has missed",
    arguments: [["--queue", "64k"], ["--queue", "1"]], ["drop", "disconnect"])
  func stalled(_ options: [String], _ policy: String) throws {
    let (listener, peers) = try Self.chat(
      options + ["--slow-peer", policy, "-o", "SO_SNDBUF=16384"],
      """
      for n in range(500): a.sendall(b'x' * 4000 + b'\\n')
      hear()
      b.settimeout(1)
      rest = b''
      try:
        while True:
          part = b.recv(1 << 20)
          if not part: break
          rest += part
      except OSError: pass
      say(rest.count(b'*** you read too slowly: messages were lost\\n') in (1, 2))
      """)
    try listener.errors.waitForLine(containing: "it takes nothing")
    try peers.tell()
    #expect(try peers.reply() == (policy == "drop" ? "True" : "False"))
    #expect(listener.process.isRunning)
  }
}
