import SockTestSupport
import Testing

/// `relay` between the programs that people put behind one, each in a namespace of its own.
@Suite(.endToEnd, .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"))
struct WildProgramTests {
  private static func has(_ program: String) -> Bool {
    ["/usr/bin/", "/usr/sbin/", "/usr/local/bin/", "/usr/lib/git-core/"].contains { exists($0 + program) }
  }

  /// `await CONDITION`: until the command succeeds, for at most 10 s.
  private static let start = """
    await() { for n in $(seq 200); do "$@" >/dev/null 2>&1 && return; sleep 0.05; done; echo "in vain: $*"; return 1; }
    relays() { $SOCK relay -v "$@" 2>$TMP.relay & await grep -q listening $TMP.relay; }
    head -c 3000000 /dev/urandom >$TMP.data

    """

  @Test("git clones from its daemon", .enabled(if: has("git") && has("git-daemon")))
  func git() throws {
    let outcome = try Sock.inNamespace(
      Self.start + """
        export HOME=$TMP.home GIT_CONFIG_NOSYSTEM=1; mkdir $HOME
        git init -q $TMP.repository
        cp $TMP.data $TMP.repository/data
        cd $TMP.repository; git add data; git -c user.name=a -c user.email=a@b commit -qm x
        git -c safe.directory='*' daemon --base-path=$TMP.repository --export-all --listen=127.0.0.1 --port=2000 &
        await $SOCK connect -z 127.0.0.1 2000
        relays 127.0.0.1:9418 127.0.0.1:2000
        git clone -q git://127.0.0.1/ $TMP.clone
        cmp $TMP.data $TMP.clone/data && echo same
        """)
    #expect(outcome.lines.last == "same", "\(outcome)")
  }

  @Test("nginx serves eight at once through a Unix socket", .enabled(if: has("nginx") && has("curl")))
  func nginx() throws {
    let outcome = try Sock.inNamespace(
      Self.start + """
        mkdir $TMP.root; cp $TMP.data $TMP.root/data; chmod 755 $TMP.root
        cat >$TMP.conf <<END
        daemon off; user root; pid $TMP.pid; error_log $TMP.errors; events {}
        http { access_log off; client_body_temp_path $TMP.body; server { listen 127.0.0.1:2000; root $TMP.root; } }
        END
        nginx -c $TMP.conf 2>/dev/null &
        await $SOCK connect -z 127.0.0.1 2000
        relays unix:$TMP.socket 127.0.0.1:2000
        for n in 1 2 3 4 5 6 7 8; do
          curl -s --unix-socket $TMP.socket http://host/data >$TMP.got$n & last="$last $!"
        done
        wait $last
        for n in 1 2 3 4 5 6 7 8; do cmp $TMP.data $TMP.got$n && echo same; done
        """)
    #expect(outcome.lines == Array(repeating: "same", count: 8), "\(outcome)")
  }

  @Test("iperf3 measures TCP and UDP, both ways", .enabled(if: has("iperf3")))
  func iperf() throws {
    let outcome = try Sock.inNamespace(
      Self.start + """
        # iperf3 takes TMP, the prefix of our files, for a directory, unless this is set.
        export TMPDIR=/tmp
        iperf3 -s -p 2001 --forceflush >$TMP.server 2>&1 &
        await grep -q listening $TMP.server
        relays 127.0.0.1:2000 127.0.0.1:2001
        relays udp://127.0.0.1:2000 udp://127.0.0.1:2001
        for mode in '' -R '-u -b 20M' '-u -b 20M -R'; do
          iperf3 -c 127.0.0.1 -p 2000 -t 1 $mode >$TMP.client && grep -q receiver $TMP.client && echo measured
        done
        """)
    #expect(outcome.lines == Array(repeating: "measured", count: 4), "\(outcome)")
  }
}
