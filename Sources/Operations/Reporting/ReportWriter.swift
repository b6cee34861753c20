import SocketLoop
import Sockets
import Transfer

/// Writes the reports of a verb to standard output.
///
/// It waits for a reader that does not read, but unlike a blocking write this wait ends with a signal or the deadline.
/// What there is room for is written even then.
@LoopActor
struct ReportWriter<Report: Sendable> {
  private let output: DescriptorStream
  private let text: @Sendable (Report) -> String

  /// - Parameter text: the text of a report, with the newline.
  /// - Throws: if there is no standard output: before anything is sent.
  init(_ streams: StandardStreams, _ text: @escaping @Sendable (Report) -> String) throws(OperationError) {
    output = try streams.output()
    self.text = text
  }

  func write(_ report: Report) async throws(OperationError) {
    var bytes = Array(text(report).utf8)
    if output.kind == .terminal, Interruption.takeEcho() { bytes.insert(UInt8(ascii: "\n"), at: 0) }
    do throws(LoopError) {
      try await output.writeInTurn(bytes)
    } catch {
      if case .system(let error) = error { throw .output(error) }
      throw .cancelled
    }
  }
}
