import SockTestSupport
import Testing

/// What is said of a failure: what was tried, on which address, the error by its name, its cause, and what to look at.
///
/// Each situation is produced for real, in a network namespace of its own with routes and a firewall.
@Suite(.endToEnd, .enabled(if: Sock.canFilterPackets, "needs root, namespaces, nft and setpriv"))
struct FailureCauseTests {
  /// A command line, its exit status, and what its message must contain.
  struct Situation: Sendable {
    let command: String
    let status: CInt
    let wanted: [String]

    init(_ command: String, _ status: CInt, _ wanted: String...) {
      self.command = command
      self.status = status
      self.wanted = wanted
    }
  }

  private static let checkServer = "check that the server is running, and its port"
  private static let nobody = "setpriv --reuid 65534 --clear-groups --inh-caps=-all --bounding-set=-all"

  private static let connecting: [Situation] = [
    .init(
      "$SOCK connect 127.0.0.1 1", 69, "to 127.0.0.1:1", "ECONNREFUSED", "nothing listens on that port", checkServer),
    .init("$SOCK connect ::1 1", 69, "to [::1]:1", "ECONNREFUSED", "nothing listens", checkServer),
    .init("$SOCK connect --mptcp 127.0.0.1 1", 69, "ECONNREFUSED", "nothing listens"),
    .init("$SOCK connect 192.0.2.1 1", 69, "192.0.2.1:1", "ENETUNREACH", "has no route", "check the address"),
    .init("$SOCK connect 2001:db8::1 1", 69, "[2001:db8::1]:1", "ENETUNREACH", "has no route"),
    .init(
      "$SOCK connect -w 5 10.9.0.7 1", 69, "10.9.0.7:1", "EHOSTUNREACH", "no machine on that network", "host is up"),
    .init("$SOCK connect 10.7.0.1 1", 69, "10.7.0.1:1", "EHOSTUNREACH", "cannot be reached"),
    .init("$SOCK connect 10.8.0.1 1", 77, "10.8.0.1:1", "EACCES", "the firewall or the routes of this host", "check"),
    .init("$SOCK connect 10.6.0.1 1", 69, "10.6.0.1:1", "EINVAL", "blackhole", "check the routes"),
    .init(
      "$SOCK connect -w 1 127.0.0.1 5001", 75, "127.0.0.1:5001", "no answer within 1 s", "check that the host is up"),
    .init("$SOCK connect -w 1 127.0.0.1 5002", 69, "127.0.0.1:5002", "ECONNREFUSED"),
    .init("$SOCK connect -w 1 127.0.0.1 5003", 69, "127.0.0.1:5003", "ECONNREFUSED"),
    .init("$SOCK connect -w 1 127.0.0.1 5004", 69, "127.0.0.1:5004", "EHOSTUNREACH", "a router or a firewall"),
    .init("$SOCK connect -w 1 127.0.0.1 5005", 69, "127.0.0.1:5005", "EHOSTUNREACH", "a router or a firewall"),
    .init("$SOCK connect --deadline 1 127.0.0.1 5001", 75, "the deadline of 1 s"),
    .init(
      "$SOCK connect -s 192.0.2.1 127.0.0.1 1", 71, "192.0.2.1", "EADDRNOTAVAIL", "no interface of this host", "check"),
    .init("$SOCK connect -p 7001 -s 127.0.0.1 127.0.0.1 1", 71, "127.0.0.1:7001", "EADDRINUSE", "sock (pid "),
    .init("$SOCK connect -U $DIR/none", 69, "/none", "ENOENT", "nothing is at that path", "check the path"),
    .init("$SOCK connect -U $DIR/dead", 69, "/dead", "ECONNREFUSED", "no process listens there", "check the path"),
    .init("$SOCK connect -U $DIR/file", 69, "/file", "ECONNREFUSED", "it is no socket"),
    .init("$SOCK connect -U $DIR/file/x", 69, "/file/x", "ENOTDIR", "is no directory", "check the path"),
    .init("\(nobody) $SOCK connect -U $DIR/closed/x", 77, "EACCES", "not open to this user", "check their permissions"),
    .init("$SOCK connect -U @none", 69, "@none", "ECONNREFUSED"),
    .init("$SOCK connect fe80::1 80", 64, "fe80::1", "add %INTERFACE"),
    .init("$SOCK connect ::1:80", 64, "write [::1]:80"),
    .init("$SOCK connect 127.0.0.1 70000", 64, "port 70000 is out of range"),
    .init("$SOCK connect 127.0.0.1 nosuchservice", 68, "nosuchservice", "EAI_SERVICE"),
    .init("$SOCK connect name.invalid 1", 75, "name.invalid", "EAI_AGAIN", "check that a name server"),
    .init("$SOCK connect --interface nowhere 127.0.0.1 1", 64, "no interface 'nowhere'", "there is lo"),
    .init("$SOCK connect -o TCP_CONGESTION=nope 127.0.0.1 1", 64, "TCP_CONGESTION=nope", "ENOENT", "this kernel has"),
    .init("$SOCK connect -o SO_RCVBUF=x 127.0.0.1 1", 64, "'x' is not a value for SO_RCVBUF", "it takes 0 to"),
    .init("$SOCK connect fd:77", 71, "fd:77", "EBADF"), .init("$SOCK connect fd:0", 71, "fd:0", "ENOTSOCK"),
    .init("prlimit --nofile=6:6 $SOCK connect 127.0.0.1 1", 71, "EMFILE"),
    .init("\(nobody) $SOCK connect raw:127.0.0.1:1", 77, "EPERM", "CAP_NET_RAW"),
    .init("$SOCK connect 127.0.0.1 7002 </dev/zero", 74, "127.0.0.1:7002"),
    .init("$SOCK connect -i 0.3 127.0.0.1 7006", 75, "no traffic with 127.0.0.1:7006 for 300 ms"),
    .init("$SOCK connect --tls 127.0.0.1 7003", 76, "127.0.0.1:7003"),
    .init("$SOCK wait --for 0.3 127.0.0.1:1", 75, "127.0.0.1:1 did not answer within 300 ms", "ECONNREFUSED"),
    .init("\(nobody) $SOCK ping --count 1 127.0.0.1", 77, "EPERM", "CAP_NET_RAW", "net.ipv4.ping_group_range"),
  ]

