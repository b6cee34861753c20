import SockTestSupport
import Testing

/// `--family`, `--type`, `--protocol`, `--address`: any socket, by the arguments of socket(2).
@Suite(.endToEnd) struct SocketByNumbersTests {
  static let count = 1 << 20

  /// The `sa_data` of 127.0.0.1 and a port.
  private func ipv4(_ port: Int) -> String {
    let digits = String(port, radix: 16)
    return String(repeating: "0", count: 4 - digits.count) + digits + "7f000001"
  }

  private func hexadecimal(_ text: String) -> String {
    text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private func digest(_ bytes: [UInt8]) throws -> String {
    let peer = try PythonPeer("say(digest(sys.stdin.buffer.read(\(bytes.count))))")
    try peer.process.input?.write(bytes)
    return try peer.reply()
  }

  @Test(
    "A raw socket has a protocol in place of a port", arguments: ["127.0.0.1:99999", "127.0.0.1 99999", "127.0.0.1:-1"])
  func rawSocketTakesAProtocol(_ endpoint: String) throws {
    let outcome = try Sock.run(
      ["connect", "--type", "raw", "--family", "inet"] + endpoint.split(separator: " ").map(String.init))
    #expect(outcome.status == 64 && outcome.errors.contains("is not an IP protocol"), "\(outcome)")
  }

  @Test("TCP by numbers carries 1 MiB to a Python server and back", arguments: ["127.0.0.1 PORT", "--address HEX"])
  func tcpToPythonServer(_ endpoint: String) throws {
    let (peer, port) = try PythonPeer.server(
      "data = receive_all(c)\nsay(digest(data))\nc.sendall(data[::-1])\nc.close()")
    let data = RandomData.bytes(Self.count)
    let words = endpoint.replacing("PORT", with: "\(port)").replacing("HEX", with: ipv4(port)).split(separator: " ")
    let outcome = try Sock.run(
      ["connect", "--family", "2", "--type", "1", "--protocol", "6"] + words.map(String.init), input: .bytes(data))
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output == data.reversed())
    #expect(try peer.reply() == digest(data))
  }

  @Test("TCP by numbers takes 1 MiB from a Python client and sends it back")
  func tcpFromPythonClient() throws {
    let data = RandomData.bytes(Self.count, seed: 2)
    let process = try Sock.start(
      ["listen", "--family", "AF_INET", "--type", "SOCK_STREAM", "--address", "0000 7f:00:00:01"], input: .bytes(data))
    let line = try process.errors?.waitForLine(containing: "listening") ?? ""
    #expect(line.hasPrefix("sock: listening on 127.0.0.1:") && line.hasSuffix("(tcp)"))
    let peer = try PythonPeer.client(
      port: SockListener.port(in: line),
      "data = receive_all(c)\nsay(digest(data))\nc.sendall(data[::-1])\nc.close()")
    #expect(try peer.reply() == digest(data))
    let outcome = try Sock.outcome(of: process)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output == data.reversed())
  }

  @Test("A protocol number is named as its transport: MPTCP")
  func numberNamesItsTransport() throws {
    let numbers = ["--family", "inet", "--type", "stream", "--protocol", "262"]
    let server = try Sock.start(["listen"] + numbers + ["127.0.0.1", "0"], input: .text("hello"))
    let line = try server.errors?.waitForLine(containing: "listening") ?? ""
    #expect(line.hasSuffix("(mptcp)"))
    let outcome = try Sock.run(["connect", "-v"] + numbers + ["127.0.0.1", "\(SockListener.port(in: line))"])
    #expect(outcome.status == 0 && outcome.text == "hello", "\(outcome)")
    #expect(outcome.errors.contains("(mptcp)"))
  }

  @Test(
    "A datagram by numbers reaches socat, and its answer comes back", arguments: ["127.0.0.1 PORT", "--address HEX"])
  func datagramReachesSocat(_ endpoint: String) throws {
    let port = try Ports.free()
    _ = try RunningProcess("socat", ["UDP4-RECVFROM:\(port),bind=127.0.0.1", "EXEC:rev"], input: .null)
    try SocketTable.udp.waitForListener(on: port)
    let words = endpoint.replacing("PORT", with: "\(port)").replacing("HEX", with: ipv4(port)).split(separator: " ")
    let outcome = try Sock.run(
      ["udp-send", "--reply", "--wait", "10", "--family", "inet", "--type", "dgram", "--protocol", "udp"]
        + words.map(String.init) + ["hello"])
    #expect(outcome.status == 0 && outcome.text.hasPrefix("olleh"), "\(outcome)")
  }

  @Test("udp-recv by numbers takes a datagram from socat")
  func datagramFromSocat() throws {
    let process = try Sock.start(
      ["udp-recv", "--count", "1", "--family", "2", "--type", "2", "--protocol", "17", "--address", "00007f000001"])
    let line = try process.errors?.waitForLine(containing: "listening") ?? ""
    let port = try SockListener.port(in: line)
    let socat = try RunningProcess("socat", ["-u", "STDIN", "UDP4:127.0.0.1:\(port)"], input: .text("from socat"))
    #expect(try Sock.outcome(of: process).text == "from socat")
    #expect(try socat.wait().status == 0)
  }

  @Test("A Unix stream by numbers: a path, and an abstract name", arguments: ["PATH", "00NAME"])
  func unixStreamByNumbers(_ form: String) throws {
    let directory = try TemporaryDirectory()
    let isPath = form == "PATH"
    let name = hexadecimal(directory("s"))
    let numbers = ["--family", "1", "--type", "1", "--address", isPath ? name : "00" + name]
    let data = RandomData.bytes(Self.count, seed: 3)
    let server = try Sock.start(["recv", "-v"] + numbers)
    let line = try server.errors?.waitForLine(containing: "listening") ?? ""
    #expect(line == "sock: listening on \(isPath ? "" : "@")\(directory("s")) (unix)")
    #expect(directory.entries == (isPath ? ["s"] : []))
    let client = try Sock.run(["send", "--no-reply"] + numbers, input: .bytes(data))
    #expect(client.status == 0, "\(client)")
    let outcome = try Sock.outcome(of: server)
    #expect(outcome.status == 0 && outcome.output == data, "\(outcome.errors)")
    #expect(directory.entries == [])
  }

  @Test("A message follows the address, and an unnamed socket is called by its numbers")
  func messageFollowsTheAddress() throws {
    let numbers = ["--family", "netlink", "--type", "dgram", "--protocol", "usersock", "--address", "0000"]
    let outcome = try Sock.run(["udp-send", "--json"] + numbers + ["a", "message"])
    // There is no receiver there, so it is refused.
    #expect(outcome.status == 69, "\(outcome)")
    #expect(outcome.errors.contains(#""transport":"AF_NETLINK/SOCK_DGRAM/2""#), "\(outcome)")
  }

  @Test("A socket the kernel lacks is 78 by numbers, too")
  func missingSocketIs78() throws {
    for numbers in ["999 1 0", "inet 1 9999", "inet seqpacket 6", "unix rdm 0"] {
      let words = numbers.split(separator: " ").map(String.init)
      let outcome = try Sock.run(
        ["connect", "--family", words[0], "--type", words[1], "--protocol", words[2], "--address", "00"])
      #expect(outcome.status == 78, "\(outcome)")
      #expect(outcome.errors.contains("is not in this kernel: socket"), "\(outcome)")
    }
  }
}
