import Glibc
import SockTestSupport
import Testing

/// `listen` and `connect` with `--exec` and `--shell-exec`: a program for each peer.
@Suite(.endToEnd) struct PeerProgramTests {
  private static func answer(_ options: [String], to message: String) throws -> (
    client: Sock.Outcome, listener: Sock.Outcome
  ) {
    let listener = try SockListener(options)
    let client = try Sock.run(["send", "127.0.0.1", "\(listener.port)", message])
    return (client, try listener.outcome())
  }

  @Test("A program gets what the peer sends until its end, and the peer all that it writes")
  func exec() throws {
    let (client, listener) = try Self.answer(["-v", "--exec", "tr a-z 'A-Z'"], to: "quietly")
    #expect(client.text == "QUIETLY" && client.status == 0 && listener.status == 0, "\(client) \(listener)")
    #expect(listener.errors.contains("sent 7 bytes, received 7 bytes") && listener.errors.contains(", status 0"))
    #expect(listener.output.isEmpty)
  }

  @Test("A program that writes a megabyte and exits at once is drained to its last byte", arguments: 1...10)
  func drained(_ run: Int) throws {
    let (client, listener) = try Self.answer(["--shell-exec", "head -c 1000000 /dev/zero"], to: "")
    #expect(client.output.count == 1_000_000 && client.status == 0 && listener.status == 0)
  }

  @Test("The status of a program is in the closed event, and that of a single one is sock's")
  func statuses() throws {
    let (client, failed) = try Self.answer(["--json", "--shell-exec", "echo partly; exit 3"], to: "")
    #expect(client.text == "partly\n" && client.status == 0)
    #expect(failed.status == 3 && failed.errors.contains("\"status\":3"), "\(failed)")
    let (cut, killed) = try Self.answer(["--shell-exec", "read word; echo partly; kill -9 $$"], to: "go\n")
    #expect(cut.text == "partly\n" && cut.status == 74 && killed.status == 137, "\(cut) \(killed)")
  }

  @Test("A program gets the limit of descriptors that sock was started with, though a server raises its own")
  func descriptorLimit() throws {
    let shell = try RunningProcess(
      "/bin/sh", ["-c", "ulimit -Sn 300; exec \"$0\" listen -k --shell-exec 'ulimit -Sn' 127.0.0.1 0", Sock.binary])
    let server = try SockListener(running: shell)
    #expect(try Sock.run(["send", "127.0.0.1", "\(server.port)", ""]).text == "300\n")
  }

  @Test("With --keep-open each peer has a program of its own, and they run at the same time")
  func many() throws {
    let listener = try SockListener(["-k", "-v", "--shell-exec", "echo $$; read word; echo \"<$word>\"; exit 4"])
    let clients = try (1...20).map { number in
      try PythonPeer.client(
        port: listener.port,
        "f = c.makefile()\nsay(f.readline().strip())\nhear()\nc.sendall(b'\(number)\\n')\nsay(f.read().strip())\nhear()"
      )
    }
    let identifiers = Set(try clients.map { try $0.reply() })
    #expect(identifiers.count == clients.count)
    for (index, client) in clients.enumerated() {
      try client.tell()
      #expect(try client.reply() == "<\(index + 1)>")
    }
    // Programs that failed have not ended it, and none of them is left as a zombie.
    _ = try listener.errors.waitForLine(containing: "status 4")
    try eventually("all programs are reaped") {
      identifiers.compactMap { pid_t($0) }.allSatisfy { kill($0, 0) == -1 && errno == ESRCH }
    }
    listener.process.send(SIGTERM)
    #expect(try listener.process.wait().status == 143)
  }

  @Test("SIGTERM ends the programs, even those that ignore it, and nothing is left of them")
  func stubborn() throws {
    let listener = try SockListener(["-k", "--shell-exec", "trap '' TERM; echo $$; while :; do sleep 0.01; done"])
    let client = try PythonPeer.client(port: listener.port, "say(c.makefile().readline().strip())\nhear()")
    let identifier = try #require(pid_t(try client.reply()))
    listener.process.send(SIGTERM)
    #expect(try listener.process.wait().status == 143)
    #expect(kill(identifier, 0) == -1 && errno == ESRCH)
  }

  @Test("A peer's reset ends the program by SIGTERM, not by the end of its input")
  func reset() throws {
    let directory = try TemporaryDirectory()
    let listener = try SockListener([
      "--shell-exec", "trap 'echo term >\(directory("end")); exit' TERM; echo on; while :; do sleep 0.01; done",
    ])
    let client = try PythonPeer.client(port: listener.port, "say(receive_exactly(c, 3).decode().strip())\nreset(c)")
    #expect(try client.reply() == "on")
    #expect(try listener.outcome().status == 74)
    #expect(try readFile(directory("end")) == Array("term\n".utf8))
  }