  private static let datagrams: [Situation] = [
    .init("$SOCK udp-send 127.0.0.1 5006 x", 77, "127.0.0.1:5006", "EPERM", "firewall of this host", "check the rules"),
    .init(
      "$SOCK udp-send --reply --wait 1 127.0.0.1 5999 x", 69, "127.0.0.1:5999", "ECONNREFUSED", "port unreachable, said"
    ),
    .init("$SOCK udp-send 10.9.0.255 5 x", 77, "10.9.0.255:5", "EACCES", "add --broadcast"),
    .init("$SOCK udp-send 239.1.1.1 5 x", 69, "239.1.1.1:5", "ENETUNREACH", "add --interface"),
    .init("$SOCK connect --udp 192.0.2.1 5", 69, "192.0.2.1:5", "ENETUNREACH", "has no route"),
    .init("$SOCK udp-send --reply --wait 0.2 127.0.0.1 7004 x", 75, "127.0.0.1:7004"),
    .init("head -c 70000 /dev/zero | $SOCK send -u 127.0.0.1 7004 --datagram-size 65508", 64, "65507"),
    .init("$SOCK udp-recv --group 239.1.1.1 5", 64, "239.1.1.1", "ENODEV", "no route to the group", "@INTERFACE"),
  ]

  private static let listening: [Situation] = [
    .init(
      "$SOCK listen 127.0.0.1 7001", 71, "127.0.0.1:7001", "EADDRINUSE", "sock (pid ", "is listening on 127.0.0.1:7001"),
    .init("$SOCK listen -u 127.0.0.1 7004", 71, "127.0.0.1:7004", "EADDRINUSE", "(pid ", "has 127.0.0.1:7004"),
    .init("$SOCK listen -U $DIR/live", 71, "/live", "EADDRINUSE", "(pid ", "is listening on"),
    .init("$SOCK listen -U @live", 71, "@live", "EADDRINUSE", "(pid "),
    .init(
      "$SOCK listen 192.0.2.1 1", 71, "192.0.2.1:1", "EADDRNOTAVAIL", "no interface of this host", "check the address"),
    .init("$SOCK listen -u 192.0.2.1 5", 71, "192.0.2.1:5", "EADDRNOTAVAIL", "no interface of this host"),
    .init("\(nobody) $SOCK listen 80", 77, ":80", "EACCES", "CAP_NET_BIND_SERVICE"),
    .init("$SOCK listen -U $DIR/file", 73, "/file", "a file that is not a socket is already there"),
    .init("$SOCK listen -U $DIR/no/x", 73, "/no/x", "ENOENT"),
    .init("\(nobody) $SOCK listen -U $DIR/closed/x", 77, "/closed/x", "EACCES"),
    .init("$SOCK listen -U $(printf %0200d 1)", 64, "107"),
    .init("$SOCK listen --exec /nonexistent/program 0", 64, "/nonexistent/program"),
    .init("$SOCK listen --log /nonexistent/log 127.0.0.1 0", 73, "/nonexistent/log", "ENOENT"),
    .init("$SOCK send 127.0.0.1 7005 x >/dev/full", 74, "ENOSPC"),
  ]

