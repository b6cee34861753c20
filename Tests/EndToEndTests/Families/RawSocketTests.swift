import SockTestSupport
import Testing

/// Protocols directly over IP, in the network of ``TestNetwork``.
@Suite(.endToEnd, .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"))
struct RawSocketTests {
  private func run(_ script: String) throws -> Sock.Outcome { try Sock.inNamespace(TestNetwork.routed + script) }

  /// Receives in `b`, and sends to it.
  private func exchange(_ local: String, count: Int = 1, _ send: String) throws -> Sock.Outcome {
    try run(
      """
      ip netns exec b $SOCK recv --json --count \(count) \(local) 2>$TMP & receiver=$!
      until grep -q listening $TMP; do :; done
      \(send)
      wait $receiver; cat $TMP >&2
      """)
  }

  @Test(
    "A raw socket with a transport's protocol number is not a socket of that transport",
    arguments: ["tcp", "udp", "sctp", "dccp", "udplite", "ospf"])
  func protocolDoesNotMakeATransport(_ name: String) throws {
    let outcome = try exchange("raw:0.0.0.0:\(name)", "$SOCK send --no-reply raw:10.2.0.1:\(name) 0123456789abcdefghij")
    #expect(outcome.status == 0 && outcome.text == "0123456789abcdefghij", "\(outcome)")
  }

  @Test("Each packet is described as datagrams are")
  func packetsHaveDatagramFacts() throws {
    let outcome = try exchange(
      "raw:0.0.0.0:253", "$SOCK send --no-reply --ttl 9 --tos ef raw:10.2.0.1:253 x")
    #expect(outcome.errors.contains(#""local":"10.2.0.1:253","peer":"10.1.0.1:253","received":1,"#), "\(outcome)")
    #expect(outcome.errors.contains(#""destination":"10.2.0.1","interface":"b0","ttl":8,"tos":184,"kernel-time":1"#))
    let six = try exchange("raw:[::]:253", "$SOCK send --no-reply raw:[fd02::1]:253 x")
    #expect(six.errors.contains(#""destination":"fd02::1","interface":"b0","ttl":63,"#), "\(six)")
    let frame = try exchange(
      "packet-dgram:b0:0x88b5", "ip netns exec r $SOCK udp-send packet-dgram:r1:0x88b5:ff:ff:ff:ff:ff:ff x")
    #expect(frame.errors.contains(#""kernel-time":1"#), "\(frame)")
  }

  @Test(
    "An ICMP error is 69, and is reported with its sender",
    arguments: [
      ("10.2.0.1", 254, "protocol unreachable, said 10.2.0.1"),
      ("[fd02::1]", 254, "unrecognised next header, said fd02::1"),
      ("10.9.1.1", 254, "host unreachable, said 10.1.0.2"), ("10.9.2.1", 6, "prohibited, said 10.1.0.2"),
      ("[fd09::1]", 254, "no route to the destination, said fd01::2"),
    ])
  func icmpErrorIs69(_ host: String, _ number: Int, _ words: String) throws {
    for verb in ["send --wait 500ms", "udp-send --reply"] {
      let outcome = try run("exec $SOCK \(verb) raw:\(host):\(number) 0123456789abcdefghij")
      #expect(outcome.status == 69 && outcome.errors.contains(words), "\(outcome)")
    }
  }

  @Test("An exceeded time to live is reported")
  func exceededTTLIsReported() throws {
    let outcome = try run("exec $SOCK send --ttl 1 --wait 300ms raw:10.2.0.1:254 0123456789abcdef")
    #expect(outcome.status == 69 && outcome.errors.contains("time to live exceeded, said 10.1.0.2"), "\(outcome)")
  }

  @Test(
    "A message without a whole IP header is malformed",
    arguments: [("raw:10.2.0.1:icmp", 1), ("raw:[fd02::1]:ipv6-icmp", 1), ("raw:[fd02::1]:ipv6-icmp", 3)])
  func messageWithoutIPHeaderIsMalformed(_ endpoint: String, _ count: Int) throws {
    let message = String(repeating: "x", count: count)
    for verb in ["send", "udp-send"] {
      let outcome = try run("exec $SOCK \(verb) \(endpoint) \(message)")
      #expect(outcome.status == 65 && outcome.errors.contains("no whole header"), "\(outcome)")
    }
  }

  @Test("A message without a frame header is malformed")
  func messageWithoutFrameHeaderIsMalformed() throws {
    let outcome = try run("exec $SOCK send packet:a0:0x88b5:ff:ff:ff:ff:ff:ff short")
    #expect(outcome.status == 65 && outcome.errors.contains("is no whole frame (EINVAL)"), "\(outcome)")
  }

  @Test("A packet is as long as IP allows", arguments: [("10.2.0.1", 65_515), ("[fd02::1]", 65_535)])
  func packetLengthIsThatOfIP(_ host: String, _ most: Int) throws {
    let local = host == "10.2.0.1" ? "0.0.0.0" : "[::]"
    let outcome = try exchange(
      "raw:\(local):253", count: 3,
      """
      head -c \(most) /dev/zero | tr '\\0' x >$TMP.most; (cat $TMP.most; echo abc) >$TMP.more
      $SOCK send --no-reply raw:\(host):253 <$TMP.most; $SOCK send --no-reply raw:\(host):253 <$TMP.more
      """)
    #expect(outcome.errors.matches(of: try Regex(#""received":\#(most),"#)).count == 2, "\(outcome.errors)")
    #expect(outcome.errors.contains(#""received":4,"#))
    let long = try Sock.inNamespace("exec $SOCK send raw:127.0.0.1:253 \"$(head -c 65516 /dev/zero | tr '\\0' x)\"")
    #expect(long.status == 65 && long.errors.contains("IP takes 65515 bytes at most"), "\(long.status) \(long.errors)")
  }

  @Test("A broadcast needs the option, as with UDP")
  func broadcastNeedsTheOption() throws {
    let outcome = try run(
      "$SOCK send --wait 0 --broadcast raw:10.1.0.255:253 x; exec $SOCK send --wait 0 raw:10.1.0.255:253 x")
    #expect(outcome.status == 77 && outcome.errors.contains("add --broadcast"), "\(outcome)")
  }
}
