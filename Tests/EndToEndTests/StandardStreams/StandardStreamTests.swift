import Glibc
import SockTestSupport
import Testing

/// Closed, shared and failing standard streams, as scripts, cron and service managers provide them.
@Suite(.endToEnd) struct StandardStreamTests {
  @Test("A standard descriptor closed from the start is never mistaken for the connection", arguments: ["<&-", "2>&-"])
  func closedDescriptorIsNotTheConnection(_ closed: String) throws {
    let (peer, port) = try PythonPeer.server("c.sendall(b'payload')\nsay(receive_all(c))\nc.close()")
    let shell = try RunningProcess(
      "sh", ["-c", "exec \(Sock.binary) connect -v -q 1 127.0.0.1 \(port) \(closed)"], input: .text("question"))
    try shell.wait()
    #expect(try peer.reply() == (closed == "<&-" ? "b''" : "b'question'"))
    #expect(shell.output?.text == "payload")
  }

  @Test("With no stdout for the answers, nothing is asked", arguments: [">&-", "<&- >&- 2>&-"])
  func closedStdoutPreventsTheRequest(_ closed: String) throws {
    let port = try Ports.free()
    let shell = try RunningProcess(
      "sh", ["-c", "exec \(Sock.binary) connect -v -q 1 127.0.0.1 \(port) \(closed)"], input: .text("question"))
    // It would be 69 if it had tried to connect.
    #expect(try shell.wait().status == 74)
  }

  @Test("With no stdin and no message there is nothing to send")
  func closedStdinLeavesNothingToSend() throws {
    let outcome = try Sock.outcome(
      of: try RunningProcess("sh", ["-c", "exec \(Sock.binary) send 127.0.0.1 1 <&-"]))
    #expect(outcome.status == 74 && outcome.errors.contains("EBADF"), "\(outcome)")
    let (peer, port) = try PythonPeer.server("say(receive_all(c))")
    let shell = try RunningProcess("sh", ["-c", "exec \(Sock.binary) send 127.0.0.1 \(port) message <&-"])
    #expect(try shell.wait().status == 0)
    #expect(try peer.reply() == "b'message'")
  }

  @Test("A message appears in the dump and in the log, as input does")
  func messageIsLogged() throws {
    let directory = try TemporaryDirectory()
    let (_, port) = try PythonPeer.server("receive_all(c)")
    let outcome = try Sock.run(["send", "-x", "--log", directory("log"), "127.0.0.1", "\(port)", "message"])
    #expect(outcome.status == 0 && outcome.errors.contains("|message|"), "\(outcome)")
    #expect(try readFile(directory("log")) == Array("message".utf8))
  }

  @Test("A closed stdout is an error when there is something to write")
  func closedStdoutIsAnErrorForData() throws {
    let (_, port) = try PythonPeer.server("c.sendall(b'payload')\nc.close()")
    let outcome = try Sock.outcome(
      of: try RunningProcess("sh", ["-c", "exec \(Sock.binary) connect 127.0.0.1 \(port) >&-"]))
    #expect(outcome.status != 0)
    #expect(outcome.errors.hasPrefix("sock: "))
  }

  @Test(
    "With no stdout for the answers, no datagram is sent",
    arguments: ["udp-send --reply 1", "udp-send --reply 3", "connect -u", "udp-send --reply --json"],
    [">&-", "1</dev/null"])
  func closedStdoutPreventsTheDatagram(_ verb: String, _ closed: String) throws {
    let (peer, port) = try PythonPeer.datagrams(
      "hear()\ns.setblocking(False)\ntry: say(s.recv(100))\nexcept BlockingIOError: say('nothing')")
    let endpoint = verb.hasPrefix("udp-send") ? "127.0.0.1 \(port) question" : "127.0.0.1 \(port)"
    let outcome = try Sock.outcome(
      of: try RunningProcess(
        "sh", ["-c", "exec \(Sock.binary) \(verb) \(endpoint) \(closed)"], input: .text("question")))
    #expect(outcome.status == 74 && outcome.errors.contains("cannot write standard output"), "\(outcome)")
    try peer.tell()
    #expect(try peer.reply() == "nothing")
  }

