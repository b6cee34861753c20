import SockTestSupport
import Testing

/// Multicast and broadcast between two hosts: two namespaces and one link.
@Suite(.endToEnd, .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"))
struct MulticastTests {
  /// This host has 10.1.0.1 and fd01::1 on a0, `b` has 10.1.0.2 and fd01::2 on b0.
  ///
  /// `heard FILE TEXT` waits until a program has written the text to the file.
  private static let network = """
    mount -t tmpfs none /run; mkdir /run/netns
    ip netns add b
    for space in '' 'ip netns exec b'; do $space sysctl -qw net.ipv6.conf.default.accept_dad=0; done
    ip link add a0 type veth peer name b0 netns b
    ip -n b addr add 10.1.0.2/24 brd + dev b0; ip -n b -6 addr add fd01::2/64 dev b0 nodad
    ip -n b link set b0 up; ip -n b link set lo up
    ip addr add 10.1.0.1/24 brd + dev a0; ip -6 addr add fd01::1/64 dev a0 nodad; ip link set a0 up
    inb() { ip netns exec b "$@"; }
    heard() {
      for try in $(seq 500); do
        if grep -qs "$2" "$1"; then return 0; fi
        sleep 0.02
      done
      cat "$1" >&2; return 1
    }
    # The routes of IPv6 groups appear once both ends have carrier.
    routed() { for try in $(seq 500); do if "$@" | grep -q 'ff00::/8'; then return 0; fi; sleep 0.02; done; return 1; }
    routed ip -6 route show table all dev a0; routed inb ip -6 route show table all dev b0

    """

  private func run(_ script: String) throws -> Sock.Outcome { try Sock.inNamespace(Self.network + script) }

  @Test(
    "A group is joined on its interface, and what is sent to it arrives",
    arguments: [
      ("239.1.2.3", "recv --group 239.1.2.3@b0 7000"), ("239.1.2.3", "udp-recv --group 239.1.2.3@b0 7000"),
      ("239.1.2.3", "udp-recv --group 239.1.2.3@b0 10.1.0.2 7001"),
      ("ff15::7", "recv --udp --group ff15::7@b0 7000"), ("ff15::7", "recv --group ff15::7%b0 -6 7000"),
    ])
  func groupIsJoinedOnItsInterface(_ group: String, _ verb: String) throws {
    // A socket bound to a unicast address receives no multicast.
    let isBound = verb.contains("10.1.0.2")
    let outcome = try run(
      """
      inb $SOCK \(verb.replacing("recv", with: "recv -v --count 1")) >$TMP 2>$TMP.log & receiver=$!
      heard $TMP.log listening
      $SOCK udp-send --interface a0 \(group) 7000 'to the group'
      \(isBound ? "$SOCK udp-send 10.1.0.2 7001 'to the host'" : "")
      wait $receiver; cat $TMP
      """)
    #expect(outcome.text == (isBound ? "to the host" : "to the group"), "\(outcome)")
  }

  @Test("A source-specific group receives only what its source sends")
  func sourceSpecificGroup() throws {
    let outcome = try run(
      """
      ip addr add 10.1.0.9/24 dev a0; ip -6 addr add fd01::9/64 dev a0 nodad
      inb $SOCK recv -v --count 2 --group 232.1.2.3@b0,10.1.0.9 --group ff35::8000:1@b0,fd01::9 7000 \
        >$TMP 2>$TMP.log & receiver=$!
      heard $TMP.log 'listening.*0.0.0.0'; heard $TMP.log 'listening.*::'
      for host in 10.1.0.1 10.1.0.9; do $SOCK udp-send --interface a0 -s $host 232.1.2.3 7000 "$host "; done
      for host in fd01::1 fd01::9; do $SOCK udp-send --interface a0 -s $host ff35::8000:1 7000 "$host "; done
      wait $receiver; cat $TMP
      """)
    #expect(outcome.text.split(separator: " ").sorted() == ["10.1.0.9", "fd01::9"], "\(outcome)")
  }

  @Test("Several receivers share a group, and none receives groups that only others joined")
  func severalReceivers() throws {
    let outcome = try run(
      """
      for name in 1 2; do
        inb $SOCK recv -v --count 1 --group 239.0.0.1@b0 7000 >$TMP.$name 2>$TMP.log$name &
        eval pid$name=$!
      done
      inb $SOCK recv -v --count 1 --group 239.0.0.2@b0 7000 >$TMP.3 2>$TMP.log3 & other=$!
      for name in 1 2 3; do heard $TMP.log$name listening; done
      $SOCK udp-send --interface a0 239.0.0.1 7000 one
      wait $pid1 $pid2
      $SOCK udp-send --interface a0 239.0.0.2 7000 two
      wait $other; cat $TMP.1 $TMP.2 $TMP.3
      """)
    #expect(outcome.text == "oneonetwo", "\(outcome)")
  }

  @Test("A Python receiver sees the hop limit and traffic class of multicast")
  func hopsAndClassOfMulticast() throws {
    let outcome = try run(
      """
      cat >$TMP.py <<'END'
      import socket, struct
      s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      s.bind(('', 7000))
      s.setsockopt(0, 35, socket.inet_aton('239.1.2.3') + socket.inet_aton('10.1.0.2'))
      s.setsockopt(0, 12, 1); s.setsockopt(0, 13, 1)
      print('listening', flush=True)
      for _ in range(2):
        data, control, flags, who = s.recvmsg(100, 100)
        print(data.decode(), *sorted((kind, value[0]) for level, kind, value in control), flush=True)
      END
      inb \(PythonPeer.interpreter) $TMP.py >$TMP & receiver=$!
      heard $TMP listening
      $SOCK udp-send --interface a0 239.1.2.3 7000 plain
      $SOCK udp-send --interface a0 --ttl 9 --tos af21 239.1.2.3 7000 marked
      wait $receiver; cat $TMP
      """)
    #expect(outcome.lines == ["listening", "plain (1, 0) (2, 1)", "marked (1, 72) (2, 9)"], "\(outcome)")
  }

  @Test("--ttl and --tos are in the packets of an IPv6 connection")
  func ttlAndTOSOverIPv6() throws {
    let outcome = try run(
      """
      inb $SOCK listen -v --ttl 5 7000 >$TMP 2>$TMP.log </dev/null & receiver=$!
      heard $TMP.log 'listening.*::'
      $SOCK send --ttl 1 --tos ef --interface a0 fd01::2 7000 near; wait $receiver; cat $TMP
      """)
    #expect(outcome.text == "near", "\(outcome)")
  }

  /// Three hosts in `b`, each with its own address, that answer 239.1.2.3, ff15::7 and the broadcast address.
  private static let responders = """
    cat >$TMP.py <<'END'
    import select, socket, struct
    hosts = range(3, 6)
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('', 7000))
    s.setsockopt(0, 35, socket.inet_aton('239.1.2.3') + socket.inet_aton('10.1.0.2'))
    t = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); t.setsockopt(41, 26, 1); t.bind(('', 7000))
    t.setsockopt(41, 20, socket.inet_pton(10, 'ff15::7') + struct.pack('i', socket.if_nametoindex('b0')))
    print('listening', flush=True)
    while True:
      for x in select.select([s, t], [], [])[0]:
        data, who = x.recvfrom(100)
        for host in hosts:
          r = socket.socket(x.family, socket.SOCK_DGRAM)
          r.bind(('10.1.0.%d' % host if x is s else 'fd01::%d' % host, 0))
          r.sendto(b'%s-%d ' % (data, host), who)
    END
    for n in 3 4 5; do ip -n b addr add 10.1.0.$n/24 dev b0; ip -n b -6 addr add fd01::$n/64 dev b0 nodad; done
    inb \(PythonPeer.interpreter) $TMP.py >$TMP & heard $TMP listening

    """

  @Test(
    "All who answer a group or a broadcast are heard",
    arguments: [
      ("udp-send --reply 3 --interface a0 239.1.2.3 7000", true),
      ("udp-send --reply 3 --interface a0 ff15::7 7000", true),
      ("udp-send --reply 3 --broadcast 10.1.0.255 7000", true),
      ("udp-send --reply 3 -s 10.1.0.1 -p 7777 --broadcast 255.255.255.255 7000", true),
      ("send -u -q 300ms --broadcast 10.1.0.255 7000", false), ("send -u -q 300ms ff15::7%a0 7000", false),
    ])
  func allAnswersAreHeard(_ line: String, _ counts: Bool) throws {
    let outcome = try run(
      Self.responders + """
        $SOCK \(line) --json me
        \(counts ? "! $SOCK \(line.replacing("--reply 3", with: "--reply 4 -q 200ms")) me >/dev/null" : "")
        """)
    #expect(outcome.text.split(separator: " ").sorted() == ["me-3", "me-4", "me-5"], "\(outcome)")
    for host in 3...5 {
      let peer = line.contains("ff15") ? "[fd01::\(host)]" : "10.1.0.\(host)"
      #expect(outcome.errors.contains(#""peer":"\#(peer):"#), "\(outcome)")
    }
    if counts { #expect(outcome.errors.contains("fewer than 4 answers"), "\(outcome)") }
  }

  @Test("The loop option keeps multicast off this host", arguments: [("239.9.9.9", "IP"), ("ff15::9", "IPV6")])
  func loopOptionKeepsMulticastOffThisHost(_ group: String, _ level: String) throws {
    let outcome = try run(
      """
      for loop in off on; do
        $SOCK recv -v --count 1 --group \(group)@a0 7300 >$TMP 2>$TMP.log & receiver=$!
        heard $TMP.log 'listening.*::'
        $SOCK udp-send -o \(level)_MULTICAST_LOOP=$loop --interface a0 \(group) 7300 $loop
        # What arrives after it proves that nothing arrived before.
        $SOCK udp-send \(level == "IP" ? "127.0.0.1" : "::1") 7300 end || true
        wait $receiver; cat $TMP; echo; rm $TMP.log
      done
      """)
    #expect(outcome.lines == ["end", "on"], "\(outcome)")
  }

  @Test("listen keeps receiving a group, and answers from its own address")
  func listenReceivesAGroup() throws {
    let outcome = try run(
      """
      mkfifo $TMP.in
      inb $SOCK listen -v -u --group 239.1.2.9@b0 7400 <$TMP.in >$TMP 2>$TMP.log & server=$!
      exec 9>$TMP.in; heard $TMP.log listening
      (echo one; heard $TMP one; echo two; heard $TMP two; echo welcome >&9; sleep 0.2) |
        $SOCK connect -v -u -q 300ms --frame line --interface a0 239.1.2.9 7400
      exec 9>&-; kill $server
      """)
    #expect(outcome.text == "welcome\n", "\(outcome)")
    #expect(outcome.errors.contains("from 10.1.0.2:7400"), "\(outcome)")
  }

  @Test("A broadcast is sent with --broadcast and refused without")
  func broadcastNeedsTheOption() throws {
    let outcome = try run(
      """
      inb $SOCK udp-recv -v --count 2 7000 >$TMP 2>$TMP.log & receiver=$!
      heard $TMP.log 'listening.*0.0.0.0'
      $SOCK udp-send --broadcast 10.1.0.255 7000 one
      $SOCK send --broadcast --no-reply 10.1.0.255 7000 two
      wait $receiver; cat $TMP
      exec $SOCK udp-send 10.1.0.255 7000 refused
      """)
    #expect(outcome.text == "onetwo", "\(outcome)")
    #expect(outcome.status == 77)
    #expect(outcome.errors.contains("to send to a broadcast address add --broadcast"), "\(outcome)")
  }

  @Test(
    "An invalid group or option is named",
    arguments: [
      ("recv --group 10.0.0.1 7000", "'10.0.0.1' is no multicast address"),
      ("recv --group 239.1.2.3@nowhere 7000", "no interface 'nowhere' here: there is lo"),
      ("recv --group 232.1.2.3@lo,fd01::1 7000", "of two families"),
      ("recv --group 232.1.2.3@lo,x 7000", "'x' is no address of a source"),
      ("recv --group ff15::7@lo 127.0.0.1 0", "is of IPv6, of which nothing is listened on here"),
      ("recv --mptcp --group 239.1.2.3 7000", "mptcp does not carry single datagrams"),
      ("recv -U --group 239.1.2.3 /s", "--group is for packets of IP"),
      ("udp-send --ttl 0 127.0.0.1 9 x", "1 to 255"), ("udp-send --tos af99 127.0.0.1 9 x", "--tos 'af99'"),
      ("udp-send --interface nowhere 127.0.0.1 9 x", "no interface 'nowhere' here"),
    ])
  func invalidGroupIsNamed(_ line: String, _ complaint: String) throws {
    let outcome = try Sock.run(line.split(separator: " ").map(String.init))
    #expect(outcome.status == 64, "\(outcome)")
    #expect(outcome.errors.contains(complaint), "\(outcome)")
  }
}
