import Glibc

/// Dates as text.
enum DateText {
  /// A time in a format of `strftime(3)`. Program start leaves the "C" locale, so names are English.
  ///
  /// - Parameter isLocal: whether in the time zone of this machine, or in UTC.
  static func text(of time: Int, _ format: String, isLocal: Bool) -> [UInt8] {
    var time = time_t(time)
    var fields = tm()
    if isLocal { localtime_r(&time, &fields) } else { gmtime_r(&time, &fields) }
    return [UInt8](unsafeUninitializedCapacity: 128) { buffer, count in
      count = buffer.withMemoryRebound(to: CChar.self) { strftime($0.baseAddress, $0.count, format, &fields) }
    }
  }
}
