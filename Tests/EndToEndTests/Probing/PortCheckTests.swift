import SockTestSupport
import Testing

/// `connect -z`: connect, report, end.
@Suite(.endToEnd) struct PortCheckTests {
  @Test("An open port is 0, and gets no data")
  func openPortIsSuccess() throws {
    let (peer, port) = try PythonPeer.server("say(len(receive_all(c)))")
    let outcome = try Sock.run(["connect", "-z", "-v", "127.0.0.1", "\(port)"], input: .text("not to be sent"))
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("sock: connected to 127.0.0.1:\(port) (tcp)"))
    #expect(outcome.output == [])
    #expect(try peer.reply() == "0")
  }

  @Test("An open port is reported even without -v")
  func openPortIsReportedWithoutV() throws {
    let (_, port) = try PythonPeer.server("receive_all(c)")
    let outcome = try Sock.run(["connect", "--zero", "127.0.0.1", "\(port)"])
    #expect(outcome.status == 0)
    #expect(outcome.output == [])
  }

  @Test("A closed port is 69")
  func closedPortIs69() throws {
    let port = try Ports.free()
    let outcome = try Sock.run(["connect", "-z", "127.0.0.1", "\(port)"])
    #expect(outcome.status == 69)
    #expect(outcome.errors.contains("ECONNREFUSED"))
  }

  @Test("It ends at once even if the peer is silent, and does not read stdin")
  func checkEndsAtOnce() throws {
    let (_, port) = try PythonPeer.server("hear()")
    let input = try Pipe()
    try input.writer.write("keep me")
    let sock = try Sock.start(["connect", "-z", "127.0.0.1", "\(port)"], input: .descriptor(input.reader))
    #expect(try sock.wait(within: .seconds(10)).status == 0)
    #expect(try input.reader.read() == Array("keep me".utf8))
  }

  @Test("A UDP port is sent an empty datagram and nothing else")
  func udpPortGetsAnEmptyDatagram() throws {
    let (peer, port) = try PythonPeer.datagrams(
      "s.settimeout(1)\ntry: say('junk', s.recv(100))\nexcept TimeoutError: say('nothing')")
    let outcome = try Sock.run(["connect", "-z", "-u", "127.0.0.1", "\(port)"])
    #expect(outcome.status == 0)
    #expect(try peer.reply() == "junk b''")
  }

  @Test("A closed UDP port is 69")
  func closedUDPPortIs69() throws {
    let port = try Ports.free()
    #expect(try Sock.run(["connect", "-z", "-u", "127.0.0.1", "\(port)"]).status == 69)
  }

  @Test("A Unix socket can be checked")
  func unixSocketCanBeChecked() throws {
    let directory = try TemporaryDirectory()
    #expect(try Sock.run(["connect", "-z", "-U", directory("s")]).status == 69)
    _ = try Sock.start(["listen", "-k", "-U", directory("s")])
    try SocketTable.waitForUnixSocket(directory("s"))
    #expect(try Sock.run(["connect", "-z", "-U", directory("s")]).status == 0)
  }
}
