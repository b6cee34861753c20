/// Text that is not a duration or a size, or is out of range.
public enum QuantityError: Error, Hashable, Sendable {
  /// Not a number with a unit of time; `unit` applies to a number without one.
  case notATime(String, unit: SocketOption.TimeUnit)
  /// More than 292 years, the nanoseconds that fit in 64 bits.
  case timeTooLong(String)
  /// Not a number with a unit of size.
  case notASize(String)
  /// More bytes than fit in an `Int`.
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
    case .sizeTooLarge(let text): "'\(text)' is too large"
    }
  }
}
