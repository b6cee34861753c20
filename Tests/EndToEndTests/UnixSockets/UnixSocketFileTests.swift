import Glibc
import SockTestSupport
import Testing

/// Signals, files, safety: what happens to the path of a Unix socket.
@Suite(.endToEnd) struct UnixSocketFileTests {
  static let listens: [[String]] = [
    ["listen", "-U"], ["listen", "-U", "--type", "dgram"], ["listen", "-U", "--type", "seqpacket"], ["udp-recv", "-U"],
    ["recv", "-U"],
  ]

  @Test("A path that holds a regular file is refused, and the file untouched", arguments: listens)
  func regularFileIsUntouched(_ words: [String]) throws {
    let directory = try TemporaryDirectory()
    try writeFile(directory("notes.txt"), Array("precious".utf8))
    let outcome = try Sock.run(words + [directory("notes.txt")])
    #expect(outcome.status == 73)
    #expect(outcome.errors.contains(directory("notes.txt")))
    #expect(try readFile(directory("notes.txt")) == Array("precious".utf8))
  }

  @Test("So are a directory, a symbolic link and a pipe")
  func otherFilesAreUntouched() throws {
    let directory = try TemporaryDirectory()
    mkdir(directory("directory"), 0o755)
    mkfifo(directory("pipe"), 0o600)
    try writeFile(directory("target"), Array("precious".utf8))
    symlink("target", directory("link"))
    symlink("nowhere", directory("dangling"))
    for name in ["directory", "pipe", "link", "dangling"] {
      let outcome = try Sock.run(["listen", "-U", directory(name)])
      #expect(outcome.status == 73, "\(name): \(outcome)")
    }
    #expect(directory.entries == ["dangling", "directory", "link", "pipe", "target"])
    #expect(try readFile(directory("target")) == Array("precious".utf8))
  }

  @Test("A live socket is refused as in use, and stays alive", arguments: ["stream", "dgram", "seqpacket"])
  func liveSocketIsInUse(_ type: String) throws {
    let directory = try TemporaryDirectory()
    let path = directory("s")
    let peer = try PythonPeer(
      """
      kind = {'stream': socket.SOCK_STREAM, 'dgram': socket.SOCK_DGRAM, 'seqpacket': socket.SOCK_SEQPACKET}['\(type)']
      s = socket.socket(socket.AF_UNIX, kind)
      s.bind('\(path)')
      if kind != socket.SOCK_DGRAM: s.listen(5)
      say('ready')
      if kind == socket.SOCK_DGRAM:
        s.setblocking(False)
        hear()
        try: say('disturbed by', s.recv(10))
        except BlockingIOError: say('left in peace')
      hear()
      """)
    #expect(try peer.reply() == "ready")
    let outcome = try Sock.run(["listen", "-U", "--type", type, path])
    #expect(outcome.status == 71)
    #expect(outcome.errors.contains("EADDRINUSE"))
    #expect(isSocket(path))
    if type == "dgram" {
      try peer.tell()
      #expect(try peer.reply() == "left in peace")
    }
  }

  @Test("A dead socket is replaced", arguments: ["stream", "dgram", "seqpacket"])
  func deadSocketIsReplaced(_ type: String) throws {
    let directory = try TemporaryDirectory()
    let path = directory("s")
    let dead = try Sock.start(["listen", "-U", "--type", type, path])
    try SocketTable.waitForUnixSocket(path)
    dead.send(SIGKILL)
    try dead.wait()
    #expect(isSocket(path))
    let server = try Sock.start(["listen", "-U", "--type", type, path])
    try SocketTable.waitForUnixSocket(path)
    let client = try Sock.run(["connect", "-U", "--type", type, "-q", "0", path], input: .text("hello"))
    #expect(client.status == 0)
    try server.output?.waitForBytes(5)
    #expect(server.output?.text == "hello")
  }

  @Test("The path is removed at the end of a run")
  func pathIsRemovedAtTheEnd() throws {
    let directory = try TemporaryDirectory()
    let path = directory("s")
    let server = try Sock.start(["listen", "-U", path])
    try SocketTable.waitForUnixSocket(path)
    #expect(try Sock.run(["connect", "-U", path]).status == 0)
    #expect(try server.wait().status == 0)
    #expect(directory.entries == [])
  }

  @Test("The path is removed when a signal ends the run", arguments: [SIGINT, SIGTERM, SIGHUP], listens)
  func pathIsRemovedBySignal(_ signal: CInt, _ words: [String]) throws {
    let directory = try TemporaryDirectory()
    let path = directory("s")
    let server = try Sock.start(words + [path], input: .pipe)
    try SocketTable.waitForUnixSocket(path)
    try server.waitUntilIdle()
    server.send(signal)
    #expect(try server.wait().status == 128 + signal)
    #expect(directory.entries == [])
  }

