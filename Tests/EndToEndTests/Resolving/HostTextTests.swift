import SockTestSupport
import Testing

/// Hosts and services that are wrong as text, and name servers that are not asked, or do not answer.
@Suite(.endToEnd) struct HostTextTests {
  /// A network whose only name server takes every query and answers none; what it was asked is in `$TMP.asked`.
  static let silentServer = """
    printf 'hosts: files dns\\n' > $TMP.nsswitch; mount --bind $TMP.nsswitch /etc/nsswitch.conf
    printf 'nameserver 127.0.0.1\\noptions timeout:1 attempts:1\\n' > $TMP.resolv
    mount --bind $TMP.resolv /etc/resolv.conf
    $SOCK udp-recv -v 127.0.0.1 53 >/dev/null 2>$TMP.asked &
    while ! grep -q listening $TMP.asked; do sleep 0.01; done

    """

  @Test(
    "A word that can only be meant as an address is 64, and no name server is asked",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"),
    arguments: [
      "connect 256.1.1.1 80", "connect 10.0.0.256:80", "send 1.2.3.4.5 80 x", "resolve 10.0.0.256",
      "resolve --legacy 10.0.0.256", "ping -c 1 300.1.1.1", "udp-send 127.0.0.1. 80 x", "listen 999.0.0.1 0",
      "connect --source 127.0.0.256 127.0.0.1 80", "resolve 1:2:3", "resolve fe80::g", "connect tcp:0x1ff.1.1.1:80",
      "trace-route 1.1.1.1/24", "connect user@127.0.0.1 22",
    ])
  func addressIsNotLookedUp(_ line: String) throws {
    let outcome = try Sock.inNamespace(
      Self.silentServer + "status=0; $SOCK \(line) || status=$?; grep received $TMP.asked >&2; exit $status")
    #expect(outcome.status == 64 || outcome.status == 1, "\(outcome)")
    #expect(!outcome.errors.contains("received"), "\(outcome)")
    #expect(outcome.errors.contains("is not a"), "\(outcome)")
  }

  @Test(
    "Every form of inet_aton(3) remains an address",
    arguments: [
      ("127.1", "127.0.0.1"), ("0x7f.1", "127.0.0.1"), ("2130706433", "127.0.0.1"), ("0177.0.0.1", "127.0.0.1"),
    ])
  func shortForms(_ text: String, _ address: String) throws {
    let outcome = try Sock.run(["resolve", text])
    #expect(outcome.status == 0 && outcome.text == address + "\n", "\(outcome)")
  }

  @Test(
    "A name server that does not answer is 75, with its code in JSON",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"),
    arguments: [
      ("resolve --json no.such.name.test", "EAI_AGAIN"), ("resolve --json --legacy no.such.name.test", "TRY_AGAIN"),
      ("resolve --json 192.0.2.1", "EAI_AGAIN"), ("resolve --json --legacy 192.0.2.1", "TRY_AGAIN"),
      ("connect --json no.such.name.test 80", "EAI_AGAIN"), ("listen --json no.such.name.test 0", "EAI_AGAIN"),
      ("ping --json -c 1 no.such.name.test", "EAI_AGAIN"), ("udp-send --json no.such.name.test 9 x", "EAI_AGAIN"),
    ])
  func silentNameServer(_ line: String, _ code: String) throws {
    let outcome = try Sock.inNamespace(Self.silentServer + "exec $SOCK \(line)")
    #expect(outcome.status == 75, "\(outcome)")
    #expect(outcome.errors.contains(#""errno":"\#(code)""#), "\(outcome)")
  }

  @Test(
    "Other failures of look-ups have their code in JSON, too",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"),
    arguments: [
      ("resolve --json no.such.name.test", 68, "EAI_NONAME"),
      ("resolve --json --legacy no.such.name.test", 68, "HOST_NOT_FOUND"),
      ("connect --json localhost no-such-service", 68, "EAI_SERVICE"),
      ("connect --json 127.0.0.256 80", 64, "EAI_NONAME"),
    ])
  func codesOfLookUps(_ line: String, _ status: Int32, _ code: String) throws {
    let outcome = try Sock.inNamespace(TestNetwork.withoutDNS("exec $SOCK \(line)"))
    #expect(outcome.status == status, "\(outcome)")
    #expect(outcome.errors.contains(#""errno":"\#(code)""#), "\(outcome)")
  }

