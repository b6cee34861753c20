/// Text that is not a time or a size, or one that does not fit.
public enum QuantityError: Error, Hashable, Sendable {
  /// Not a number with a unit of time; the unit is that of a bare number.
  case notATime(String, unit: SocketOption.TimeUnit)
  /// Longer than 292 years, the nanoseconds that 64 bits count.
  case timeTooLong(String)
  /// Not a number with a unit of size.
  case notASize(String)
  /// More bytes than an `Int` counts.
  case sizeTooLarge(String)
}

extension QuantityError: CustomStringConvertible {
  /// What is wrong with the text, and what to write.
  public var description: String {
    switch self {
    case .notATime(let text, let unit):
      "'\(text)' is not a time: write \(unit), or a number with ms, s, m or h (1.5, 300ms, 2m)"
    case .timeTooLong(let text): "'\(text)' is too long a time: at most 292 years"
    case .notASize(let text): "'\(text)' is not a size: write bytes, or a number with k, M, G or T (64k, 1.5M, 2GiB)"
    case .sizeTooLarge(let text): "'\(text)' is too large a size"
    }
  }
}
