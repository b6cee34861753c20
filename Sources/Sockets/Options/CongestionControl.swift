import Glibc

/// The algorithms of `TCP_CONGESTION`.
public enum CongestionControl {
  /// The names of those available now; others may be modules that are not loaded.
  ///
  /// Reads `/proc/sys/net/ipv4/tcp_available_congestion_control`.
  public static var available: [String] {
    let file = unsafe Glibc.open("/proc/sys/net/ipv4/tcp_available_congestion_control", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return [] }
    defer { Glibc.close(file) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = unsafe buffer.withUnsafeMutableBytes { bytes in unsafe Glibc.read(file, bytes.baseAddress, bytes.count)
    }
    return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
      .split { $0 == " " || $0 == "\n" }.map(String.init)
  }
}
