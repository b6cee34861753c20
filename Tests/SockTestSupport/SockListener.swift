/// A `sock` that listens on a port chosen by the kernel, and has reported it.
package struct SockListener: Sendable {
  package let process: RunningProcess
  package let port: Int
  /// The line that reported it.
  package let report: String

  /// Starts `sock VERB HOST 0 …`: by the contract `listening` is reported whenever the port was 0.
  package init(
    _ arguments: [String] = [], verb: String = "listen", host: String = "127.0.0.1",
    input: RunningProcess.Input = .null, output: RunningProcess.Output = .collected,
    descriptors: [CInt: Descriptor] = [:]
  ) throws {
    process = try Sock.start(
      [verb, host, "0"] + arguments, input: input, output: output, descriptors: descriptors)
    report = try SockListener.line(in: process)
    port = try SockListener.port(in: report)
  }

  /// A `sock` that has been started to listen on a port chosen by the kernel.
  package init(running process: RunningProcess) throws {
    self.process = process
    report = try SockListener.line(in: process)
    port = try SockListener.port(in: report)
  }

  static func line(in process: RunningProcess) throws -> String {
    guard let errors = process.errors else { throw TestFailure("the listener's stderr is not collected") }
    return try errors.waitForLine(containing: "listening")
  }

  /// The port in `sock: listening on 127.0.0.1:1100 (tcp)`, or in the `local` of the same event as JSON.
  package static func port(in line: String) throws -> Int {
    var rest = line[...]
    if let local = line.range(of: "\"local\":\"") { rest = line[local.upperBound...].prefix { $0 != "\"" } }
    if let words = line.range(of: "listening on ") { rest = line[words.upperBound...].prefix { $0 != " " } }
    guard let colon = rest.lastIndex(of: ":"), let port = Int(rest[rest.index(after: colon)...]) else {
      throw TestFailure("no port in '\(line)'")
    }
    return port
  }

  /// Waits until it ends.
  @discardableResult
  package func outcome(within limit: Duration = .seconds(30)) throws -> Sock.Outcome {
    try Sock.outcome(of: process, within: limit)
  }

  package var errors: Collector { process.errors ?? Collector.nothing }
  package var output: Collector { process.output ?? Collector.nothing }
}

extension StringProtocol {
  /// Replaces every occurrence of a word.
  package func replacing(_ wanted: String, with new: String) -> String {
    var result = ""
    var rest = self[...]
    while let place = rest.range(of: wanted) {
      result += rest[..<place.lowerBound] + new
      rest = rest[place.upperBound...]
    }
    return result + rest
  }

  /// The range of the first occurrence of a text.
  package func range(of wanted: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(wanted) { return start..<index(start, offsetBy: wanted.count) }
      start = index(after: start)
    }
    return nil
  }
}
