import SockTestSupport
import Testing

/// Answers come from the address that was asked, even when the socket is bound to the wildcard: a connected peer hears
/// only that address.
@Suite(.endToEnd) struct ReplyAddressTests {
  /// Sends each word and prints the answer.
  private static let ask = """
    s = socket.socket(family(sys.argv[1]), socket.SOCK_DGRAM)
    s.connect((sys.argv[1], int(sys.argv[2])))
    s.settimeout(20)
    for word in sys.argv[3:]:
      s.send(word.encode())
      say(s.recv(100).decode().strip())

    """

  private func ask(_ host: String, _ port: Int, _ words: String...) throws -> PythonPeer {
    try PythonPeer(Self.ask, arguments: [host, "\(port)"] + words)
  }

  @Test("An echo comes from the address that was asked", arguments: ["127.0.0.1", "127.0.0.5", "::1"])
  func echoComesFromTheAddressAsked(_ host: String) throws {
    let wildcard = host.contains(":") ? "::" : "0.0.0.0"
    let listener = try SockListener(["--echo"], verb: "udp-recv", host: wildcard)
    let peer = try ask(host, listener.port, "one", "two")
    #expect(try peer.reply() == "one")
    #expect(try peer.reply() == "two")
  }

  @Test(
    "listen answers from the address that was asked, and still hears its peer", arguments: [[], ["-k"]],
    ["127.0.0.1", "127.0.0.5", "::1"])
  func listenAnswersFromTheAddressAsked(_ options: [String], _ host: String) throws {
    let wildcard = host.contains(":") ? "::" : "0.0.0.0"
    let listener = try SockListener(["-u", "--frame", "line"] + options, host: wildcard, input: .pipe)
    let peer = try ask(host, listener.port, "question", "another")
    for (question, answer) in [("question", "answer"), ("another", "more")] {
      try listener.output.waitForBytes(question == "question" ? 8 : 15)
      try listener.process.input?.write(answer + "\n")
      #expect(try peer.reply() == answer)
    }
    #expect(listener.output.text == "questionanother")
  }

  @Test("A peer that has gone ends the session, even one that used another local address")
  func refusalEndsTheSession() throws {
    let listener = try SockListener(["-u"], host: "0.0.0.0", input: .pipe)
    let peer = try PythonPeer(
      """
      s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      s.sendto(b'x', ('127.0.0.5', int(sys.argv[1])))
      """, arguments: ["\(listener.port)"])
    try peer.finish()
    try listener.output.waitForBytes(1)
    try listener.process.input?.write("nobody")
    let outcome = try listener.outcome()
    #expect(outcome.status == 69 && outcome.errors.contains("port unreachable, said 127.0.0.1"), "\(outcome)")
  }

  @Test(
    "Each of a host's addresses answers for itself, over IPv6 too",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"))
  func eachLocalAddressAnswersForItself() throws {
    let outcome = try Sock.inNamespace(
      """
      mount -t tmpfs none /run; mkdir /run/netns; ip netns add b
      for space in '' 'ip netns exec b'; do $space sysctl -qw net.ipv6.conf.default.accept_dad=0; done
      ip link add a0 type veth peer name b0 netns b
      ip addr add 10.1.0.1/24 dev a0; ip -6 addr add fd01::1/64 dev a0 nodad; ip link set a0 up
      for n in 2 3; do ip -n b addr add 10.1.0.$n/24 dev b0; ip -n b -6 addr add fd01::$n/64 dev b0 nodad; done
      ip -n b link set b0 up
      for try in 1 2 3 4 5 6 7 8 9; do $SOCK ping -c 1 -w 500ms fd01::3 >/dev/null 2>&1 && break; done
      local=$(ip -n b -6 -o addr show dev b0 scope link | sed 's/.*inet6 \\([^/]*\\).*/\\1/')
      ip netns exec b $SOCK udp-recv -v --echo 7200 2>$TMP >/dev/null &
      for try in $(seq 500); do grep -q 'listening.*::' $TMP && break; sleep 0.02; done
      for host in 10.1.0.2 10.1.0.3 fd01::2 fd01::3; do $SOCK udp-send --reply $host 7200 "$host "; done
      $SOCK udp-send --reply "[$local%a0]:7200" link-local
      """)
    #expect(outcome.status == 0 && outcome.text == "10.1.0.2 10.1.0.3 fd01::2 fd01::3 link-local", "\(outcome)")
  }
}