  @Test("A reader of stderr that goes away does not end the program")
  func stderrReaderGoneDoesNotEndTheProgram() throws {
    let (peer, port) = try PythonPeer.server("hear()\nc.sendall(b'payload')\nsay(receive_all(c))\nc.close()")
    let errors = try Pipe()
    let sock = try Sock.start(
      ["connect", "-v", "127.0.0.1", "\(port)"], input: .text("question"), errors: .descriptor(errors.writer))
    errors.writer.close()
    errors.reader.close()
    try peer.tell()
    #expect(try peer.reply() == "b'question'")
    #expect(try sock.wait().status == 0)
    #expect(sock.output?.text == "payload")
  }

  @Test(
    "A full disk under an answer is an error",
    arguments: [["opts"], ["families"], ["resolve", "localhost"], ["--help"]])
  func fullDiskUnderAnAnswerIsAnError(_ words: [String]) throws {
    let sock = try Sock.start(words, output: .file("/dev/full"))
    #expect(try sock.wait().status != 0)
    #expect(sock.errors?.text.contains("ENOSPC") == true)
  }

  @Test("A limit on descriptors makes clients wait, and uses no CPU time")
  func descriptorLimitMakesClientsWait() throws {
    let shell = try RunningProcess(
      "sh", ["-c", "ulimit -n 20; exec \(Sock.binary) listen -k 127.0.0.1 0"])
    let port = try SockListener.port(in: shell.errors?.waitForLine(containing: "listening") ?? "")
    let peer = try PythonPeer(
      """
      all = [socket.create_connection(('127.0.0.1', \(port))) for n in range(40)]
      for c in all: c.sendall(b'x')
      say('sent')
      hear()
      for c in all: c.close()
      say('closed')
      hear()
      """)
    #expect(try peer.reply() == "sent")
    try shell.waitUntilIdle()
    let before = try shell.processorTime()
    #expect(shell.keepsRunning(for: .seconds(2)))
    #expect(try shell.processorTime() - before <= .milliseconds(20))
    #expect((shell.output?.bytes.count ?? 0) < 40)
    let warnings = shell.errors?.text.split(separator: "\n").filter { $0.contains("waiting until connections end") }
    #expect(warnings?.count == 1)
    try peer.tell()
    #expect(try peer.reply() == "closed")
    try shell.output?.waitForBytes(40)
    #expect(try Sock.run(["send", "--no-reply", "127.0.0.1", "\(port)", "late"]).status == 0)
    try shell.output?.waitForBytes(44)
  }

  @Test("Datagram sockets can be given as fd:N, too")
  func datagramSocketsAsDescriptors() throws {
    let peer = try PythonPeer(
      """
      a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
      os.set_inheritable(b.fileno(), True)
      import subprocess
      words = ['\(Sock.binary)', 'connect', 'fd:%d' % b.fileno(), '-q', '0.5']
      sock = subprocess.Popen(words, pass_fds=[b.fileno()], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
      for message in (b'one', b'', b'two'): a.send(message)
      sock.stdin.write(b'hi')
      sock.stdin.flush()
      say(a.recv(100))
      sock.stdin.close()
      say(sock.stdout.read(), sock.wait())
      """)
    #expect(try peer.reply() == "b'hi'")
    #expect(try peer.reply() == "b'onetwo' 0")
  }

  @Test("Two programs that share an output file overwrite nothing")
  func sharedOutputFile() throws {
    let directory = try TemporaryDirectory()
    let script = """
      import subprocess, sys, socket
      out = open(sys.argv[2], "wb")
      def start():
        p = subprocess.Popen([sys.argv[1], "recv", "127.0.0.1", "0"], stdout=out, stderr=subprocess.PIPE, text=True)
        return p, int(p.stderr.readline().rsplit(":", 1)[1].split()[0])
      pairs = [start(), start()]
      peers = [socket.create_connection(("127.0.0.1", port)) for _, port in pairs]
      for _ in range(500):
        for peer in peers: peer.sendall(b"123456789")
      for peer in peers: peer.close()
      for p, _ in pairs: p.wait(20)
      """
    try RunningProcess("python3", ["-c", script, Sock.binary, directory("both")]).wait()
    let size = try Sock.outcome(of: try RunningProcess("sh", ["-c", "wc -c <\(directory("both"))"]))
    #expect(String(decoding: size.output, as: UTF8.self) == "9000\n")
  }
}