  @Test(
    "An interface that does not exist is 64, with those that do",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"),
    arguments: [
      "connect fe80::1%nosuch 80", "connect tcp://[fe80::1%25nosuch]:80", "listen fe80::1%nosuch 0",
      "ping -c 1 fe80::1%nosuch", "trace-route fe80::1%nosuch", "resolve fe80::1%nosuch",
      "resolve --legacy fe80::1%nosuch", "udp-send fe80::1%nosuch 9 x", "connect --source fe80::1%nosuch ::1 80",
      "udp-recv --group ff02::1@nosuch 0", "udp-send --from fe80::1%nosuch ::1 9 x", "connect fe80::1%4711 80",
      "connect packet:nosuch", "send packet:nosuch:0x88b5 x", "connect -o IPV6_MULTICAST_IF=nosuch ::1 80",
      "udp-recv -o IP_ADD_MEMBERSHIP=239.1.2.3@nosuch 0",
    ])
  func unknownZone(_ line: String) throws {
    let outcome = try Sock.inNamespace("exec $SOCK \(line)")
    #expect(outcome.status == 64, "\(outcome)")
    #expect(outcome.errors.contains("no interface '") && outcome.errors.contains("here: there is lo"), "\(outcome)")
  }

  @Test("A zone elsewhere than behind an IPv6 address is 64", arguments: ["127.0.0.1%lo", "localhost%lo", "fe80::1%"])
  func misplacedZone(_ host: String) throws {
    let outcome = try Sock.run(["connect", host, "80"])
    #expect(outcome.status == 64 && outcome.errors.contains("'\(host)'"), "\(outcome)")
  }

  @Test(
    "The %25 of RFC 6874 stands before the zone in a URL",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"))
  func zoneInURL() throws {
    let outcome = try Sock.inNamespace(
      """
      ip -6 addr add fe80::1/64 dev lo nodad
      exec $SOCK send -w 1s 'tcp://[fe80::1%25lo]:1' x
      """)
    #expect(outcome.errors.contains("connect to [fe80::1%lo]:1"), "\(outcome)")
  }

  @Test(
    "A name with other than ASCII letters is looked up in its IDNA form",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"),
    arguments: ["bücher.test", "BÜCHER.test"])
  func internationalName(_ name: String) throws {
    let outcome = try Sock.inNamespace(
      """
      printf '127.0.0.7 xn--bcher-kva.test\\n' > $TMP
      mount --bind $TMP /etc/hosts
      exec $SOCK resolve \(name)
      """)
    #expect(outcome.status == 0 && outcome.text == "127.0.0.7\n", "\(outcome)")
  }

  @Test(
    "Without libidn2 such a name is refused with what is missing",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"))
  func noInternationalNames() throws {
    let outcome = try Sock.inNamespace(
      """
      for library in /usr/lib/*/libidn2.so.0; do [ -e $library ] && mount --bind /dev/null $(readlink -f $library); done
      exec $SOCK resolve bücher.test
      """)
    #expect(outcome.status == 68 && outcome.errors.contains("need libidn2"), "\(outcome)")
  }

  @Test("A name that IDNA does not allow is 64")
  func invalidInternationalName() throws {
    let outcome = try Sock.run(["resolve", "a\u{fe0f}\u{2028}é..b"])
    #expect(outcome.status == 64, "\(outcome)")
  }

  @Test("A service of the other protocol is named")
  func serviceOfOtherProtocol() throws {
    let tcp = try Sock.run(["connect", "localhost", "tftp"])
    #expect(tcp.status == 68 && tcp.errors.contains("tftp is a service of UDP only (EAI_SERVICE): add --udp"), "\(tcp)")
    let udp = try Sock.run(["listen", "-u", "ssh"])
    #expect(udp.status == 68 && udp.errors.contains("ssh is a service of TCP only"), "\(udp)")
  }

  @Test(
    "A host with a port or a transport, where a host alone is wanted, is told from an address",
    arguments: [
      ("localhost:80", "write the port on its own"), ("tcp:localhost:80", "leave out the transport"),
      ("http://localhost/", "leave out the transport"),
    ])
  func hostWithPort(_ text: String, _ advice: String) throws {
    let outcome = try Sock.run(["resolve", text])
    #expect(outcome.status == 64 && outcome.errors.contains("'\(text)' is not a host: \(advice)"), "\(outcome)")
  }

  @Test("Something behind the port is named", arguments: ["80/", "80/x", "http?q", "80,nodelay", "80 "])
  func extraBehindPort(_ port: String) throws {
    let outcome = try Sock.run(["connect", "localhost", port])
    #expect(outcome.status == 64 && outcome.errors.contains("'\(port)' is not a port"), "\(outcome)")
  }
}
