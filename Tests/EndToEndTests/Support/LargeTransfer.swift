import Glibc
import SockTestSupport

/// How much the largest transfers carry: 64 MiB, or 4 GiB with `SOCK_TEST_FULL=1`.
enum LargeTransfer {
  static let size = fullTests ? 4 << 30 : 64 << 20
  static let limit: Duration = fullTests ? .seconds(300) : .seconds(60)
  static let memoryLimit = 32 << 20

  /// Makes a file of random bytes of that size.
  static func input(in directory: TemporaryDirectory) throws -> String {
    let path = directory("in")
    try RunningProcess("sh", ["-c", "head -c \(size) /dev/urandom > \(path)"]).wait(within: limit)
    return path
  }

  static func length(_ path: String) -> Int { fileStatus(path).map { Int($0.st_size) } ?? 0 }

  /// A number in an event of `--json`.
  static func number(_ name: String, of event: String, in errors: String) throws -> Int {
    for line in errors.split(separator: "\n") where line.contains("\"event\":\"\(event)\"") {
      guard let place = line.range(of: "\"\(name)\":") else { break }
      if let number = Int(line[place.upperBound...].prefix { $0.isNumber }) { return number }
    }
    throw TestFailure("no \(name) of \(event) in \(errors)")
  }
}
