import SockTestSupport
import Testing

/// A connection to this host is not paced.
@Suite(.endToEnd) struct LocalPacingTests {
  private static let hasBBR =
    (try? readFile("/proc/sys/net/ipv4/tcp_available_congestion_control")).map {
      String(decoding: $0, as: UTF8.self).contains("bbr")
    } ?? false

  @Test(
    "Where bbr is the default, an unpaced congestion control is requested",
    .enabled(
      if: hasBBR && Sock.canMakeNamespaces, "needs the congestion control bbr and a namespace to make it the default"),
    arguments: ["127.0.0.1:7000", "mptcp://127.0.0.1:7000"])
  func unpacedCongestionControlIsAskedFor(_ endpoint: String) throws {
    let outcome = try Sock.inNamespace(
      """
      sysctl -q net.ipv4.tcp_congestion_control=bbr
      $SOCK recv \(endpoint) > $TMP & receiver=$!
      until grep -q ':1B58 .* 0A ' /proc/net/tcp; do sleep 0.05; done
      $SOCK send -v \(endpoint) < /etc/passwd
      wait $receiver
      cmp $TMP /etc/passwd
      """)
    #expect(outcome.status == 0 && outcome.errors.contains("since bbr paces and the peer is this host"), "\(outcome)")
  }
}
