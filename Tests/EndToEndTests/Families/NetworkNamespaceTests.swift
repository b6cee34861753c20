import SockTestSupport
import Testing

/// `--netns`, and `?netns=` for one side of a relay.
@Suite(.endToEnd, .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"))
struct NetworkNamespaceTests {
  /// The namespaces red and blue, which have nothing but their loopback interfaces.
  private static let two = """
    mount -t tmpfs none /run; mkdir /run/netns
    for n in red blue; do ip netns add $n; ip -n $n link set lo up; done
    wait_for() { for i in $(seq 1000); do grep -q "$1" $2 && return; sleep 0.01; done; cat $2 >&2; exit 9; }

    """

  private func run(_ script: String) throws -> Sock.Outcome { try Sock.inNamespace(Self.two + script) }

  @Test("A relay joins two namespaces that have no link", arguments: ["localhost", "127.0.0.1", "::1"])
  func relay(_ host: String) throws {
    let bracketed = host.contains(":") ? "[\(host)]" : host
    let outcome = try run(
      """
      ip netns exec blue $SOCK listen \(host) 7 >$TMP.data & server=$!
      until ip netns exec blue ss -tln | grep -q :7; do :; done
      $SOCK relay --once -v '\(bracketed):8?netns=red' '\(bracketed):7?netns=blue' 2>$TMP & relay=$!
      wait_for listening $TMP
      $SOCK send --netns red --no-reply \(host) 8 hello
      wait $relay; wait $server; cat $TMP.data; cat $TMP >&2; rm $TMP.data
      """)
    #expect(outcome.status == 0 && outcome.text == "hello", "\(outcome)")
  }

  @Test("Datagrams cross too")
  func datagrams() throws {
    let outcome = try run(
      """
      ip netns exec blue $SOCK udp-recv --echo 127.0.0.1 7 >/dev/null & echo=$!
      until ip netns exec blue ss -uln | grep -q :7; do :; done
      $SOCK relay -v 'udp://127.0.0.1:8?netns=red' 'udp://127.0.0.1:7?netns=blue' 2>$TMP & relay=$!
      wait_for listening $TMP
      $SOCK udp-send --netns red --reply 1 127.0.0.1 8 hello
      kill $relay $echo
      """)
    #expect(outcome.text == "hello", "\(outcome)")
  }

  @Test("Each verb is in the namespace, by name, by process and by path")
  func verbs() throws {
    let outcome = try run(
      """
      ip netns exec blue sleep 100 & pid=$!
      until [ "$(readlink /proc/$pid/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do :; done
      $SOCK listen -k --netns blue 127.0.0.1 7 >/dev/null 2>&1 & server=$!
      until ip netns exec blue ss -tln | grep -q :7; do :; done
      $SOCK wait --netns $pid 127.0.0.1:7 && echo wait
      $SOCK ping --tcp -c 1 --netns /run/netns/blue 127.0.0.1 7 >/dev/null && echo ping
      $SOCK connect -z --netns blue 127.0.0.1 7 2>/dev/null && echo check
      $SOCK connect -z 127.0.0.1 7 2>/dev/null || echo elsewhere
      $SOCK send --netns blue --no-reply 127.0.0.1 7 x && echo send
      ip -n blue link add eth7 type veth peer name eth8; ip -n blue link set eth7 up
      $SOCK udp-recv --netns blue --interface eth7 --deadline 100ms 0.0.0.0 0 2>/dev/null || echo interface $?
      $SOCK resolve --netns red 127.0.0.1 >/dev/null && echo resolve
      kill $server $pid
      """)
    #expect(
      outcome.lines == ["wait", "ping", "check", "elsewhere", "send", "interface 75", "resolve"], "\(outcome)")
  }

  @Test("An interface of one side is found in its namespace")
  func interface() throws {
    let outcome = try run(
      """
      ip -n blue link add eth7 type veth peer name eth8; ip -n blue addr add 10.7.0.1/24 dev eth7
      $SOCK relay '127.0.0.1:0?netns=red' '10.7.0.1:9?netns=blue&interface=nosuch' 2>&1 || echo $?
      timeout 1 $SOCK relay '127.0.0.1:0?netns=red' '10.7.0.1:9?netns=blue&interface=eth7' 2>&1 || echo $?
      """)
    #expect(
      outcome.lines.count == 5 && outcome.lines[2] == "64" && outcome.lines[3].contains("listening"),
      "\(outcome)")
  }

  @Test("A namespace that is missing is 69, one that is none 64, and one that may not be entered 77")
  func failures() throws {
    let outcome = try run(
      """
      for n in nosuch 4194305 /nosuch /etc/passwd; do $SOCK connect --netns $n 127.0.0.1 7 || echo $?; done
      $SOCK relay '127.0.0.1:0?netns=nosuch' null: || echo $?
      \(Privileges.nobody)$SOCK connect --netns blue 127.0.0.1 7 || echo $?
      """)
    #expect(outcome.lines == ["69", "69", "69", "64", "69", "77"], "\(outcome)")
    for sentence in [
      "there is no network namespace 'nosuch': ip netns list shows those that have names",
      "there is no process 4194305", "there is no file /nosuch", "/etc/passwd is no network namespace",
      "cannot enter the network namespace blue: Operation not permitted (EPERM): that takes CAP_SYS_ADMIN",
    ] { #expect(outcome.errors.contains(sentence), "\(sentence): \(outcome)") }
  }
}
