import SockTestSupport
import Testing

/// `--backlog`: the second argument of listen(2).
@Suite(.endToEnd) struct BacklogTests {
  @Test("The kernel has the length that was asked for, 0 as well")
  func shortQueue() throws {
    let outcome = try Sock.inNamespace(
      """
      $SOCK listen -k --backlog 0 127.0.0.1 1100 </dev/null & listener=$!
      until ss -Hltn | grep -q :1100; do sleep 0.02; done
      ss -Hltn | awk '{ print "queue " $3 }'
      kill $listener
      """)
    #expect(outcome.text.contains("queue 0"), "\(outcome)")
  }

  @Test("C names are taken", arguments: ["7", "SOMAXCONN", "somaxconn"])
  func names(_ value: String) throws {
    let outcome = try Sock.inNamespace(
      """
      $SOCK recv --backlog \(value) 127.0.0.1 1100 </dev/null & listener=$!
      until ss -Hltn | grep -q :1100; do sleep 0.02; done
      ss -Hltn | awk '{ print "queue " $3 }'
      kill $listener
      """)
    #expect(outcome.text.contains("queue \(value == "7" ? "7" : "4096")"), "\(outcome)")
  }

  @Test(
    "What has no queue, and what is no number, is refused",
    arguments: [
      ("listen -u --backlog 5 127.0.0.1 0", "udp"), ("listen --backlog x 127.0.0.1 0", "--backlog 'x'"),
      ("listen --backlog=-1 127.0.0.1 0", "--backlog '-1'"),
    ])
  func refusals(_ line: String, _ part: String) throws {
    let outcome = try Sock.run(line.split(separator: " ").map(String.init))
    #expect(outcome.status == 64 && outcome.errors.contains(part), "\(outcome)")
  }
}
