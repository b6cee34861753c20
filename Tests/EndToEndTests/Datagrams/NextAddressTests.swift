import SockTestSupport
import Testing

/// A UDP client goes on to the next address of a name if one refuses: what was refused is sent again.
@Suite(.endToEnd, .enabled(if: Sock.canMakeNamespaces, "needs root"))
struct NextAddressTests {
  /// The name `both` is ::1 first; the service is on 127.0.0.1 alone.
  private func run(_ client: String, server: String = "udp-recv --count 1 127.0.0.1 4001") throws -> Sock.Outcome {
    try Sock.inNamespace(
      TestNetwork.twoFamilies + """
        $SOCK \(server) >$TMP & server=$!
        until ss -uln | grep -q 127.0.0.1:4001; do :; done
        status=0; \(client) || status=$?
        wait $server; echo "status $status"; cat $TMP
        """)
  }

  @Test(
    "Nothing is lost, whatever the client",
    arguments: [
      "$SOCK send -u both 4001 hello", "$SOCK send -u --no-reply both 4001 hello", "$SOCK udp-send both 4001 hello",
      "printf hello | $SOCK connect -u both 4001", "printf hello | $SOCK connect --send-only udp://both:4001",
      "printf hello | $SOCK send -u --frame line both 4001", "printf hello | $SOCK send -u -q 0 both 4001",
      "printf hello | $SOCK send -u --crlf --limit-rate 1M both 4001",
    ])
  func messageArrives(_ client: String) throws {
    let outcome = try run(client)
    #expect(outcome.lines == ["status 0", "hello"], "\(outcome)")
    // As over TCP, an address that refuses is not worth a word if the next one does not.
    #expect(outcome.errors == "")
  }

  @Test("A check finds the service")
  func checkFindsTheService() throws {
    #expect(try run("$SOCK connect -z -u both 4001").lines == ["status 0"])
  }

  @Test("Many datagrams arrive in order, in bulk and one by one", arguments: ["", "--limit-rate 100k "])
  func manyArriveInOrder(_ options: String) throws {
    let outcome = try run(
      "seq 1 200 | $SOCK send -u --frame line \(options)both 4001", server: "udp-recv --count 200 127.0.0.1 4001")
    #expect(outcome.lines == ["status 0"] + (1...200).map(String.init), "\(outcome)")
  }

  @Test("The answer comes, and -v tells of the attempt that failed")
  func answerComes() throws {
    let outcome = try run("$SOCK send -u -v both 4001 hello", server: "udp-recv --echo --count 1 127.0.0.1 4001")
    #expect(outcome.text == "hellostatus 0\nhello", "\(outcome)")
    #expect(outcome.errors.contains("trying [::1]:4001 (udp) failed"))
    #expect(outcome.errors.contains("connected to 127.0.0.1:4001"))
  }

  @Test("Input that comes later goes to the address that took the first")
  func laterInputFollows() throws {
    let outcome = try run(
      "{ printf one; sleep 0.3; printf two; } | $SOCK connect -u both 4001", server: "udp-recv --count 2 127.0.0.1 4001"
    )
    #expect(outcome.lines == ["status 0", "onetwo"], "\(outcome)")
  }

  @Test("A service that goes away later is refused: its datagrams go nowhere else")
  func laterRefusalCounts() throws {
    let outcome = try Sock.inNamespace(
      TestNetwork.twoFamilies + """
        $SOCK udp-recv --count 5 127.0.0.1 4001 >$TMP &
        $SOCK udp-recv --echo --count 1 ::1 4001 >/dev/null &
        until [ $(ss -uln | grep -c :4001) = 2 ]; do :; done
        { printf one; sleep 0.5; printf two; sleep 0.5; printf three; } | $SOCK connect -u both 4001 || echo "status $?"
        cat $TMP
        """)
    #expect(outcome.text == "onestatus 69\n", "\(outcome)")
  }

  @Test("Every address is named if all refuse", arguments: ["send -u", "udp-send", "connect -u"])
  func allAreNamed(_ words: String) throws {
    let message = words.hasSuffix("send -u") || words == "udp-send" ? " x" : ""
    let outcome = try Sock.inNamespace(
      TestNetwork.twoFamilies + "printf x | $SOCK \(words) both 4001\(message)")
    #expect(outcome.status == 69, "\(outcome)")
    #expect(outcome.errors.contains("every attempt failed"))
    #expect(outcome.errors.contains("[::1]:4001") && outcome.errors.contains("127.0.0.1:4001"))
  }
}
