/// The algorithms of `TCP_CONGESTION`.
public enum CongestionControl {
  /// The names of those available now; others may be modules that are not loaded.
  ///
  /// Reads `/proc/sys/net/ipv4/tcp_available_congestion_control`.
  public static var available: [String] {
    let path = "/proc/sys/net/ipv4/tcp_available_congestion_control"
    guard let bytes = try? Descriptor.contents(of: path, upTo: 4096) else { return [] }
    return String(decoding: bytes, as: UTF8.self)
      .split { $0 == " " || $0 == "\n" }.map(String.init)
  }
}
