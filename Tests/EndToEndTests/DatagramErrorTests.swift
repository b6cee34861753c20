import SockTestSupport
import Testing

/// A client over UDP names the ICMP error, and who sent it.
@Suite(.endToEnd) struct DatagramErrorTests {
  @Test(
    arguments: ["127.0.0.1", "::1"],
    [["udp-send"], ["udp-send", "--reply"], ["send", "-u"], ["connect", "-u", "-z"], ["connect", "-u"]])
  func `a closed port is named with the host that said so`(_ host: String, _ words: [String]) throws {
    let port = try Ports.free()
    let message = words.contains("-u") && words[0] == "connect" ? [] : ["x"]
    let outcome = try Sock.run(words + [host, "\(port)"] + message, input: .text("y"))
    #expect(outcome.status == 69, "\(outcome)")
    #expect(outcome.errors.contains("refused: Connection refused (ECONNREFUSED): port unreachable, said \(host)\n"))
  }

  @Test(
    .enabled(if: Sock.canMakeNamespaces, "needs the right to make namespaces"),
    arguments: ["10.9.1.1", "fd09::1"])
  func `a router that cannot go on is named, and a session goes on`(_ host: String) throws {
    let router = host == "fd09::1" ? "fd01::2" : "10.1.0.2"
    let meaning = host == "fd09::1" ? "no route to the destination" : "host unreachable"
    let outcome = try Sock.inNamespace(
      ProbingTests.network + """
        (echo a; sleep 0.3; echo b; sleep 0.3; echo c) | $SOCK connect -u -q 100ms --json \(host) 7 2>$TMP || true
        cat $TMP
        exec $SOCK udp-send --reply \(host) 7 x
        """)
    #expect(outcome.status == 69)
    #expect(outcome.errors.contains("\(meaning), said \(router)\n"), "\(outcome)")
    let warnings = outcome.lines.filter { $0.contains(#""event":"warning""#) }
    #expect(warnings.count == 1 && warnings[0].contains("\(meaning), said \(router)"), "\(outcome)")
    #expect(outcome.lines.last?.contains(#""event":"closed""#) == true && outcome.text.contains(#""sent":6"#))
  }

  @Test(.enabled(if: Sock.canMakeNamespaces, "needs the right to make namespaces"))
  func `hops that are used up are named`() throws {
    let outcome = try Sock.inNamespace(ProbingTests.network + "exec $SOCK udp-send --ttl 1 --reply 10.2.0.1 9 x")
    #expect(outcome.status == 69, "\(outcome)")
    #expect(outcome.errors.contains("time to live exceeded, said 10.1.0.2"), "\(outcome)")
  }
}
