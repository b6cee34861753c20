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
    #expect(outcome.errors == "sock: 127.0.0.1:\(port): open\n")
  }

  @Test("A closed port is 69")
  func closedPortIs69() throws {
    let port = try Ports.free()
    let outcome = try Sock.run(["connect", "-z", "127.0.0.1", "\(port)"])
    #expect(outcome.status == 69)
    #expect(outcome.errors.contains("ECONNREFUSED"))
    #expect(outcome.errorLines.first == "sock: 127.0.0.1:\(port): refused")
  }

  @Test("A service of the other protocol in a list is named as one, as elsewhere")
  func serviceOfOtherProtocol() throws {
    let outcome = try Sock.run(["connect", "-z", "localhost", "http,tftp"])
    #expect(outcome.status == 68 && outcome.errors.contains("tftp is a service of UDP only (EAI_SERVICE): add --udp"))
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

  @Test("Ports as a list and a range: a line each, in their order, and the status of the last that is not open")
  func listOfPorts() throws {
    let (peer, open) = try PythonPeer.server("receive_all(c)")
    let closed = try Ports.free()
    let all = try Sock.run(["connect", "-z", "127.0.0.1", "\(open)-\(open),\(closed),\(open)"])
    #expect(all.status == 69)
    #expect(
      all.errorLines == [
        "sock: 127.0.0.1:\(open): open", "sock: 127.0.0.1:\(closed): refused", "sock: 1 of 2 ports are not open",
      ])
    try peer.finish()
    let outcome = try Sock.run(["connect", "-z", "--json", "127.0.0.1:\(closed),http"])
    let found = outcome.errorLines.filter { $0.contains(#""event":"found""#) }
    #expect(
      found.count == 2 && found.allSatisfy { $0.contains(#""result":"#) && $0.contains(#""endpoint":"127.0.0.1:"#) })
    #expect(found.last?.contains(#""endpoint":"127.0.0.1:80""#) == true, "http: \(outcome)")
  }

  @Test("With -z, --quiet leaves the findings out and the errors in")
  func quietCheck() throws {
    let closed = try Ports.free()
    let outcome = try Sock.run(["connect", "-z", "--quiet", "127.0.0.1", "\(closed)-\(closed + 1)"])
    #expect(outcome.status == 69 && outcome.errorLines == ["sock: 2 of 2 ports are not open"], "\(outcome)")
  }

  @Test(
    "Ports that are none are refused before anything is tried",
    arguments: ["25-20", "0", "0-3", "65536", "1-65536", "20-", "1,,2", "1,", ",", "nosuch-service,80", "80,70000"])
  func invalidPorts(_ ports: String) throws {
    let outcome = try Sock.run(["connect", "-z", "127.0.0.1", ports])
    #expect(outcome.status == 64, "\(outcome)")
    #expect(!outcome.errors.contains("refused"))
  }

  @Test(
    "Silent ports are tried at the same time, and say no answer",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"))
  func silentPorts() throws {
    let outcome = try Sock.inNamespace(
      TestNetwork.blackHole + "exec $SOCK connect -z -w 500ms 10.9.0.2 1-200", within: .seconds(20))
    #expect(outcome.status == 75, "\(outcome)")
    #expect(outcome.errorLines.count == 201)
    #expect(outcome.errorLines.first == "sock: 10.9.0.2:1: no answer")
    #expect(outcome.errorLines.dropLast().last == "sock: 10.9.0.2:200: no answer")
    // One after the other they would take 100 seconds.
    #expect(outcome.seconds < 10)
  }

  @Test("Over UDP an answer is open, a refusal is refused, and silence may be either")
  func datagramFindings() throws {
    let (_, answers) = try PythonPeer.datagrams("data, who = s.recvfrom(10); s.sendto(b'', who); hear()")
    let (_, silent) = try PythonPeer.datagrams("hear()")
    let closed = try Ports.free()
    let outcome = try Sock.run(["connect", "-z", "-u", "-q", "300ms", "127.0.0.1", "\(answers),\(silent),\(closed)"])
    #expect(outcome.status == 69)
    #expect(
      outcome.errorLines == [
        "sock: 127.0.0.1:\(answers): open", "sock: 127.0.0.1:\(silent): open|filtered",
        "sock: 127.0.0.1:\(closed): refused", "sock: 1 of 3 ports are not open",
      ])
  }

  @Test(
    "A UDP service on one address of a name is found",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"))
  func datagramServiceOnOneAddress() throws {
    let outcome = try Sock.inNamespace(
      TestNetwork.twoFamilies + """
        $SOCK udp-recv 127.0.0.1 7 & until ss -lun | grep -q :7; do :; done
        exec $SOCK connect -z -u both 7
        """)
    #expect(outcome.status == 0, "\(outcome)")
  }

  @Test("A check of a Unix datagram socket sends it nothing")
  func unixDatagramSocketGetsNothing() throws {
    let directory = try TemporaryDirectory()
    let receiver = try Sock.start(["recv", "-v", "-U", "--type", "dgram", "--quiet-for", "100ms", directory("s")])
    try SocketTable.waitForUnixSocket(directory("s"))
    #expect(try Sock.run(["connect", "-z", "-U", "--type", "dgram", directory("s")]).status == 0)
    _ = try Sock.run(["udp-send", "-U", directory("s"), "x"])
    let outcome = try Sock.outcome(of: receiver)
    #expect(outcome.errorLines.filter { $0.contains("received") }.count == 1, "\(outcome)")
  }
}
