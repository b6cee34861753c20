import Glibc
import SockTestSupport
import Testing

/// Odd things on stdin, stdout and stderr, as scripts, cron and service managers have them.
@Suite(.endToEnd) struct StandardStreamTests {
  @Test(arguments: ["<&-", "2>&-"])
  func `a descriptor that is closed from the start is never mistaken for the connection`(_ closed: String) throws {
    let (peer, port) = try PythonPeer.server("c.sendall(b'payload')\nsay(receive_all(c))\nc.close()")
    let shell = try RunningProcess(
      "sh", ["-c", "exec \(Sock.binary) connect -v -q 1 127.0.0.1 \(port) \(closed)"], input: .text("question"))
    try shell.wait()
    #expect(try peer.reply() == (closed == "<&-" ? "b''" : "b'question'"))
    #expect(shell.output?.text == "payload")
  }

  @Test(arguments: [">&-", "<&- >&- 2>&-"])
  func `without anywhere to write the answers to nothing is asked`(_ closed: String) throws {
    let port = try Ports.free()
    let shell = try RunningProcess(
      "sh", ["-c", "exec \(Sock.binary) connect -v -q 1 127.0.0.1 \(port) \(closed)"], input: .text("question"))
    // 69, if it had tried to connect.
    #expect(try shell.wait().status == 74)
  }

  @Test func `without an input and a message there is nothing to send`() throws {
    let outcome = try Sock.outcome(
      of: try RunningProcess("sh", ["-c", "exec \(Sock.binary) send 127.0.0.1 1 <&-"]))
    #expect(outcome.status == 74 && outcome.errors.contains("EBADF"), "\(outcome)")
    let (peer, port) = try PythonPeer.server("say(receive_all(c))")
    let shell = try RunningProcess("sh", ["-c", "exec \(Sock.binary) send 127.0.0.1 \(port) message <&-"])
    #expect(try shell.wait().status == 0)
    #expect(try peer.reply() == "b'message'")
  }

  @Test func `a message is in the dump and in the log, as input is`() throws {
    let directory = try TemporaryDirectory()
    let (_, port) = try PythonPeer.server("receive_all(c)")
    let outcome = try Sock.run(["send", "-x", "--log", directory("log"), "127.0.0.1", "\(port)", "message"])
    #expect(outcome.status == 0 && outcome.errors.contains("|message|"), "\(outcome)")
    #expect(try readFile(directory("log")) == Array("message".utf8))
  }

  @Test func `a closed stdout is an error when there is something to write`() throws {
    let (_, port) = try PythonPeer.server("c.sendall(b'payload')\nc.close()")
    let outcome = try Sock.outcome(
      of: try RunningProcess("sh", ["-c", "exec \(Sock.binary) connect 127.0.0.1 \(port) >&-"]))
    #expect(outcome.status != 0)
    #expect(outcome.errors.hasPrefix("sock: "))
  }

  @Test func `a stdin that cannot be read is named as that`() throws {
    let directory = try TemporaryDirectory()
    for redirection in ["< /", "0> /dev/null", "0> \(directory("file"))"] {
      let (_, port) = try PythonPeer.server("receive_all(c)\nc.close()")
      let outcome = try Sock.outcome(
        of: try RunningProcess("sh", ["-c", "exec \(Sock.binary) connect 127.0.0.1 \(port) \(redirection)"]))
      #expect(outcome.status != 0)
      #expect(outcome.errors.contains("standard input") || outcome.errors.contains("stdin"), "\(outcome.errors)")
    }
  }

  @Test func `a reader of stderr that has gone does not end the program`() throws {
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

  @Test(arguments: [["opts"], ["families"], ["resolve", "localhost"], ["--help"]])
  func `a full disk under an answer is not a success`(_ words: [String]) throws {
    let sock = try Sock.start(words, output: .file("/dev/full"))
    #expect(try sock.wait().status != 0)
    #expect(sock.errors?.text.contains("ENOSPC") == true)
  }

  @Test func `a limit of descriptors makes clients wait, and costs no processor time`() throws {
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

  @Test func `datagram sockets come as fd:N, too`() throws {
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
}
