import SockTestSupport
import Testing

/// `-w`: how long an attempt to connect may take. Upper bounds are generous, since the machine may be busy; lower bounds
/// are exact.
@Suite(.endToEnd) struct ConnectTimeoutTests {
  @Test(
    "-w limits an attempt to connect",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create network namespaces"),
    arguments: ["0.5", "500ms", "1"])
  func timeoutLimitsAnAttempt(_ time: String) throws {
    let outcome = try Sock.inNamespace(TestNetwork.blackHole + "exec $SOCK connect -w \(time) 10.9.0.2 80")
    #expect(outcome.status == 75)
    #expect(outcome.seconds >= 0.5 && outcome.seconds < 8)
    #expect(outcome.errors.contains("10.9.0.2"))
    #expect(outcome.errors.contains("no answer within"))
  }

  @Test(
    "Without -w an attempt has ten seconds",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create network namespaces"))
  func defaultTimeoutIsTenSeconds() throws {
    let outcome = try Sock.inNamespace(TestNetwork.blackHole + "exec $SOCK send 10.9.0.2 80 hello")
    #expect(outcome.status == 75)
    #expect(outcome.seconds >= 10 && outcome.seconds < 20)
  }

  @Test(
    "-w 0 sets no limit, and --deadline still does",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create network namespaces"))
  func zeroTimeoutIsUnlimited() throws {
    let outcome = try Sock.inNamespace(TestNetwork.blackHole + "exec $SOCK connect -w 0 --deadline 1.2 10.9.0.2 80")
    #expect(outcome.status == 75)
    #expect(outcome.seconds >= 1.2 && outcome.seconds < 9)
  }

  @Test(
    "-w applies to each attempt, so an address that answers is found after one that does not",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create network namespaces"))
  func timeoutIsPerAttempt() throws {
    let outcome = try Sock.inNamespace(
      TestNetwork.blackHole + """
        printf '10.9.0.2 both\\n10.9.0.1 both\\n' > $TMP
        mount --bind $TMP /etc/hosts; rm -f $TMP
        $SOCK listen 10.9.0.1 7000 < /dev/null > /dev/null &
        for n in $(seq 100); do ss -Hltn sport = :7000 | grep -q . && break; sleep 0.05; done
        exec $SOCK connect -w 5 both 7000
        """)
    #expect(outcome.status == 0)
    #expect(outcome.seconds < 5)
  }
}
