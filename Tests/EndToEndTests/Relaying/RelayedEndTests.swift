import Glibc
import SockTestSupport
import Testing

/// `relay`: ends that are neither sockets nor programs.
@Suite(.endToEnd) struct RelayedEndTests {
  @Test("Standard streams are joined with a socket")
  func standard() throws {
    let (_, port) = try PythonPeer.server("c.sendall(receive_all(c).upper())\nc.close()")
    let outcome = try Sock.run(["relay", "-", "127.0.0.1:\(port)"], input: .text("in"))
    #expect(outcome.text == "IN" && outcome.status == 0, "\(outcome)")
    let listener = try SockListener.relay("-", input: .text("to the peer"))
    let client = try Sock.run(["send", "127.0.0.1", "\(listener.port)", "from the peer"])
    #expect(client.text == "to the peer")
    // Standard input can be used once, and so is the relay.
    let ended = try listener.outcome()
    #expect(ended.text == "from the peer" && ended.status == 0, "\(ended)")
  }

  @Test("echo:, null: and text: answer as they say")
  func inMemory() throws {
    for (end, answer) in [("echo:", "message"), ("null:", ""), ("text:a ? b", "a ? b")] {
      let relay = try SockListener.relay(["--once"], end)
      let client = try Sock.run(["send", "127.0.0.1", "\(relay.port)", "message"])
      #expect(client.text == answer && client.status == 0, "\(end): \(client)")
      #expect(try relay.outcome().status == 0)
    }
  }

  @Test("A file is read on the left and written on the right, never over another; append: adds to it")
  func files() throws {
    let directory = try TemporaryDirectory()
    let (source, copy) = (directory("source"), directory("copy"))
    let bytes = RandomData.bytes(3 << 20, seed: 7)
    try writeFile(source, bytes)
    let relay = try SockListener.relay(["--once"], "file:\(copy)")
    #expect(try Sock.run(["relay", "file:\(source)", "127.0.0.1:\(relay.port)"]).status == 0)
    #expect(try relay.outcome().status == 0)
    #expect(try readFile(copy) == bytes)

    let refused = try Sock.run(["relay", "127.0.0.1:0", "file:\(copy)"])
    #expect(refused.status == 73 && refused.errors.contains("append:"), "\(refused)")
    #expect(try readFile(copy) == bytes)
    let more = try SockListener.relay(["--once"], "append:\(copy)")
    #expect(try Sock.run(["send", "127.0.0.1", "\(more.port)", "more"]).status == 0)
    try more.outcome()
    #expect(try readFile(copy) == bytes + Array("more".utf8))
    #expect(try Sock.run(["relay", "file:\(directory("none"))", "echo:"]).status == 64)
  }

  @Test("A named pipe is made, read on the left and written on the right, and removed")
  func pipes() throws {
    let directory = try TemporaryDirectory()
    let path = directory("pipe")
    let (server, port) = try PythonPeer.server("say(receive_all(c).decode())\nc.close()")
    let relay = try Sock.start(["relay", "-v", "fifo:\(path)", "127.0.0.1:\(port)"])
    try eventually("the pipe is there") { fileStatus(path).map { $0.st_mode & S_IFMT == S_IFIFO } == true }
    let writer = try RunningProcess("sh", ["-c", "printf through >\(path)"])
    #expect(try server.reply() == "through")
    #expect(try writer.wait().status == 0 && Sock.outcome(of: relay).status == 0)
    #expect(fileStatus(path) == nil)

    let listener = try SockListener.relay("fifo:\(path)")
    let client = try RunningProcess(Sock.binary, ["send", "127.0.0.1", "\(listener.port)", "written"])
    let reader = try RunningProcess("cat", [path])
    #expect(try reader.wait().status == 0)
    #expect(reader.output?.text == "written")
    #expect(try client.wait().status == 0)
  }

  @Test("An inherited descriptor is an end: a file, and a socket that listens")
  func descriptors() throws {
    let directory = try TemporaryDirectory()
    try writeFile(directory("file"), Array("inherited".utf8))
    let file = try RunningProcess(
      "sh", ["-c", "exec \(Sock.binary) relay fd:3 - 3<\(directory("file"))"], input: .null)
    #expect(try file.wait().status == 0)
    #expect(file.output?.text == "inherited")
    #expect(try Sock.run(["relay", "fd:77", "echo:"]).status == 64)
  }

  @Test("A terminal is raw while it is in use, and restored at the end")
  func terminals() throws {
    let peer = try PythonPeer(
      """
      import pty, termios
      master, slave = pty.openpty()
      say(os.ttyname(slave))
      before = termios.tcgetattr(slave)
      hear()
      os.write(master, b'abc')  # no line feed: only a raw terminal delivers this
      hear()
      say(termios.tcgetattr(slave)[3] == before[3])
      """)
    let path = try peer.reply()
    let relay = try SockListener.relay(["-v", "--once"], "serial:\(path),9600n8")
    let client = try PythonPeer.client(port: relay.port, "say('in')\nsay(receive_exactly(c, 3).decode())\nc.close()")
    #expect(try client.reply() == "in")
    try relay.errors.waitForLine(containing: "opened")
    try peer.tell()
    #expect(try client.reply() == "abc")
    try client.finish()
    relay.process.send(SIGTERM)
    try relay.outcome()
    try peer.tell()
    #expect(try peer.reply() == "True")
    #expect(try Sock.run(["relay", "127.0.0.1:0", "serial:\(path),fast"]).status == 64)
  }

  @Test("A reader of standard output that has gone is 141, and a full disk resets the peer")
  func failures() throws {
    let gone = try RunningProcess(
      "bash", ["-c", "seq 1000000 | \(Sock.binary) relay - echo: | head -n 1; exit ${PIPESTATUS[1]}"])
    #expect(try gone.wait().status == 141)
    #expect(gone.output?.text == "1\n" && gone.errors?.text == "")
    let relay = try SockListener.relay(["--once"], "append:/dev/full")
    #expect(try Sock.run(["send", "127.0.0.1", "\(relay.port)", "x"]).status == 74)
    let ended = try relay.outcome()
    #expect(ended.status == 74 && ended.errors.contains("cannot write append:/dev/full"), "\(ended)")
  }

  @Test("A misspelt end is refused with the right name, and one too many with what to write")
  func refused() throws {
    let refused: [([String], String)] = [
      (["0", "exce:cat"], "did you mean exec:?"), (["0", "filr:/tmp/x"], "did you mean file:?"),
      (["0"], "two ends"), (["0", "echo:", "null:"], "one word too many"),
      (["0", "listen:echo:"], "leave listen: out"),
      (["-", "-"], "both sides"), (["0", "echo:x"], "nothing stands behind"), (["0", "fd:x"], "fd:3"),
    ]
    for (words, text) in refused {
      let outcome = try Sock.run(["relay"] + words)
      #expect(outcome.status == 64 && outcome.errors.contains(text), "\(words): \(outcome)")
    }
  }
}
