import SockTestSupport
import Testing

/// `original:` and `--as-client`, on a router between a client and a server.
@Suite(.endToEnd, .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"))
struct TransparentRelayTests {
  /// In `r`, between this host (10.1.0.1, fd01::1) and `b` (10.2.0.1, fd02::1), a firewall for port 7, and a server there.
  private func run(_ rules: String, relay: String, _ then: String, host: String = "10.2.0.1") throws -> Sock.Outcome {
    try Sock.inNamespace(
      TestNetwork.routed + Self.routes + """
        mkdir -p $TMP.d
        wait_for() { for i in $(seq 1000); do grep -q "$1" $2 && return; sleep 0.01; done; cat $2 >&2; exit 9; }
        ip netns exec r nft -f - <<'END'
        \(rules)
        END
        ip netns exec b $SOCK listen -v \(host) 7 >$TMP.d/data 2>$TMP.d/server & server=$!
        wait_for listening $TMP.d/server
        ip netns exec r $SOCK relay -v --once \(relay) 2>$TMP.d/relay & relay=$!
        wait_for listening $TMP.d/relay
        \(then)
        wait $relay && status=0 || status=$?
        if [ $status = 0 ]; then wait $server; else kill $server; fi
        cat $TMP.d/server $TMP.d/relay >&2; cat $TMP.d/data; rm -rf $TMP.d; exit $status
        """)
  }

  private static let redirect = """
    table inet t { chain c { type nat hook prerouting priority dstnat;
      iifname r0 tcp dport 7 redirect to :8080
    }
    }
    """
  private static let tproxy = """
    table inet t { chain c { type filter hook prerouting priority mangle;
      meta l4proto tcp socket transparent 1 meta mark set 1 accept
      iifname r0 tcp dport 7 meta nfproto ipv4 tproxy ip to :8080 meta mark set 1 accept
      iifname r0 tcp dport 7 meta nfproto ipv6 tproxy ip6 to :8080 meta mark set 1 accept
    }
    }
    """
  /// What is marked is delivered here, whatever its destination.
  private static let routes = """
    for f in -4 -6; do ip -n r $f rule add fwmark 1 lookup 100; ip -n r $f route add local default dev lo table 100; done

    """
  private static let kernelHasRules: Bool = {
    guard Sock.canMakeNamespaces else { return false }
    func loads(_ rules: String) -> Bool {
      (try? Sock.inNamespace("nft -f - <<'END'\n\(rules)\nEND"))?.status == 0
    }
    return loads(redirect) && loads(tproxy)
  }()

  @Test(
    "A connection that was redirected goes where it was going", .enabled(if: kernelHasRules, "needs nft's redirect"),
    arguments: ["10.2.0.1", "fd02::1"])
  func redirected(_ host: String) throws {
    let any = host.contains(":") ? "[::]:8080" : "0.0.0.0:8080"
    let outcome = try run(
      Self.redirect, relay: "'\(any)' original:", "printf hello | $SOCK connect --send-only \(host) 7", host: host)
    #expect(outcome.status == 0 && outcome.text == "hello", "\(outcome)")
    let relay = host.contains(":") ? "accepted [fd02::2]:" : "accepted 10.2.0.2:"
    #expect(outcome.errors.contains(relay), "the server sees the relay: \(outcome)")
  }

  @Test(
    "With tproxy and --as-client neither side sees the relay", .enabled(if: kernelHasRules, "needs nft's tproxy"),
    arguments: ["10.2.0.1", "fd02::1"])
  func asClient(_ host: String) throws {
    let (any, own) = host.contains(":") ? ("[::]:8080", "fd01::1") : ("0.0.0.0:8080", "10.1.0.1")
    let outcome = try run(
      Self.tproxy, relay: "--transparent --as-client '\(any)' original:",
      "printf hello | $SOCK connect --source-port 4444 --send-only \(host) 7", host: host)
    let peer = host.contains(":") ? "[\(own)]:4444" : "\(own):4444"
    #expect(outcome.errors.contains("accepted \(peer)") && outcome.text == "hello", "\(outcome)")
  }

  @Test("A connection that was not redirected does not come back to the relay, but is an error")
  func notRedirected() throws {
    for options in ["", "--transparent"] {
      let outcome = try run(
        "add table inet t", relay: "\(options) 0.0.0.0:8080 original:", "$SOCK connect 10.1.0.2 8080 </dev/null || true"
      )
      #expect(outcome.status == 69, "\(outcome)")
      #expect(
        outcome.errors.contains("was not redirected: it was going to 10.1.0.2:8080, where this relay listens"),
        "\(outcome)")
    }
  }

  @Test("A header of the PROXY protocol says where a connection was going")
  func statedDestination() throws {
    let (server, port) = try PythonPeer.server("say(repr(receive_all(c)))")
    let relay = try SockListener.relay(["--once", "--proxy-protocol", "accept"], "original:")
    _ = try PythonPeer.client(
      port: relay.port, "c.sendall(b'PROXY TCP4 192.0.2.1 127.0.0.1 5 \(port)\\r\\nhello')\nc.close()")
    #expect(try server.reply() == "b'hello'")
    #expect(try relay.outcome().status == 0)
  }

  @Test("Without the privilege, --as-client and --transparent are 77", .enabled(if: Privileges.isRoot, "needs root"))
  func privileges() throws {
    let outcome = try Sock.inNamespace(
      """
      \(Privileges.nobody)$SOCK relay --transparent 127.0.0.1:0 original: || echo $?
      """)
    #expect(outcome.text == "77\n" && outcome.errors.contains("CAP_NET_ADMIN"), "\(outcome)")
  }
}
