import Glibc
import SockTestSupport
import Testing

/// Sockets that are open already: `systemd:` from systemd's `LISTEN_FDS`, and `--inetd`.
@Suite(.endToEnd) struct ActivationTests {
  /// Starts it with sockets as systemd passes them: from descriptor 3 on, for the process itself.
  private static func activate(
    _ arguments: [String], _ sockets: [Descriptor], names: String = "", process: String = "$$"
  ) throws -> RunningProcess {
    let variables = "LISTEN_FDS=\(sockets.count) LISTEN_PID=\(process) LISTEN_FDNAMES=\(names) "
    var descriptors: [CInt: Descriptor] = [:]
    for (index, socket) in sockets.enumerated() { descriptors[CInt(3 + index)] = socket }
    return try RunningProcess(
      "sh", ["-c", variables + "exec \"$0\" \"$@\"", Sock.binary] + arguments, descriptors: descriptors)
  }

  private static func expectAnswer(from port: Int, _ answer: String = "ABC") throws {
    #expect(try Sock.run(["send", "127.0.0.1", "\(port)", "abc"]).text == answer)
  }

  @Test("All sockets are served, or those of one name")
  func sockets() throws {
    let (first, second) = (try Descriptor.listening(), try Descriptor.listening())
    let all = try Self.activate(
      ["listen", "-k", "-v", "systemd:", "--exec", "tr a-z A-Z"], [first.socket, second.socket])
    try Self.expectAnswer(from: first.port)
    try Self.expectAnswer(from: second.port)
    all.send(SIGTERM)
    #expect(try all.wait().signal == SIGTERM)
    let one = try Self.activate(
      ["relay", "-v", "systemd:api", "exec:tr a-z A-Z"], [first.socket, second.socket], names: "web:api")
    try Self.expectAnswer(from: second.port)
    #expect(one.errors?.text.contains("listening on 127.0.0.1:\(second.port)") == true)
    #expect(one.errors?.text.contains(":\(first.port)") == false)
  }

  @Test("Programs inherit neither the variables nor the sockets")
  func programs() throws {
    let (socket, port) = try Descriptor.listening()
    let server = try Self.activate(
      ["listen", "systemd:", "--shell-exec", "env | grep -c LISTEN; ls /proc/self/fd | wc -l"], [socket])
    // The three streams, and the directory that ls reads.
    #expect(try Sock.run(["send", "127.0.0.1", "\(port)", ""]).text == "0\n4\n")
    #expect(try server.wait().status == 0)
  }

  @Test("A connection that systemd has accepted is served as the only one")
  func accepted() throws {
    let (listener, port) = try Descriptor.listening()
    let client = try PythonPeer.client(port: port, "c.sendall(b'abc')\nc.shutdown(1)\nsay(receive_all(c).decode())")
    let connection = try Descriptor(owning: accept(listener.raw, nil, nil))
    let server = try Self.activate(["listen", "-v", "systemd:", "--exec", "tr a-z A-Z"], [connection])
    connection.close()
    #expect(try client.reply() == "ABC")
    #expect(try server.wait().status == 0)
  }

  @Test("Without sockets it says what to do", arguments: [("0", "$$"), ("1", "1")])
  func none(_ count: String, _ process: String) throws {
    let sockets = count == "1" ? [try Descriptor.listening().socket] : []
    let outcome = try Sock.outcome(of: Self.activate(["listen", "systemd:"], sockets, process: process))
    #expect(outcome.status == 64, "\(outcome)")
    #expect(outcome.errors.contains(count == "1" ? "LISTEN_PID is 1" : "has passed no socket"), "\(outcome)")
  }

  @Test("An unknown name, two kinds of sockets, and a peer are refused")
  func refused() throws {
    let (socket, _) = try Descriptor.listening()
    let datagrams = try Descriptor(owning: Glibc.socket(AF_INET, CInt(SOCK_DGRAM.rawValue), 0))
    let unknown = try Sock.outcome(of: Self.activate(["listen", "systemd:ap"], [socket], names: "api"))
    #expect(unknown.status == 64 && unknown.errors.contains("there is api"), "\(unknown)")
    let mixed = try Sock.outcome(of: Self.activate(["listen", "-k", "systemd:"], [socket, datagrams]))
    #expect(mixed.status == 64 && mixed.errors.contains("FileDescriptorName="), "\(mixed)")
    for arguments in [["connect", "systemd:"], ["relay", "127.0.0.1:0", "systemd:web"]] {
      let outcome = try Sock.run(arguments)
      #expect(outcome.status == 64 && outcome.errors.contains("a socket to listen on"), "\(outcome)")
    }
  }

  // MARK: - inetd

  /// Starts it with a socket as its standard input, output and error.
  private static func inetd(_ arguments: [String], _ socket: Descriptor) throws -> RunningProcess {
    try Sock.start(
      arguments, input: .descriptor(socket), output: .descriptor(socket), errors: .descriptor(socket))
  }

  @Test(
    "A connection is served, and nothing else is written to it",
    arguments: [["listen", "-v", "--inetd", "--exec", "tr a-z A-Z"], ["relay", "-v", "--inetd", "exec:tr a-z A-Z"]])
  func nowait(_ arguments: [String]) throws {
    let (listener, port) = try Descriptor.listening()
    let client = try PythonPeer.client(port: port, "c.sendall(b'abc')\nc.shutdown(1)\nsay(receive_all(c).decode())")
    let connection = try Descriptor(owning: accept(listener.raw, nil, nil))
    let server = try Self.inetd(arguments, connection)
    connection.close()
    #expect(try client.reply() == "ABC")
    #expect(try server.wait().status == 0)
  }

  @Test(
    "An error is not written to the peer, either", arguments: [["--nonsense"], [], ["--exec", "/nowhere"], ["80"]])
  func errors(_ more: [String]) throws {
    let (listener, port) = try Descriptor.listening()
    let client = try PythonPeer.client(port: port, "say(receive_all(c).decode() + 'end')")
    let connection = try Descriptor(owning: accept(listener.raw, nil, nil))
    let server = try Self.inetd(["listen", "-v", "--inetd"] + more, connection)
    connection.close()
    #expect(try client.reply() == "end")
    #expect(try server.wait().status == 64)
  }

  @Test("A socket that listens serves many")
  func wait() throws {
    let (listener, port) = try Descriptor.listening()
    let server = try Self.inetd(["listen", "-k", "-v", "--inetd", "--exec", "tr a-z A-Z"], listener)
    for _ in 0..<3 { try Self.expectAnswer(from: port) }
    server.send(SIGTERM)
    #expect(try server.wait().signal == SIGTERM)
  }

  @Test("Without a socket it is 64")
  func noSocket() throws {
    let outcome = try Sock.run(["listen", "--inetd"])
    #expect(outcome.status == 64 && outcome.errors.contains("no socket"), "\(outcome)")
  }
}
