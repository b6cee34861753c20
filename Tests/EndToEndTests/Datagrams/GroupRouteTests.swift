import SockTestSupport
import Testing

/// Multicast groups to which no route leads: the namespace has a loopback interface and no routes.
@Suite(.endToEnd, .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"))
struct GroupRouteTests {
  private func run(_ command: String) throws -> Sock.Outcome {
    try Sock.inNamespace("ip link set lo up; status=0; \(command) || status=$?; exit $status")
  }

  @Test(
    "Every verb that sends names --interface and the interfaces there are",
    arguments: [
      "$SOCK udp-send 239.1.1.1 4000 hi", "$SOCK udp-send ff05::1 4000 hi", "$SOCK send -u 239.1.1.1 4000 hi",
      "$SOCK send raw:239.1.1.1:253 hi", "echo hi | $SOCK connect -u 239.1.1.1 4000",
      "echo hi | $SOCK send -u --frame line ff02::1 4000", "$SOCK connect -z -u 239.1.1.1 4000",
      "$SOCK ping -c 1 -w 100ms 239.1.1.1", "$SOCK ping -c 1 -w 100ms --udp ff05::1 4000",
      "$SOCK trace-route -w 100ms --max-hops 1 239.1.1.1",
      "$SOCK udp-send --json 239.1.1.1 4000 hi",
    ])
  func sendersNameTheOption(_ command: String) throws {
    let outcome = try run(command)
    #expect(outcome.status == 69, "\(outcome)")
    #expect(outcome.errors.contains("there is no route to the group: add --interface NAME (lo)"), "\(outcome)")
  }

  @Test("Waiting for a group names the option, too")
  func waitNamesTheOption() throws {
    let outcome = try run("$SOCK wait --for 300ms udp:239.1.1.1:4000")
    #expect(outcome.status == 75 && outcome.errors.contains("add --interface NAME (lo)"), "\(outcome)")
  }

  @Test("What the advice says works", arguments: ["udp-send", "send -u -q 0"])
  func adviceWorks(_ verb: String) throws {
    let outcome = try run("$SOCK \(verb) --interface lo 239.1.1.1 4000 hi")
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
  }

  @Test(
    "Where an interface is named, the error says that it has no route",
    arguments: ["--interface lo ff05::1", "ff02::1%lo", "-o SO_BINDTODEVICE=lo ff05::1"])
  func namedInterfaceIsTold(_ words: String) throws {
    let outcome = try run("$SOCK udp-send \(words) 4000 hi")
    #expect(outcome.status == 69)
    #expect(outcome.errors.hasSuffix("(ENETUNREACH): interface lo has no route to the group\n"), "\(outcome)")
  }

  @Test("A connection to a group is told what a group takes", arguments: ["connect", "send", "bench", "connect -z"])
  func groupsTakeNoConnections(_ verb: String) throws {
    let outcome = try run("$SOCK \(verb) 239.1.1.1 4000")
    #expect(outcome.status == 69 && outcome.errors.contains("a multicast group takes datagrams only"), "\(outcome)")
  }

  @Test("Receivers are told to write GROUP@INTERFACE", arguments: ["udp-recv", "recv -u", "listen -u"])
  func receiversNameTheForm(_ verb: String) throws {
    let outcome = try run("$SOCK \(verb) --group 239.1.1.1 4000")
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("write --group 239.1.1.1@INTERFACE (lo)"), "\(outcome)")
  }

  @Test(
    "A host written like a member of --group is answered with the form of a host",
    arguments: [
      ("ff02::1@lo 4000", "write ff02::1%lo"), ("[ff02::1@lo]:4000", "write ff02::1%lo"),
      ("239.1.1.1@lo 4000", "write 239.1.1.1, and its interface as --interface lo"),
      ("udp://239.1.1.1@lo:4000", "write 239.1.1.1, and its interface as --interface lo"),
    ])
  func hostTakesNoAt(_ endpoint: String, _ advice: String) throws {
    let outcome = try run("$SOCK udp-send '\(endpoint.replacing(" ", with: "' '"))' hi")
    #expect(outcome.status == 64 && outcome.errors.contains(advice), "\(outcome)")
  }
}
