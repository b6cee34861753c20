import SockTestSupport
import Testing

/// `connect -z`: connect, report, end.
@Suite(.endToEnd) struct ProbeTests {
  @Test func `an open port is 0, and gets no data`() throws {
    let (peer, port) = try PythonPeer.server("say(len(receive_all(c)))")
    let outcome = try Sock.run(["connect", "-z", "-v", "127.0.0.1", "\(port)"], input: .text("not to be sent"))
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("sock: connected to 127.0.0.1:\(port) (tcp)"))
    #expect(outcome.output == [])
    #expect(try peer.reply() == "0")
  }

  @Test func `without -v an open port is reported, too, for that is what was asked`() throws {
    let (_, port) = try PythonPeer.server("receive_all(c)")
    let outcome = try Sock.run(["connect", "--zero", "127.0.0.1", "\(port)"])
    #expect(outcome.status == 0)
    #expect(outcome.output == [])
  }

  @Test func `a closed port is 69`() throws {
    let port = try Ports.free()
    let outcome = try Sock.run(["connect", "-z", "127.0.0.1", "\(port)"])
    #expect(outcome.status == 69)
    #expect(outcome.errors.contains("ECONNREFUSED"))
  }

  @Test func `it ends at once, though the peer says nothing, and stdin is left alone`() throws {
    let (_, port) = try PythonPeer.server("hear()")
    let input = try Pipe()
    try input.writer.write("keep me")
    let sock = try Sock.start(["connect", "-z", "127.0.0.1", "\(port)"], input: .descriptor(input.reader))
    #expect(try sock.wait(within: .seconds(10)).status == 0)
    #expect(try input.reader.read() == Array("keep me".utf8))
  }

  @Test func `a UDP port is sent an empty datagram, and no junk`() throws {
    let (peer, port) = try PythonPeer.datagrams(
      "s.settimeout(1)\ntry: say('junk', s.recv(100))\nexcept TimeoutError: say('nothing')")
    let outcome = try Sock.run(["connect", "-z", "-u", "127.0.0.1", "\(port)"])
    #expect(outcome.status == 0)
    #expect(try peer.reply() == "junk b''")
  }

  @Test func `a closed UDP port is 69`() throws {
    let port = try Ports.free()
    #expect(try Sock.run(["connect", "-z", "-u", "127.0.0.1", "\(port)"]).status == 69)
  }

  @Test func `a Unix socket can be probed`() throws {
    let directory = try TemporaryDirectory()
    #expect(try Sock.run(["connect", "-z", "-U", directory("s")]).status == 69)
    _ = try Sock.start(["listen", "-k", "-U", directory("s")])
    try SocketTable.waitForUnixSocket(directory("s"))
    #expect(try Sock.run(["connect", "-z", "-U", directory("s")]).status == 0)
  }
}
