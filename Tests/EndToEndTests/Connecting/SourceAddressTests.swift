import SockTestSupport
import Testing

/// `-s` and `-p`: the source address and port of a connection.
@Suite(.endToEnd) struct SourceAddressTests {
  @Test("The peer sees the address of -s", arguments: ["connect", "send"])
  func sourceAddressIsSeen(_ verb: String) throws {
    let (peer, port) = try PythonPeer.server("say(who[0])\nc.close()")
    let message = verb == "send" ? ["x"] : []
    _ = try Sock.run([verb, "-s", "127.0.0.9", "127.0.0.1", "\(port)"] + message)
    #expect(try peer.reply() == "127.0.0.9")
  }

  @Test("The peer sees the port of -p")
  func sourcePortIsSeen() throws {
    let (peer, port) = try PythonPeer.server("say(who[1])\nc.close()")
    let source = try Ports.free()
    _ = try Sock.run(["connect", "-p", "\(source)", "127.0.0.1", "\(port)"])
    #expect(try peer.reply() == "\(source)")
  }

  @Test("Both together, over UDP and IPv6")
  func bothOverUDPAndIPv6() throws {
    let (peer, port) = try PythonPeer.datagrams(host: "::1", "data, who = s.recvfrom(10)\nsay(who[0], who[1])")
    let source = try Ports.free()
    #expect(try Sock.run(["udp-send", "-s", "::1", "-p", "\(source)", "::1", "\(port)", "x"]).status == 0)
    #expect(try peer.reply() == "::1 \(source)")
  }

  @Test("A source port in use is 71, and named")
  func sourcePortInUseIs71() throws {
    let listener = try SockListener(["-k"])
    let (_, port) = try PythonPeer.server("hear()")
    let outcome = try Sock.run(["connect", "-s", "127.0.0.1", "-p", "\(listener.port)", "127.0.0.1", "\(port)"])
    #expect(outcome.status == 71)
    #expect(outcome.errors.contains("\(listener.port)"))
  }

  @Test("A source address that is not local is 71")
  func foreignSourceAddressIs71() throws {
    let (_, port) = try PythonPeer.server("hear()")
    let outcome = try Sock.run(["connect", "-s", "192.0.2.1", "127.0.0.1", "\(port)"])
    #expect(outcome.status == 71)
    #expect(outcome.errors.contains("192.0.2.1"))
  }

  @Test("A Unix client binds the path of -s, and removes it")
  func unixClientHasASourcePath() throws {
    let directory = try TemporaryDirectory()
    let peer = try PythonPeer(
      """
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      s.bind('\(directory("server"))')
      say('ready')
      data, who = s.recvfrom(100)
      s.sendto(b'hello ' + os.path.basename(who).encode(), who)
      """)
    #expect(try peer.reply() == "ready")
    let outcome = try Sock.run(
      ["udp-send", "-U", "--reply", "-s", directory("client"), directory("server"), "x"])
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.text == "hello client")
    #expect(directory.entries == ["server"])
  }
}
