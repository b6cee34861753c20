import Operations
import Sockets

/// Ports as `connect -z` and `wait` take them: `22`, `http`, `20-25,http,8000-8010`.
enum PortList {
  /// The services of a list: a number or a name each, with every port of a range.
  static func services(_ text: String) throws(OperationError) -> [String] {
    var services: [String] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let bounds = range(part) else {
        try check(part, in: text)
        services.append(String(part))
        continue
      }
      services += try ports(bounds, part).map { "\($0)" }
    }
    return services
  }

  private static func range(_ part: Substring) -> (Substring, Substring)? {
    let bounds = part.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard bounds.count == 2, isNumber(bounds[0]), isNumber(bounds[1]) else { return nil }
    return (bounds[0], bounds[1])
  }

  private static func ports(
    _ bounds: (Substring, Substring), _ part: Substring
  ) throws(OperationError) -> ClosedRange<UInt16> {
    let (first, last) = (try port(bounds.0), try port(bounds.1))
    guard first <= last else { throw .usage("the range \(part) is empty: write \(last)-\(first)") }
    return first...last
  }

  private static func port(_ text: Substring) throws(OperationError) -> UInt16 {
    guard let number = UInt16(text), number > 0 else { throw .usage("port \(text) is out of range: 1 to 65535") }
    return number
  }

  /// A number must be a port that can be reached, and anything else may be the name of a service.
  private static func check(_ part: Substring, in text: String) throws(OperationError) {
    if isNumber(part) {
      _ = try port(part)
    } else if part.utf8.allSatisfy({ $0.isDecimalDigit || $0 == UInt8(ascii: "-") }) {
      throw .usage("'\(part)' in '\(text)' is no port: write ports and ranges, such as 20-25,http,8000-8010")
    }
  }

  private static func isNumber(_ text: Substring) -> Bool { !text.isEmpty && text.utf8.allSatisfy(\.isDecimalDigit) }
}
