import Glibc
import SockTestSupport
import Testing

/// A stdin that holds no input, because it cannot be read from: nothing is lost, so the run goes on without.
@Suite(.endToEnd) struct MissingInputTests {
  enum Lack: String, CaseIterable, Sendable {
    case closed = "<&-"
    /// What nohup(1) makes of a terminal.
    case writeOnlyNull = "0>/dev/null"
    case writeOnlyFile = "0>$FILE"
    case writeOnlyAppended = "0>>$FILE"
  }

  private func start(_ words: String, _ lack: Lack, in directory: TemporaryDirectory) throws -> RunningProcess {
    try RunningProcess(
      "sh", ["-c", "exec \(Sock.binary) \(words) \(lack.rawValue)"], environment: ["FILE": directory("file")])
  }

  @Test("A server goes on, and no client is reset", arguments: Lack.allCases)
  func serverGoesOn(_ lack: Lack) throws {
    let directory = try TemporaryDirectory()
    let server = try start("listen -k 127.0.0.1 0", lack, in: directory)
    let port = try SockListener.port(in: server.errors?.waitForLine(containing: "listening") ?? "")
    for _ in 0..<2 {
      let client = try PythonPeer.client(
        port: port, "c.sendall(b'data')\nc.shutdown(socket.SHUT_WR)\nsay(receive_all(c))")
      #expect(try client.reply() == "b''")
    }
    try server.output?.waitForBytes(8)
    #expect(server.isRunning)
  }

  @Test("A client receives all the same", arguments: Lack.allCases, ["connect", "connect --log /dev/null"])
  func clientReceives(_ lack: Lack, _ verb: String) throws {
    let directory = try TemporaryDirectory()
    let (peer, port) = try PythonPeer.server("say(receive_all(c))\nc.sendall(b'answer')\nc.close()")
    let sock = try start("\(verb) 127.0.0.1 \(port)", lack, in: directory)
    #expect(try peer.reply() == "b''")
    let outcome = try Sock.outcome(of: sock)
    #expect(outcome.status == 0 && outcome.text == "answer", "\(outcome)")
  }

  @Test("A datagram server receives all the same", arguments: Lack.allCases, ["listen -u", "listen -u -k"])
  func datagramServerReceives(_ lack: Lack, _ verb: String) throws {
    let directory = try TemporaryDirectory()
    let server = try start("\(verb) 127.0.0.1 0", lack, in: directory)
    let port = try SockListener.port(in: server.errors?.waitForLine(containing: "listening") ?? "")
    _ = try PythonPeer.datagrams("for n in b'ab': s.sendto(bytes([n]), ('127.0.0.1', \(port)))").peer.finish()
    #expect(try server.output?.waitForBytes(2) == Array("ab".utf8))
    #expect(server.isRunning)
  }

  @Test("A verb that needs input fails before it connects", arguments: Lack.allCases)
  func verbThatNeedsInputFails(_ lack: Lack) throws {
    let directory = try TemporaryDirectory()
    // It would be 69 if it had tried to connect.
    let outcome = try Sock.outcome(of: try start("send 127.0.0.1 \(try Ports.free())", lack, in: directory))
    #expect(outcome.status == 74 && outcome.errors.contains("standard input"), "\(outcome)")
  }

  @Test(
    "A directory is an error before there is a peer whose data it would cost",
    arguments: ["listen -k 127.0.0.1 0", "listen -u 127.0.0.1 0", "listen 127.0.0.1 0", "connect 127.0.0.1 1"])
  func directoryIsRefused(_ words: String) throws {
    let sock = try RunningProcess("sh", ["-c", "exec \(Sock.binary) \(words) </"])
    let outcome = try Sock.outcome(of: sock, within: .seconds(5))
    #expect(outcome.status == 74 && outcome.errors.contains("EISDIR"), "\(outcome)")
    #expect(!outcome.errors.contains("listening"))
  }

  @Test("A terminal that has gone is the end of input", arguments: [["listen", "-k"], ["listen", "-u", "-k"]])
  func terminalThatHasGoneIsTheEnd(_ words: [String]) throws {
    let terminal = try PseudoTerminal()
    let server = try Sock.start(words + ["127.0.0.1", "0"], input: .descriptor(terminal.terminal))
    let port = try SockListener.port(in: server.errors?.waitForLine(containing: "listening") ?? "")
    terminal.terminal.close()
    terminal.keyboard.close()
    let type = words.contains("-u") ? "SOCK_DGRAM" : "SOCK_STREAM"
    for _ in 0..<2 {
      _ = try PythonPeer(
        """
        c = socket.socket(socket.AF_INET, socket.\(type))
        c.connect(('127.0.0.1', \(port)))
        c.sendall(b'data')
        c.close()
        """
      ).finish()
    }
    try server.output?.waitForBytes(8)
    #expect(server.isRunning, "\(server.errors?.text ?? "")")
  }

  @Test("A background process that can never read its terminal goes on without input")
  func backgroundProcessGoesOn() throws {
    // With SIGTTIN ignored, a read from the background fails with EIO at once.
    let peer = try PythonPeer(
      """
      import pty
      pid, master = pty.fork()
      if pid == 0:
        signal.signal(signal.SIGTTIN, signal.SIG_IGN)
        if os.fork() == 0:
          os.setpgid(0, 0)
          os.execv('\(Sock.binary)', ['sock', 'listen', '-k', '127.0.0.1', '0'])
        os.wait()
        os._exit(0)
      text = b''
      while b'(tcp)' not in text: text += os.read(master, 1000)
      port = int(text.split(b'listening on ')[1].split()[0].split(b':')[1])
      os.write(master, b'typed\\n')
      for _ in range(2):
        c = socket.create_connection(('127.0.0.1', port))
        c.sendall(b'data')
        c.shutdown(socket.SHUT_WR)
        say(receive_all(c))
      os.kill(pid, signal.SIGKILL)
      """)
    #expect(try peer.reply() == "b''")
    #expect(try peer.reply() == "b''")
  }

  @Test("A directory is no input, and an error")
  func directoryIsAnError() throws {
    let (_, port) = try PythonPeer.server("receive_all(c)\nc.close()")
    let outcome = try Sock.outcome(
      of: try RunningProcess("sh", ["-c", "exec \(Sock.binary) connect 127.0.0.1 \(port) </"]))
    #expect(outcome.status == 74 && outcome.errors.contains("EISDIR"), "\(outcome)")
  }
}
