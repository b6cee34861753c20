import Foundation
import SockTestSupport
import Testing

/// `sock bench` against its own server, and against other services.
@Suite(.endToEnd) struct BenchTests {
  private func server(_ arguments: [String] = []) throws -> (process: RunningProcess, port: Int) {
    let process = try Sock.start(["listen", "--bench"] + arguments + ["127.0.0.1", "0"])
    let line = try #require(try process.errors?.waitForLine(containing: "listening on 127.0.0.1:"))
    return (process, try #require(line.firstMatch(of: /127\.0\.0\.1:(\d+)/).flatMap { Int($0.1) }))
  }

  /// A server with descriptors for twelve connections, whatever the test process has open.
  private func serverOfTwelve() throws -> (process: RunningProcess, port: Int) {
    let process = try RunningProcess(
      "bash",
      [
        "-c",
        "for n in {3..19}; do eval exec $n'>&-'; done; ulimit -n 20; exec \(Sock.binary) listen --bench 127.0.0.1 0",
      ])
    let line = try #require(try process.errors?.waitForLine(containing: "listening on 127.0.0.1:"))
    return (process, try SockListener.port(in: line))
  }

  private func bench(_ port: Int, _ options: String) throws -> [String: Any] {
    // A run with an amount ends with that amount, however slow the machine is.
    let time = options.contains("--count") || options.contains("--bytes") ? "20" : "0.2"
    let outcome = try Sock.run(
      ["bench", "--json", "--time", time] + options.split(separator: " ").map(String.init) + ["127.0.0.1", "\(port)"])
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome)")
    return try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output)) as? [String: Any], "\(outcome)")
  }

  @Test("Upload, download and both at once, with what arrived and the kernel's TCP_INFO")
  func uploadDownloadAndBoth() throws {
    let (process, port) = try server()
    let upload = try bench(port, "--streams 2")
    #expect(upload["sent"] as? Int == upload["arrived"] as? Int && (upload["sent"] as? Int ?? 0) > 1 << 20)
    #expect((upload["tcp"] as? [Any])?.count == 2 && (upload["seconds"] as? Double ?? 0) > 0.15)
    #expect(try bench(port, "--bytes 3000001")["arrived"] as? Int == 3_000_001)
    #expect(try bench(port, "--work download --bytes 1000001 --streams 3")["received"] as? Int == 3_000_003)
    let both = try bench(port, "--work both")
    #expect((both["sent"] as? Int ?? 0) > 1 << 20 && (both["received"] as? Int ?? 0) > 1 << 20)
    process.send(SIGTERM)
    #expect(try Sock.outcome(of: process).status == 128 + SIGTERM)
  }

  @Test("Streams that had to wait for room at the server are counted over the time they ran")
  func waitingStreamsAreTimedSeparately() throws {
    let (_, port) = try serverOfTwelve()
    for work in ["upload", "download", "latency"] {
      let result = try bench(port, "--work \(work) --streams 20 --time 0.2")
      let atOnce = try #require(result["streams-at-once"] as? Int)
      #expect(atOnce >= 1 && atOnce < 20, "\(result)")
      // Each stream runs for its time, and at most `atOnce` of them at once.
      #expect(result["seconds"] as? Double ?? 0 > 0.18 * 20 / Double(atOnce), "\(result)")
    }
  }

  @Test("A server that answers some streams speaks the protocol, and may be full for the rest")
  func serverMayAnswerOnlySomeStreams() throws {
    let (_, port) = try PythonPeer.server(
      """
      other, who = l.accept()
      receive_exactly(c, 32); receive_exactly(other, 32)
      c.sendall(b'sockrslt' + bytes(56))
      receive_exactly(c, 1)
      other.close()
      receive_all(c)
      """)
    let outcome = try Sock.run(["bench", "--time", "0.5", "--streams", "2", "127.0.0.1", "\(port)"])
    #expect(outcome.status == 76, "\(outcome)")
    #expect(outcome.errors.hasSuffix("it ended the connection; of 2 streams it has answered 1\n"), "\(outcome)")
  }

  @Test("Round trips, connections and datagrams are counted and timed")
  func roundsConnectionsAndDatagrams() throws {
    let (_, port) = try server()
    let rounds = try bench(port, "--work latency --count 100 --size 300")
    #expect(rounds["count"] as? Int == 100 && rounds["received"] as? Int == 30_000)
    let least = try #require(rounds["least"] as? Double)
    #expect(least > 0 && least <= rounds["p50"] as? Double ?? 0)
    #expect(rounds["p50"] as? Double ?? 1 <= rounds["most"] as? Double ?? 0)
    #expect(try bench(port, "--work connects --count 50 --streams 2")["count"] as? Int == 100)
    let datagrams = try bench(port, "--work datagrams --count 200 --limit-rate 10M")
    #expect(datagrams["datagrams-sent"] as? Int == 200 && datagrams["datagrams-received"] as? Int ?? 0 > 100)
  }

  @Test("What was sent and did not arrive is loss")
  func undeliveredDatagramsAreLoss() throws {
    let (_, port) = try server()
    let outcome = try bench(port, "--work datagrams --size 60000 --limit-rate 20G --time 0.3")
    let (sent, got) = (outcome["datagrams-sent"] as? Int ?? 0, outcome["datagrams-received"] as? Int ?? 0)
    let loss = try #require(outcome["loss-percent"] as? Double)
    #expect(abs(loss - 100 * Double(sent - got) / Double(max(1, sent))) < 0.001)
  }

  @Test("Datagrams from other hosts and ports are not counted as the client's")
  func strayDatagramsAreIgnored() throws {
    let (_, port) = try server()
    let peer = try PythonPeer.client(
      port: port,
      """
      c.sendall(b'sockbnch' + struct.pack('>BBxxIQI4x', 1, 5, 1000, 0, 100))
      there = ('127.0.0.1', struct.unpack('>8xH', receive_exactly(c, 64)[:10])[0])
      own, other, far = bound(), bound(), bound('127.0.0.2')
      def stray(s, number): s.sendto(struct.pack('>QQ', number, 1 << 63) + bytes(84), there)
      stray(other, 3); stray(far, 0)
      for number in range(20):
        own.sendto(struct.pack('>QQ', number, time.monotonic_ns()) + bytes(84), there)
        stray(far, number + 1); stray(far, 100 + number)
      c.shutdown(1)
      by, count, late, twice, jitter = struct.unpack('>16xQ16xQIIQ', receive_exactly(c, 64))
      assert (by, count, late, twice) == (2000, 20, 0, 0), (by, count, late, twice)
      assert jitter < 10 ** 9, jitter
      """)
    try peer.finish()
  }

  @Test("A server that cannot open a port for datagrams is reported as such")
  func serverWithoutDatagramPortIsReported() throws {
    let (process, port) = try serverOfTwelve()
    let outcome = try Sock.run(
      ["bench", "--work", "datagrams", "--time", "0.2", "--streams", "30", "127.0.0.1", "\(port)"])
    #expect(outcome.status == 69 && outcome.output.isEmpty, "\(outcome)")
    #expect(outcome.errors.contains("127.0.0.1:\(port) could not open a port for datagrams"), "\(outcome)")
    #expect(process.errors?.text.contains("EMFILE") == true)
  }

  @Test("Standard services: echo, discard, chargen")
  func standardServices() throws {
    let (_, echo) = try PythonPeer.server("while True:\n  d = c.recv(65536)\n  if not d: break\n  c.sendall(d)")
    #expect(try bench(echo, "--against echo --work latency --count 20")["count"] as? Int == 20)
    let (_, discard) = try PythonPeer.server("receive_all(c)")
    #expect(try bench(discard, "--against discard --bytes 100000")["sent"] as? Int == 100_000)
    let (_, chargen) = try PythonPeer.server("while True: c.sendall(b'x' * 65536)")
    #expect(try bench(chargen, "--against chargen")["received"] as? Int ?? 0 > 100_000)
  }

  @Test("Another service is 76, a closed port 69, and a server that dies 74")
  func wrongDeadOrMissingServer() throws {
    let (_, other) = try PythonPeer.server(
      "c.sendall(b'220 mail.example ESMTP ready, and a long greeting that is no answer')\nhear()")
    let refused = try Sock.run(["bench", "--time", "0.1", "127.0.0.1", "\(other)"])
    #expect(
      refused.status == 76 && refused.errors.contains("does not answer as 'sock listen --bench' does"), "\(refused)")
    #expect(try Sock.run(["bench", "127.0.0.1", "1"]).status == 69)
    let (process, port) = try server(["-v"])
    let client = try Sock.start(["bench", "--time", "20", "127.0.0.1", "\(port)"])
    try process.errors?.waitForLine(containing: "accepted")
    // By then the server has answered; before that, it would be taken for another service.
    #expect(client.keepsRunning(for: .milliseconds(500)))
    process.send(SIGKILL)
    #expect(try Sock.outcome(of: client).status == 74)
  }

  /// A server that greets as ours does, takes all data, and reports figures of its own.
  @Test(
    "Impossible figures from the server are rejected",
    arguments: [
      ("upload", "by=M, ns=10**9"), ("upload", "by=n, ns=2*10**8, us=M"), ("upload", "by=n, ns=1"),
      ("upload", "by=n, ns=M"), ("upload", ""), ("upload", "by=n-1, ns=2*10**8"), ("datagrams", "dg=M"),
      ("datagrams", "dg=2, jit=M"), ("datagrams", "dg=1, late=2"), ("datagrams", "by=M, dg=1"),
    ])
  func impossibleFiguresAreRejected(_ work: String, _ result: String) throws {
    let (_, port) = try PythonPeer.server(
      """
      def answer(port=0, by=0, ns=0, us=0, dg=0, late=0, dup=0, jit=0):
        return b'sockrslt' + struct.pack('>H6xQQQQIIQ', port, by, ns, us, dg, late, dup, jit)
      M, u = 2 ** 64 - 1, bound()
      receive_exactly(c, 32)
      c.sendall(answer(port=u.getsockname()[1]))
      n = len(receive_all(c))
      c.sendall(answer(\(result)))
      hear()
      """)
    let format = work == "upload" ? ["--json"] : ["--count", "5"]
    let outcome = try Sock.run(["bench", "--time", "0.2", "--work", work, "127.0.0.1", "\(port)"] + format)
    #expect(outcome.status == 76 && outcome.output.isEmpty, "\(outcome)")
    #expect(outcome.errors.contains(" tells "), "\(outcome)")
  }

  @Test(
    "A server that stops answering is given a few seconds beyond the time",
    arguments: ["upload", "download", "both", "latency", "datagrams"])
  func silentServerIsGivenUp(_ work: String) throws {
    let (process, port) = try server()
    let client = try Sock.start(["bench", "--time", "0.5", "--work", work, "127.0.0.1", "\(port)"])
    #expect(client.keepsRunning(for: .milliseconds(250)))
    process.send(SIGSTOP)
    let outcome = try Sock.outcome(of: client, within: .seconds(9))
    process.send(SIGCONT)
    #expect(outcome.status == 75 && outcome.errors.contains("has not"), "\(outcome)")
  }

  @Test(
    "Nothing measured is a failure",
    arguments: [
      ("chargen", "", "hear()", 75, "has not sent anything within 200 ms"),
      ("chargen", "", "c.sendall(b'x' * 100)", 76, "it ended behind 100 bytes"),
      ("chargen", "", "c.sendall(b'x' * 100); reset(c)", 74, "ECONNRESET"),
      ("discard", "", "c.sendall(b'who are you')\nreceive_all(c)", 76, "it sends something"),
      ("discard", "", "hear()", 75, "has not"),
      ("echo", "both", "while True: c.sendall(bytes(b ^ 1 for b in c.recv(1000)))", 76, "other bytes"),
      ("echo", "both", "c.sendall(receive_all(c)[1:])", 76, "other bytes"),
      ("echo", "both", "receive_all(c)", 76, "it ended"),
      ("echo", "latency", "while True: c.sendall(bytes(b ^ 1 for b in c.recv(1000)))", 76, "other bytes"),
      ("echo", "latency", "c.recv(1); c.close()", 76, "it ended the connection"),
      (
        "bench", "download", "c.recv(99); c.sendall(b'HTTP/1.1 400 Bad Request\\r\\n\\r\\n' * 99)", 76, "--against echo"
      ),
      ("bench", "download", "c.recv(99); c.close()", 76, "--against echo"),
      ("bench", "upload", "c.recv(99); reset(c)", 74, "--against echo"),
    ])
  func nothingMeasuredIsFailure(
    _ service: String, _ work: String, _ script: String, _ status: CInt, _ message: String
  ) throws {
    let (_, port) = try PythonPeer.server(script)
    let outcome = try Sock.run(
      ["bench", "--time", "0.2", "--against", service, "127.0.0.1", "\(port)"] + (work.isEmpty ? [] : ["--work", work]))
    #expect(outcome.status == status && outcome.output.isEmpty, "\(outcome)")
    #expect(outcome.errors.contains(message), "\(outcome)")
    // A user who gave --against is not told to.
    #expect(outcome.errors.contains("say what it is") == (service == "bench"), "\(outcome)")
  }

  @Test("The time cuts short the wait for the next datagram, and a rate that was not reached is reported")
  func datagramPacing() throws {
    let (_, port) = try server()
    let slow = try bench(port, "--work datagrams --limit-rate 100")
    #expect(slow["datagrams-sent"] as? Int == 1 && slow["datagrams-received"] as? Int == 1)
    #expect(slow["rate-asked"] as? Int == 100 && slow["seconds"] as? Double ?? 9 < 1)
    let fast = try Sock.run(
      ["bench", "--time", "0.2", "--work", "datagrams", "--limit-rate", "1T", "127.0.0.1", "\(port)"])
    #expect(fast.text.contains("1.00 TiB/s") && fast.text.contains("was asked for, and not reached"), "\(fast)")
    let local = try Sock.run(["bench", "--work", "datagrams", "unix:/nowhere"])
    #expect(local.status == 64 && local.errors.contains("--work datagrams sends UDP"), "\(local)")
  }

  @Test("Every timed connection has the options and the source address of the first")
  func everyConnectionHasOptionsAndSource() throws {
    let (peer, port) = try PythonPeer.server(
      """
      for n in range(20):
        c, who = l.accept()
        say(who[0], c.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG))
      """)
    let words = "--against echo --work connects --count 20 -s 127.0.0.2 -o TCP_MAXSEG=600"
    #expect(try bench(port, words)["count"] as? Int == 20)
    for _ in 0..<20 { #expect(try peer.reply() == "127.0.0.2 588") }
    let local = try Sock.run(["bench", "--work", "connects", "-s", "/tmp/no", "unix:/nowhere"])
    #expect(local.status == 64 && local.errors.contains("--source is one name"), "\(local)")
  }

  @Test("A run cut short by the deadline has no result", arguments: ["connects", "latency", "upload"])
  func deadlineLeavesNoResult(_ work: String) throws {
    let (_, port) = try server()
    let outcome = try Sock.run(
      ["bench", "--work", work, "--time", "20", "--deadline", "0.5", "127.0.0.1", "\(port)"])
    #expect(outcome.status == 75 && outcome.output.isEmpty, "\(outcome)")
  }

  @Test("A server does not report connections that were only timed")
  func serverIsSilentAboutTimedConnections() throws {
    let (process, port) = try server()
    #expect(try bench(port, "--work connects --count 50 --streams 3")["count"] as? Int == 150)
    process.send(SIGTERM)
    #expect(try Sock.outcome(of: process).errorLines.count == 1)
  }

  @Test("The line on a terminal fits its width, and Ctrl-C moves past it")
  func terminalLineFits() throws {
    let (_, port) = try server()
    let directory = try TemporaryDirectory()
    let terminal = try Terminal(
      ["bench", "--time", "20", "--work", "both", "127.0.0.1", "\(port)"], state: directory, columns: 24)
    try terminal.wait(for: "\r")
    let line = try terminal.wait(for: "\r")
    #expect((1...24).contains(line.utf8.count), "\(line)")
    try terminal.type("\u{3}")
    try terminal.wait(for: "\n")
    #expect(try terminal.process.wait().status == 128 + SIGINT)
  }

  @Test(
    "A run that Ctrl-C ends prints what it has measured",
    arguments: ["upload", "download", "both", "latency", "connects", "datagrams"])
  func interruptedRunHasAResult(_ work: String) throws {
    let (_, port) = try server()
    for (format, wanted) in [("--json", "\"interrupted\":true"), ("-4", "interrupted")] {
      let client = try Sock.start([
        "bench", "--work", work, format, "--time", "60", "--streams", "2", "127.0.0.1", "\(port)",
      ])
      try eventually("the streams are at work") { try client.processorTime() >= .milliseconds(60) }
      client.send(SIGINT)
      let ending = try client.wait()
      let outcome = try Sock.outcome(of: client)
      #expect(ending.signal == SIGINT)
      #expect(outcome.text.contains(wanted) && outcome.text.contains(work), "\(outcome)")
      #expect(!outcome.text.contains("0.00 s"))
    }
  }

  @Test("A server survives clients that speak another protocol")
  func serverSurvivesOtherProtocols() throws {
    let (process, port) = try server()
    for bytes in ["GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "sockbnch\u{1}\u{7f}", "", "x"] {
      _ = try Sock.run(["send", "127.0.0.1", "\(port)"], input: .text(bytes))
    }
    #expect(try bench(port, "--bytes 1000")["arrived"] as? Int == 1000)
    process.send(SIGINT)
    let outcome = try Sock.outcome(of: process)
    #expect(outcome.errors.contains("does not speak as sock bench does"), "\(outcome)")
  }

  @Test("A result that cannot be written is 74, with the same words as in every verb")
  func unwritableResultIs74() throws {
    let (_, port) = try server()
    let full = try Descriptor.open("/dev/full", O_WRONLY)
    defer { full.close() }
    for (options, start) in [([], "sock: "), (["--json"], "{")] {
      let process = try Sock.start(
        ["bench", "--bytes", "1", "127.0.0.1", "\(port)"] + options, output: .descriptor(full))
      let outcome = try Sock.outcome(of: process)
      #expect(outcome.status == 74 && outcome.errors.hasPrefix(start), "\(outcome)")
      #expect(outcome.errors.contains("cannot write standard output: No space"), "\(outcome)")
    }
  }

  @Test("The text form has the same figures")
  func textHasTheSameResult() throws {
    let (_, port) = try server()
    let outcome = try Sock.run(["bench", "--time", "0.2", "127.0.0.1", "\(port)"])
    #expect(outcome.lines.first?.hasPrefix("upload, 1 stream, 0.") == true, "\(outcome)")
    for word in ["sent ", "arrived ", "processor here ", "TCP_INFO 1: "] {
      #expect(outcome.text.contains(word), "\(outcome)")
    }
  }

  @Test(
    "A server refuses options that it cannot use",
    arguments: [
      "--idle 5", "--peer-timeout 5", "--hex", "--log /dev/null", "--log-hex /dev/null", "--progress",
      "--limit-rate 1M",
      "--checksum md5", "--keep-open", "--sctp --sctp-stream 1",
    ])
  func serverRefusesUselessOptions(_ options: String) throws {
    let words = options.split(separator: " ").map(String.init)
    let outcome = try Sock.run(["listen", "--bench"] + words + ["127.0.0.1", "0"], within: .seconds(5))
    let name = words.first { $0 != "--sctp" } ?? ""
    #expect(outcome.status == 64 && outcome.errors.contains("\(name) has no use with --bench"), "\(outcome)")
  }

  @Test(
    "Mistakes are named",
    arguments: [
      ("--work upload --count 5", "--count has no use with --work upload: give --bytes"),
      ("--work latency --bytes 5", "--bytes has no use with --work latency: give --count"),
      ("--against echo --work upload", "--work upload needs another server"), ("--streams 129", "--streams '129'"),
      ("--time 10ms", "--time '10ms' is out of range"), ("--limit-rate 1M", "--limit-rate is for --work datagrams"),
      ("-p 40000 --streams 3", "--source-port is one port"), ("-p 40000 --work connects", "--source-port is one port"),
      ("--work datagrams --size 8", "--size '8'"), ("--udp", "--udp"),
    ])
  func mistakesAreNamed(_ options: String, _ message: String) throws {
    let outcome = try Sock.run(["bench"] + options.split(separator: " ").map(String.init) + ["127.0.0.1", "1"])
    #expect(outcome.status == 64 && outcome.errors.contains(message), "\(outcome)")
  }
}
