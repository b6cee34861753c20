import SockTestSupport
import Testing

/// Files that reach the limit of their size, `ulimit -f`: an error of the file, not the end of the program by SIGXFSZ.
@Suite(.endToEnd) struct FileSizeLimitTests {
  /// Runs a command of a shell in which files may have 8 blocks of 512 bytes.
  private func start(_ command: String, in directory: TemporaryDirectory) throws -> RunningProcess {
    try RunningProcess(
      "sh", ["-c", "ulimit -f 8; exec \(Sock.binary) \(command)"], environment: ["FILE": directory("file")])
  }

  @Test(
    "A log that reaches it is a warning, the transfer goes on, and the status is 74", arguments: ["--log", "--log-hex"])
  func logIsAWarning(_ option: String) throws {
    let directory = try TemporaryDirectory()
    let (peer, port) = try PythonPeer.server(
      "c.sendall(b'x' * 100000)\nc.shutdown(socket.SHUT_WR)\nsay(receive_all(c))")
    let outcome = try Sock.outcome(
      of: try start("connect \(option) $FILE 127.0.0.1 \(port) </dev/null", in: directory))
    #expect(outcome.status == 74 && outcome.output.count == 100_000, "\(outcome.status), \(outcome.errors)")
    #expect(
      outcome.errorLines.filter { $0.contains("warning") && $0.contains("EFBIG") }.count == 1, "\(outcome.errors)")
    #expect(try peer.reply() == "b''")
    #expect(try readFile(directory("file")).count == 4096)
  }

  @Test("A server goes on with its clients")
  func serverGoesOn() throws {
    let directory = try TemporaryDirectory()
    let server = try start("listen -k --log $FILE 127.0.0.1 0 </dev/null", in: directory)
    let port = try SockListener.port(in: server.errors?.waitForLine(containing: "listening") ?? "")
    for count in 1...2 {
      _ = try PythonPeer.client(port: port, "c.sendall(b'x' * 10000)\nc.shutdown(socket.SHUT_WR)\nreceive_all(c)")
        .finish()
      try server.output?.waitForBytes(count * 10_000)
    }
    #expect(server.isRunning)
  }

  @Test("For stdout it is an error", arguments: ["recv", "listen", "recv --log /dev/null"])
  func stdoutIsAnError(_ verb: String) throws {
    let directory = try TemporaryDirectory()
    let server = try start("\(verb) 127.0.0.1 0 </dev/null >$FILE", in: directory)
    let port = try SockListener.port(in: server.errors?.waitForLine(containing: "listening") ?? "")
    _ = try PythonPeer.client(
      port: port,
      """
      try:
        c.sendall(b'x' * 10000)
        receive_all(c)
      except OSError: pass
      """
    ).finish()
    let outcome = try Sock.outcome(of: server)
    #expect(outcome.status == 74, "\(outcome)")
    #expect(outcome.errors.contains("cannot write standard output: File too large (EFBIG)"), "\(outcome)")
    #expect(try readFile(directory("file")).count == 4096)
  }

  @Test("A command that sock runs gets the signal's default action")
  func commandGetsTheDefaultAction() throws {
    let directory = try TemporaryDirectory()
    let path = directory("socket")
    let command = "ulimit -f 8; head -c 10000 /dev/zero >\(directory("big")); echo status $? >&2"
    let receiver = try Sock.start(["recv", "-v", "-U", path, "--receive-fds", command])
    try receiver.errors?.waitForLine(containing: "listening")
    #expect(try Sock.run(["send", "-U", path, "--pass-fd", "0", "message"]).status == 0)
    try receiver.errors?.waitForLine(containing: "status 153")
  }
}