  @Test("A program learns both addresses, by sock's names and by ncat's")
  func environment() throws {
    let (client, _) = try Self.answer(
      [
        "--shell-exec",
        "echo $SOCK_PEER_ADDRESS $SOCK_LOCAL_ADDRESS $SOCK_TRANSPORT $NCAT_REMOTE_ADDR $NCAT_LOCAL_ADDR $NCAT_PROTO;"
          + " test $SOCK_PEER_PORT = $NCAT_REMOTE_PORT && test $SOCK_LOCAL_PORT = $NCAT_LOCAL_PORT && echo same",
      ], to: "")
    #expect(client.text == "127.0.0.1 127.0.0.1 tcp 127.0.0.1 127.0.0.1 TCP\nsame\n", "\(client)")
  }

  @Test("--pty gives a terminal, --exec-direct the socket itself, in blocking mode")
  func manners() throws {
    let (terminal, _) = try Self.answer(["--pty", "--exec", "sh -c 'test -t 0 && test -t 2 && tty'"], to: "")
    #expect(terminal.text.contains("/dev/pts/"), "\(terminal)")
    let script =
      "import os, socket\ns = socket.socket(fileno=0)\nprint(os.get_blocking(0), s.getpeername()[0], flush=True)"
    let direct = ["--exec-direct", "-v", "--exec", "\(PythonPeer.interpreter) -c '\(script)'"]
    let (socket, listener) = try Self.answer(direct, to: "")
    #expect(socket.text == "True 127.0.0.1\n" && listener.status == 0, "\(socket) \(listener)")
    #expect(listener.errors.contains(": open for ") && listener.errors.contains(", status 0"))
  }

  @Test("connect --exec joins a program to the peer that was connected to")
  func connects() throws {
    let listener = try SockListener(input: .text("what we say"))
    let client = try Sock.run(["connect", "127.0.0.1", "\(listener.port)", "--shell-exec", "tr a-z A-Z; exit 5"])
    #expect(client.status == 5 && client.output.isEmpty, "\(client)")
    #expect(try listener.outcome().text == "WHAT WE SAY")
  }

  @Test("A program speaks through TLS as over a plain connection")
  func overTLS() throws {
    let listener = try SockListener(["--tls", "--exec", "tr a-z A-Z"])
    let client = try Sock.run(["send", "--tls", "--tls-no-verify", "127.0.0.1", "\(listener.port)", "secret"])
    #expect(client.text == "SECRET" && client.status == 0, "\(client)")
    #expect(try listener.outcome().status == 0)
  }

  @Test("Only this host can connect, unless a host is named")
  func loopback() throws {
    let local = try SockListener(running: try Sock.start(["listen", "-k", "-v", "0", "--exec", "cat"]))
    #expect(local.report.contains("127.0.0.1:") || local.report.contains("[::1]:"), "\(local.report)")
    let open = try SockListener(["-k", "--exec", "cat"], host: "0.0.0.0")
    #expect(open.report.contains("0.0.0.0:"), "\(open.report)")
  }

  @Test("What cannot be run or combined is refused before anything is listened on")
  func refused() throws {
    let refused: [([String], CInt, String)] = [
      (["--exec", "nosuchprogram"], 64, "nosuchprogram"), (["--exec", "/no/such"], 64, "ENOENT"),
      (["--exec", "/etc/passwd"], 77, "EACCES"), (["--exec", "'cat"], 64, "no closing"),
      (["--exec", ""], 64, "--exec"),
      (["--shell-exec", ""], 64, "--shell-exec"), (["--exec", "cat", "--shell-exec", "cat"], 64, "only one"),
      (["--pty"], 64, "--exec"), (["--exec-direct"], 64, "--exec"),
      (["--exec", "cat", "--frame", "line"], 64, "--frame"), (["--exec", "cat", "--send-only"], 64, "--send-only"),
      (["--exec", "cat", "--pty", "--exec-direct"], 64, "exclude"),
      (["--exec", "cat", "--exec-direct", "--tls"], 64, "--tls"),
      (["--exec", "cat", "--exec-direct", "-x"], 64, "--hex"),
    ]
    for (options, status, words) in refused {
      let outcome = try Sock.run(["listen", "-v", "127.0.0.1", "0"] + options)
      #expect(outcome.status == status && outcome.errors.contains(words), "\(options): \(outcome)")
      #expect(!outcome.errors.contains("listening"))
    }
  }
}
