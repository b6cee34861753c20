import SockTestSupport
import Testing

/// A socket whose local port is the port it connects to finds itself there, where nobody listens.
@Suite(.endToEnd) struct SelfConnectionTests {
  @Test(
    "A connection to itself is refused, over every transport",
    arguments: [
      ["connect", "-z"], ["connect"], ["connect", "-z", "-u"], ["send", "-u"], ["udp-send", "--reply"],
      ["connect", "-z", "--mptcp"],
    ], ["127.0.0.1", "::1", "0.0.0.0"])
  func selfConnectionIsRefused(_ verb: [String], _ host: String) throws {
    let port = try Ports.free()
    let message = verb[0] == "connect" ? [] : ["x"]
    let outcome = try Sock.run(verb + ["-p", "\(port)", host, "\(port)"] + message)
    #expect(outcome.status == 69, "\(outcome)")
    #expect(outcome.output == [])
    #expect(outcome.errors.contains("ECONNREFUSED"))
    #expect(outcome.errors.contains("connected to itself"))
  }

  @Test("The port is free at once for a server that starts then")
  func portIsFreeAtOnce() throws {
    let port = try Ports.free()
    #expect(try Sock.run(["connect", "-z", "-p", "\(port)", "127.0.0.1", "\(port)"]).status == 69)
    // Without SO_REUSEADDR, a connection in TIME_WAIT would keep it.
    let server = try PythonPeer("s = socket.socket()\ns.bind(('127.0.0.1', \(port)))\nsay('bound')")
    #expect(try server.reply() == "bound")
  }

  @Test("A name goes on to the address where somebody listens", .enabled(if: Sock.canMakeNamespaces))
  func nextAddressIsTried() throws {
    let outcome = try Sock.inNamespace(
      """
      printf '127.0.0.1 both\\n127.0.0.2 both\\n' > $TMP; mount --bind $TMP /etc/hosts; rm $TMP
      $SOCK listen 127.0.0.2 45011 >$TMP & until ss -tln | grep -q :45011; do :; done
      echo hello | $SOCK send -s 127.0.0.1 -p 45011 both 45011
      wait; cat $TMP
      """)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.text == "hello\n")
  }

  /// A single local port is left, so that the kernel's choice is the port connected to.
  @Test(
    "By chance of the kernel's choice, too: a probe is refused", .enabled(if: Sock.canMakeNamespaces),
    arguments: [
      ("ping -c 1 --tcp 127.0.0.1 45011", "refused by"), ("ping -c 1 --udp 127.0.0.1 45011", "port unreachable"),
      ("connect -z 127.0.0.1 45011 2>&1", "connected to itself"),
    ])
  func probeOfItselfIsRefused(_ arguments: String, _ finding: String) throws {
    let outcome = try Sock.inNamespace(
      "sysctl -qw net.ipv4.ip_local_port_range='45011 45011'\n$SOCK \(arguments) || true")
    #expect(outcome.text.contains(finding), "\(outcome)")
  }
}