  @Test("The path is removed after a timeout, and when stdout's reader has gone")
  func pathIsRemovedOnFailure() throws {
    let directory = try TemporaryDirectory()
    #expect(try Sock.run(["listen", "-U", "--deadline", "0.3", directory("s")]).status == 75)
    #expect(directory.entries == [])
    let output = try Pipe()
    output.reader.close()
    let server = try Sock.start(["listen", "-U", directory("s")], output: .descriptor(output.writer))
    try? SocketTable.waitForUnixSocket(directory("s"), within: .seconds(2))
    if server.isRunning { _ = try Sock.run(["send", "-U", "--no-reply", directory("s"), "x"]) }
    #expect(try server.wait().status == 141)
    #expect(directory.entries == [])
  }

  @Test("A path that was since taken by another program is not removed")
  func foreignFileIsNotRemoved() throws {
    let directory = try TemporaryDirectory()
    let path = directory("s")
    let server = try Sock.start(["listen", "-U", path])
    try SocketTable.waitForUnixSocket(path)
    try server.waitUntilIdle()
    unlink(path)
    try writeFile(path, Array("another's".utf8))
    server.send(SIGTERM)
    #expect(try server.wait().status == 143)
    #expect(try readFile(path) == Array("another's".utf8))
  }

  @Test("--mode sets the permissions", arguments: [("600", 0o600), ("0666", 0o666), ("000", 0)])
  func modeSetsPermissions(_ mode: String, _ bits: Int) throws {
    let directory = try TemporaryDirectory()
    for words in [["listen", "-U"], ["recv", "-U"], ["udp-recv", "-U"]] {
      let path = directory(words[0])
      let server = try Sock.start(words + ["--mode", mode, path])
      try SocketTable.waitForUnixSocket(path)
      try server.waitUntilIdle()
      #expect(fileStatus(path).map { Int($0.st_mode & 0o777) } == bits)
    }
  }

  @Test("Without --mode the umask applies", arguments: [("077", 0o700), ("000", 0o777), ("027", 0o750)])
  func umaskAppliesWithoutMode(_ mask: String, _ bits: Int) throws {
    let directory = try TemporaryDirectory()
    let path = directory("s")
    let shell = try RunningProcess("sh", ["-c", "umask \(mask); exec \(Sock.binary) listen -U \(path)"])
    try SocketTable.waitForUnixSocket(path)
    try shell.waitUntilIdle()
    #expect(fileStatus(path).map { Int($0.st_mode & 0o777) } == bits)
  }

  @Test("An abstract name needs no file")
  func abstractNameNeedsNoFile() throws {
    let directory = try TemporaryDirectory()
    let name = "@" + directory("abstract")
    let server = try Sock.start(["listen", "unix:\(name)"], input: .text("hello"))
    try SocketTable.waitForUnixSocket(name)
    #expect(directory.entries == [])
    #expect(try Sock.run(["connect", "-U", name]).text == "hello")
    #expect(try server.wait().status == 0)
  }

  @Test("socat reaches sock at an abstract name")
  func socatMeetsSock() throws {
    let directory = try TemporaryDirectory()
    let name = directory("abstract")
    let server = try Sock.start(["listen", "-U", "@" + name], input: .text("hello"))
    try SocketTable.waitForUnixSocket("@" + name)
    let socat = try RunningProcess("socat", ["-t", "5", "STDIO", "ABSTRACT-CONNECT:\(name)"])
    #expect(try socat.wait().status == 0)
    #expect(socat.output?.text == "hello")
    #expect(try server.wait().status == 0)
  }

  @Test("A relative path is relative to the working directory")
  func relativePath() throws {
    let directory = try TemporaryDirectory()
    let shell = try RunningProcess(
      "sh", ["-c", "cd \(directory.path); exec \(Sock.binary) listen -U s"], input: .text("hello"))
    try eventually("a socket") { isSocket(directory("s")) }
    #expect(try Sock.run(["connect", "-U", directory("s")]).text == "hello")
    #expect(try shell.wait().status == 0)
    #expect(directory.entries == [])
  }

  @Test("listen -U -k serves many clients")
  func keepOpenServesMany() throws {
    let directory = try TemporaryDirectory()
    let path = directory("s")
    let server = try Sock.start(["listen", "-U", "-k", path], input: .pipe)
    try SocketTable.waitForUnixSocket(path)
    for word in ["one", "two", "three"] {
      #expect(try Sock.run(["send", "-U", "--no-reply", path, word]).status == 0)
    }
    try server.output?.waitForBytes(11)
    server.send(SIGTERM)
    #expect(try server.wait().status == 143)
    #expect(directory.entries == [])
  }

  @Test("A record that is too long is 65 at once, even if the peer is silent")
  func tooLongRecordIs65() throws {
    let directory = try TemporaryDirectory()
    let peer = try PythonPeer(
      """
      l = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); l.bind(sys.argv[1]); l.listen()
      say('ready')
      c, _ = l.accept()
      hear()
      """, arguments: [directory("s")])
    #expect(try peer.reply() == "ready")
    let outcome = try Sock.run(
      [
        "send", "-U", "--type", "seqpacket", "-o", "SO_SNDBUF=5000", directory("s"),
        String(repeating: "x", count: 60_000),
      ],
      within: .seconds(10))
    #expect(outcome.status == 65 && outcome.errors.contains("too long"), "\(outcome.errors)")
  }
}
