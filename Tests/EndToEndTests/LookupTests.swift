import SockTestSupport
import Testing

/// `resolve`, `opts` and `families`: their answers are payload, and go to stdout.
@Suite(.endToEnd) struct LookupTests {
  @Test func `resolve prints the addresses of a name`() throws {
    let outcome = try Sock.run(["resolve", "localhost"])
    #expect(outcome.status == 0)
    #expect(outcome.lines.contains { $0.contains("127.0.0.1") })
    #expect(outcome.errors == "")
  }

  @Test func `resolve -4 and -6 choose a family, and a service adds a port`() throws {
    let four = try Sock.run(["resolve", "-4", "localhost", "http"])
    #expect(four.status == 0)
    #expect(four.text.contains("127.0.0.1") && four.text.contains("80"))
    #expect(!four.text.contains("::1"))
  }

  @Test func `an address is looked up in reverse`() throws {
    let outcome = try Sock.run(["resolve", "127.0.0.1"])
    #expect(outcome.status == 0)
    #expect(outcome.text.contains("localhost"))
  }

  @Test func `--legacy gives the same by the older calls`() throws {
    let name = try Sock.run(["resolve", "--legacy", "localhost"])
    #expect(name.status == 0)
    #expect(name.text.contains("127.0.0.1"))
    let address = try Sock.run(["resolve", "--legacy", "127.0.0.1"])
    #expect(address.status == 0)
    #expect(address.text.contains("localhost"))
  }

  @Test(.enabled(if: Sock.canMakeNamespaces, "needs the right to make namespaces"))
  func `a name with addresses of both families has them all`() throws {
    let outcome = try Sock.inNamespace(EndpointTests.twoFamilies + "exec $SOCK resolve both")
    #expect(outcome.status == 0)
    #expect(outcome.text.contains("127.0.0.1"))
    #expect(outcome.text.contains("::1"))
  }

  @Test(.enabled(if: Sock.canMakeNamespaces, "needs the right to make namespaces"), arguments: ["", "--legacy"])
  func `a name that does not resolve is 68`(_ option: String) throws {
    let outcome = try Sock.inNamespace(
      ExitStatusTests.withoutDNS("exec $SOCK resolve \(option) no.such.name.invalid"))
    #expect(outcome.status == 68)
    #expect(outcome.output == [])
    #expect(outcome.errors.contains("no.such.name.invalid"))
  }

  @Test(arguments: [
    ["resolve", "--json", "localhost"], ["resolve", "--json", "127.0.0.1"], ["opts", "--json"], ["families", "--json"],
    ["opts", "--json", "SO_RCVBUF=64k"], ["resolve", "--json", "--legacy", "localhost", "http"],
  ])
  func `--json is one array of objects, on stdout`(_ words: [String]) throws {
    let outcome = try Sock.run(words)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    let peer = try PythonPeer(
      "objects = json.loads(sys.stdin.buffer.read().decode())\n"
        + "say(type(objects) is list and len(objects) > 0 and all(type(o) is dict and o for o in objects))")
    try peer.process.input?.write(outcome.output)
    peer.process.input?.close()
    #expect(try peer.reply() == "True")
  }

  @Test func `opts lists names, and this kernel's defaults`() throws {
    let outcome = try Sock.run(["opts"])
    #expect(outcome.status == 0)
    for name in ["SO_RCVBUF", "SO_SNDBUF", "SO_LINGER", "SO_KEEPALIVE", "TCP_NODELAY", "IP_TTL", "SO_REUSEADDR"] {
      #expect(outcome.lines.contains { $0.contains(name) }, "\(name)")
    }
    #expect(outcome.lines.contains { $0.contains("IP_TTL") && $0.contains("64") })
    #expect(outcome.lines.contains { $0.contains("SO_RCVBUF") && $0.contains("131072") || $0.contains("SO_RCVBUF ") })
  }

  @Test func `opts NAME shows one, in any spelling`() throws {
    for spelling in ["SO_RCVBUF", "so_rcvbuf", "rcvbuf"] {
      let outcome = try Sock.run(["opts", spelling])
      #expect(outcome.status == 0)
      #expect(outcome.text.contains("SO_RCVBUF"))
      #expect(!outcome.text.contains("TCP_NODELAY"))
    }
  }

  @Test func `opts NAME=VALUE sets it, and reads back what the kernel made of it`() throws {
    let outcome = try Sock.run(["opts", "SO_RCVBUF=64k"])
    #expect(outcome.status == 0)
    #expect(outcome.text.contains("131072"), "\(outcome.text)")
  }

  @Test(arguments: ["udp", "unix"])
  func `opts --type asks another kind of socket`(_ type: String) throws {
    let outcome = try Sock.run(["opts", "--type", type])
    #expect(outcome.status == 0)
    #expect(outcome.text.contains("SO_RCVBUF"))
  }

  @Test func `families says what this kernel opens, by the names of C`() throws {
    let outcome = try Sock.run(["families"])
    #expect(outcome.status == 0)
    for name in ["AF_INET", "AF_INET6", "AF_UNIX", "SOCK_STREAM", "SOCK_DGRAM", "SOCK_SEQPACKET", "IPPROTO_TCP"] {
      #expect(outcome.text.contains(name), "\(name)")
    }
  }
}