  private static let preparation = """
    DIR=$(mktemp -d); export DIR; trap 'rm -rf "$DIR"' EXIT; touch $DIR/file; mkdir -m 700 $DIR/closed; chmod 755 $DIR
    /usr/bin/python3 - "$DIR" <<'END' &
    import socket, struct, sys, threading, time
    directory = sys.argv[1]
    socket.socket(socket.AF_UNIX).bind(directory + '/dead')
    live = [socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)]
    live[0].bind(directory + '/live'); live[1].bind('\\0live')
    for one in live: one.listen()
    silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); silent.bind(('127.0.0.1', 7004))
    def serve(port, act):
      listener = socket.socket(); listener.bind(('127.0.0.1', port)); listener.listen()
      def run():
        while True:
          connection, _ = listener.accept()
          act(connection)
      threading.Thread(target=run, daemon=True).start()
    def reset(connection):
      connection.recv(1)
      connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0)); connection.close()
    kept = []
    def babble(connection): connection.sendall(b'no TLS here, and so on'); connection.close()
    serve(7002, reset); serve(7003, babble); serve(7005, babble); serve(7006, kept.append)
    open(directory + '/ready', 'w').close()
    time.sleep(120)
    END
    while ! test -e $DIR/ready; do sleep 0.05; done
    "$SOCK" listen -k 127.0.0.1 7001 </dev/null >/dev/null 2>&1 &
    "$SOCK" wait 127.0.0.1:7001
    ip link add v0 type veth peer name v1; ip addr add 10.9.0.1/24 dev v0; ip link set v0 up; ip link set v1 up
    ip route add prohibit 10.8.0.0/24; ip route add unreachable 10.7.0.0/24; ip route add blackhole 10.6.0.0/24
    nft -f - <<'END'
    table inet f {
      chain i {
        type filter hook input priority 0;
        tcp dport 5001 drop
        tcp dport 5002 reject
        tcp dport 5003 reject with tcp reset
        tcp dport 5004 reject with icmpx admin-prohibited
        tcp dport 5005 reject with icmpx host-unreachable
      }
      chain o { type filter hook output priority 0; udp dport 5006 drop; }
    }
    END
    set +e
    """

  @Test func `at least 60 situations are tried`() {
    #expect(Self.connecting.count + Self.datagrams.count + Self.listening.count >= 60)
  }

  @Test(arguments: [connecting, datagrams, listening])
  func `a failure tells what was tried, the error, its cause and what to look at`(situations: [Situation]) throws {
    var script = Self.preparation + "\n"
    for (index, situation) in situations.enumerated() {
      let input = situation.command.contains("<") ? "" : " </dev/null"
      script += "echo \"@\(index)\"; (\(situation.command)\(input)) 2>&1; echo \"=$?\"\n"
    }
    let outcome = try Sock.inNamespace(script, within: .seconds(120))
    for (index, situation) in situations.enumerated() {
      guard let start = outcome.lines.firstIndex(of: "@\(index)") else {
        Issue.record("\(situation.command) was not run: \(outcome)")
        continue
      }
      let lines = outcome.lines[(start + 1)...].prefix { !$0.hasPrefix("@") }
      let text = lines.joined(separator: "\n")
      #expect(lines.last == "=\(situation.status)", "\(situation.command): \(text)")
      for wanted in situation.wanted {
        #expect(text.contains(wanted), "\(situation.command): no '\(wanted)' in: \(text)")
      }
    }
  }
}

extension Sock {
  /// Whether tests can have routes and a firewall of their own, and processes without privileges.
  fileprivate static let canFilterPackets: Bool = {
    guard canMakeNamespaces, let process = try? RunningProcess("sh", ["-c", "nft --version && setpriv --version"])
    else { return false }
    return (try? process.wait().status) == 0
  }()
}
