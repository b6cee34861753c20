/// Collects everything read from a descriptor, on a thread of its own.
package final class Collector: Sendable {
  private struct Gathered {
    var bytes: [UInt8] = []
    var ended = false
  }
  private let gathered = Monitor(Gathered())

  init(_ source: Descriptor) {
    startThread { [gathered] in
      while let bytes = try? source.read(upTo: 1 << 18, within: .seconds(3600)) {
        gathered.update { $0.bytes += bytes }
      }
      gathered.update { $0.ended = true }
      source.close()
    }
  }

  /// For a process whose output goes elsewhere.
  static let nothing = Collector()

  private init() { gathered.update { $0.ended = true } }

  /// The bytes so far.
  package var bytes: [UInt8] { gathered.update { $0.bytes } }

  /// The bytes so far, as text.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The bytes so far, as lines.
  package var lines: [String] { text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }

  /// Whether all writers have gone.
  package var hasEnded: Bool { gathered.update { $0.ended } }

  /// Waits for end of file, up to a time limit.
  func waitForEnd(within limit: Duration) { _ = gathered.wait(within: limit) { $0.ended ? true : nil } }

  /// Waits for end of file and returns everything.
  package func all(within limit: Duration = .seconds(30)) throws -> [UInt8] {
    guard let bytes = gathered.wait(within: limit, for: { $0.ended ? $0.bytes : nil }) else {
      throw TestFailure("no end of the output in \(limit); so far \(describe(bytes))")
    }
    return bytes
  }

  /// Waits for at least that many bytes, and returns all that have arrived by then.
  @discardableResult
  package func waitForBytes(_ count: Int, within limit: Duration = .seconds(30)) throws -> [UInt8] {
    let found = gathered.wait(within: limit) { state -> [UInt8]? in
      state.bytes.count >= count || state.ended ? state.bytes : nil
    }
    guard let found, found.count >= count else {
      throw TestFailure("waited for \(count) bytes (\(limit)), got \(bytes.count): \(describe(bytes))")
    }
    return found
  }

  /// Waits for a complete line that contains a text, and returns it.
  @discardableResult
  package func waitForLine(containing wanted: String, within limit: Duration = .seconds(30)) throws -> String {
    try waitForLine(within: limit, wanted: "a line with '\(wanted)'") { $0.contains(wanted) }
  }

  /// Waits for a complete line that a predicate accepts, and returns it.
  @discardableResult
  package func waitForLine(
    within limit: Duration = .seconds(30), wanted: String, where accepts: (String) -> Bool
  ) throws -> String {
    var searched = 0
    let line = gathered.wait(within: limit) { state -> String?? in
      while let end = state.bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: state.bytes[searched..<end], as: UTF8.self)
        searched = end + 1
        if accepts(line) { return .some(line) }
      }
      return state.ended ? .some(nil) : nil
    }
    guard let found = line ?? nil else {
      throw TestFailure("waited for \(wanted) (\(limit)); there is \(describe(bytes))")
    }
    return found
  }
}

/// A short rendering of output, for messages.
package func describe(_ bytes: [UInt8]) -> String {
  let head = String(decoding: bytes.prefix(2000), as: UTF8.self)
  return bytes.count > 2000 ? "'\(head)'… (\(bytes.count) bytes)" : "'\(head)'"
}
