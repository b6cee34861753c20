import SockTestSupport
import Testing

/// `resolve`: its answers are payload, on stdout.
@Suite(.endToEnd) struct ResolveTests {
  @Test("resolve prints the addresses of a name")
  func resolvePrintsAddresses() throws {
    let outcome = try Sock.run(["resolve", "localhost"])
    #expect(outcome.status == 0)
    #expect(outcome.lines.contains { $0.contains("127.0.0.1") })
    #expect(outcome.errors == "")
  }

  @Test("resolve -4 and -6 choose a family, and a service adds a port")
  func familyAndServiceAreChosen() throws {
    let four = try Sock.run(["resolve", "-4", "localhost", "http"])
    #expect(four.status == 0)
    #expect(four.text.contains("127.0.0.1") && four.text.contains("80"))
    #expect(!four.text.contains("::1"))
  }

  @Test("An address is looked up in reverse")
  func addressIsLookedUpInReverse() throws {
    let outcome = try Sock.run(["resolve", "127.0.0.1"])
    #expect(outcome.status == 0)
    #expect(outcome.text.contains("localhost"))
  }

  @Test("--legacy gives the same through the older calls")
  func legacyCallsAgree() throws {
    let name = try Sock.run(["resolve", "--legacy", "localhost"])
    #expect(name.status == 0)
    #expect(name.text.contains("127.0.0.1"))
    let address = try Sock.run(["resolve", "--legacy", "127.0.0.1"])
    #expect(address.status == 0)
    #expect(address.text.contains("localhost"))
  }

  @Test(
    "A name with addresses of both families lists them all",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"))
  func nameWithBothFamilies() throws {
    let outcome = try Sock.inNamespace(TestNetwork.twoFamilies + "exec $SOCK resolve both")
    #expect(outcome.status == 0)
    #expect(outcome.text.contains("127.0.0.1"))
    #expect(outcome.text.contains("::1"))
  }

  @Test(
    "A name that does not resolve is 68",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"),
    arguments: ["", "--legacy"])
  func unresolvedNameIs68(_ option: String) throws {
    let outcome = try Sock.inNamespace(
      TestNetwork.withoutDNS("exec $SOCK resolve \(option) no.such.name.invalid"))
    #expect(outcome.status == 68)
    #expect(outcome.output == [])
    #expect(outcome.errors.contains("no.such.name.invalid"))
  }

  @Test(
    "--json prints one object a line on stdout, as all verbs do, and numbers as numbers",
    arguments: [
      ["resolve", "--json", "localhost"], ["resolve", "--json", "127.0.0.1"], ["opts", "--json"],
      ["families", "--json"],
      ["opts", "--json", "SO_RCVBUF=64k", "SO_RCVTIMEO=1.5", "SO_LINGER=3"],
      ["ping", "--json", "-c", "1", "127.0.0.1"],
      ["resolve", "--json", "--legacy", "localhost", "http"],
    ])
  func jsonIsLinesOfObjects(_ words: [String]) throws {
    let outcome = try Sock.run(words)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    let peer = try PythonPeer(
      "objects = [json.loads(line) for line in sys.stdin.buffer.read().decode().splitlines()]\n"
        + "numeric = lambda v: type(v) is str and v.replace('.', '', 1).replace('-', '', 1).split(' ')[0].isdigit()\n"
        + "texts = ('address', 'host', 'from', 'name', 'meaning', 'protocol')\n"
        + "say(len(objects) > 0 and all(type(o) is dict and o for o in objects)\n"
        + "  and [(k, v) for o in objects for k, v in o.items() if k not in texts and numeric(v) and o.get('kind') != 'bytes'])"
    )
    try peer.process.input?.write(outcome.output)
    peer.process.input?.close()
    #expect(try peer.reply() == "[]")
  }

  @Test(
    "A service adds its port and its name, also with --legacy and for an address",
    arguments: [
      ("resolve -4 localhost http", "127.0.0.1:80\n"), ("resolve --legacy localhost http", "127.0.0.1:80\n"),
      ("resolve --legacy -u localhost tftp", "127.0.0.1:69\n"), ("resolve 127.0.0.1 http", "localhost  http\n"),
      ("resolve --legacy 127.0.0.1 http", "localhost  http\n"), ("resolve 127.0.0.1 80", "localhost  http\n"),
      ("resolve -u 127.0.0.1 tftp", "localhost  tftp\n"),
    ])
  func services(_ line: String, _ expected: String) throws {
    let outcome = try Sock.run(line.split(separator: " ").map(String.init))
    #expect(outcome.status == 0 && outcome.text == expected, "\(outcome)")
  }

  @Test("A service that does not exist is 68 in every form", arguments: ["localhost", "127.0.0.1"], ["", "--legacy"])
  func unknownService(_ name: String, _ option: String) throws {
    let words = ["resolve", option, name, "no-such-service"].filter { !$0.isEmpty }
    let outcome = try Sock.run(words)
    #expect(outcome.status == 68 && outcome.errors.contains("no-such-service: no such service"), "\(outcome)")
    #expect(outcome.output == [])
  }

  @Test(
    "An error about an address names no port that nobody gave",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"),
    arguments: [
      "resolve 127.0.0.8", "resolve --legacy 127.0.0.8", "resolve 127.0.0.8 http", "connect -s 192.0.2.1 127.0.0.1 1",
      "connect -s ::1 127.0.0.1 1",
    ])
  func errorWithoutPort(_ line: String) throws {
    let outcome = try Sock.inNamespace(TestNetwork.withoutDNS("exec $SOCK \(line)"))
    #expect(outcome.status != 0 && !outcome.errors.contains(":0"), "\(outcome)")
    #expect(outcome.errors.contains("127.0.0.8: ") || outcome.errors.contains("-s") || !line.hasPrefix("resolve"))
  }

  @Test("resolve refuses an invalid port", arguments: ["65536", "65616", "99999", ""])
  func resolveRefusesInvalidPorts(_ port: String) throws {
    #expect(try Sock.run(["resolve", "localhost", port]).status == 64)
  }
}
