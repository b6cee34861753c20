import SockTestSupport
import Testing

/// `--from`: the source address and interface of each datagram, on a socket bound to neither.
@Suite(.endToEnd) struct DatagramSourceTests {
  /// Reads datagrams until a short one, prints its sender and the total of bytes, and answers.
  private static let answer = """
    total = 0
    while True:
      data, who = s.recvfrom(65535)
      total += len(data)
      if len(data) < 10: break
    say(who[0], total)
    s.sendto(b'answer', who)
    """

  @Test(
    "The peer sees the source address, and its answer arrives",
    arguments: [["udp-send", "--reply"], ["send", "--wait", "3"], ["connect", "--wait", "1"]],
    [("127.0.0.1", "127.0.0.7"), ("127.0.0.1", "127.0.0.7@lo"), ("::1", "::1"), ("::1", "::1@lo")])
  func peerSeesTheSource(_ verb: [String], _ hosts: (peer: String, from: String)) throws {
    let (peer, port) = try PythonPeer.datagrams(host: hosts.peer, Self.answer)
    let outcome = try Sock.run(
      verb + ["-v", "--from", hosts.from, hosts.peer, "\(port)"] + (verb[0] == "connect" ? [] : ["x"]),
      input: .text("x"))
    let address = hosts.from.prefix { $0 != "@" }
    #expect(outcome.status == 0 && outcome.text == "answer", "\(outcome)")
    #expect(try peer.reply() == "\(address) 1")
  }

  @Test("The interface alone leaves the address to the kernel")
  func interfaceAloneLetsTheKernelChoose() throws {
    let (peer, port) = try PythonPeer.datagrams(Self.answer)
    let outcome = try Sock.run(["udp-send", "--reply", "--from", "@lo", "127.0.0.1", "\(port)", "x"])
    #expect(outcome.text == "answer", "\(outcome)")
    #expect(try peer.reply() == "127.0.0.1 1")
  }

  @Test(
    "It applies to batches of datagrams",
    arguments: [
      ("127.0.0.1", "127.0.0.7", 17, []), ("::1", "::1", 17, []), ("127.0.0.1", "127.0.0.7", 136, ["--udplite"]),
      ("127.0.0.1", "127.0.0.7", 17, ["--limit-rate", "10M"]),
    ])
  func batchesHaveTheSource(
    _ host: String, _ from: String, _ number: Int, _ options: [String]
  ) throws {
    let peer = try PythonPeer(
      """
      s = socket.socket(family(sys.argv[1]), socket.SOCK_DGRAM, int(sys.argv[2]))
      s.setsockopt(socket.SOL_SOCKET, 33, 4 << 20)  # SO_RCVBUFFORCE
      s.bind((sys.argv[1], 0))
      say('port', s.getsockname()[1])

      """ + Self.answer, arguments: [host, "\(number)"])
    // The kernel limits a UDP_SEGMENT send to 64 datagrams; UDP-Lite goes through sendmmsg(2).
    let input = String(repeating: String(repeating: "x", count: 999) + "\n", count: 300) + "end"
    let outcome = try Sock.run(
      ["send", "--from", from, "--frame", "line", "--wait", "3"] + options + [host, "\(try peer.port())"],
      input: .text(input))
    #expect(outcome.status == 0 && outcome.text == "answer", "\(outcome)")
    #expect(try peer.reply() == "\(from) 300003")
  }

  @Test(
    "An invalid source is named",
    arguments: [
      (["udp-send", "--from", "192.0.2.7", "127.0.0.1", "9", "x"], 71, "192.0.2.7: it is no address of this host"),
      (["send", "--from", "192.0.2.7", "127.0.0.1", "9", "x"], 71, "192.0.2.7: it is no address of this host"),
      (["udp-send", "--from", "2001:db8::7", "::1", "9", "x"], 71, "2001:db8::7: it is no address of this host"),
      (["udp-send", "--from", "::1", "127.0.0.1", "9", "x"], 64, "--from ::1"),
      (["udp-send", "--from", "::1@nosuch", "127.0.0.1", "9", "x"], 64, "no interface 'nosuch' here: there is lo"),
      (["udp-send", "--from", "239.1.2.3", "127.0.0.1", "9", "x"], 64, "'239.1.2.3' is no address of a host"),
      (["udp-send", "--from", "localhost", "127.0.0.1", "9", "x"], 64, "ADDRESS@INTERFACE"),
      (["send", "--from", "127.0.0.7", "tcp://127.0.0.1:9", "x"], 64, "write udp://"),
      (["udp-send", "-U", "--from", "127.0.0.7", "/tmp/s", "x"], 64, "unix-dgram has none"),
    ])
  func invalidSourceIsNamed(_ words: [String], _ status: Int, _ complaint: String) throws {
    let outcome = try Sock.run(words)
    #expect(outcome.status == status && outcome.errors.contains(complaint), "\(outcome)")
  }

  @Test("A refusal is heard")
  func refusalIsHeard() throws {
    let outcome = try Sock.run(["udp-send", "--reply", "--from", "127.0.0.7", "127.0.0.1", "\(try Ports.free())", "x"])
    #expect(outcome.status == 69 && outcome.errors.contains("port unreachable, said 127.0.0.1"), "\(outcome)")
  }

  @Test(
    "It applies to raw IP, and chooses the interface for multicast",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"))
  func rawIPAndMulticast() throws {
    let outcome = try Sock.inNamespace(
      """
      ip addr add 10.3.0.7/24 dev lo
      $SOCK recv --json --count 1 raw:0.0.0.0:253 2>$TMP & receiver=$!
      until grep -q listening $TMP; do :; done
      $SOCK send --no-reply --from 10.3.0.7 raw:127.0.0.1:253 x; wait $receiver; cat $TMP >&2
      $SOCK recv --json --count 1 --group 239.1.2.3@lo 7001 2>$TMP & receiver=$!
      until grep -q listening $TMP; do :; done
      $SOCK udp-send --from 10.3.0.7@lo 239.1.2.3 7001 y; wait $receiver; cat $TMP >&2
      """)
    #expect(outcome.errors.contains(#""peer":"10.3.0.7:253""#), "\(outcome)")
    #expect(
      outcome.errors.contains(#""destination":"239.1.2.3","interface":"lo""#) && outcome.text == "xy", "\(outcome)")
  }
}
