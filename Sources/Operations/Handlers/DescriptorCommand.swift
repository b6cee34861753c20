import SocketLoop
import Sockets
import Transfer

/// Runs the command of `--receive-fds` with the descriptors of each message that contains any, one run at a time.
@LoopActor
final class DescriptorCommand {
  private let command: [UInt8]
  private let reporter: EventReporter
  /// Whether there may be several runs, so that each failure is reported as it happens.
  private let isRepeated: Bool
  private var runs = 0
  private var failures: [OperationError] = []

  init(_ command: [UInt8], isRepeated: Bool, _ reporter: EventReporter) {
    self.command = command
    self.isRepeated = isRepeated
    self.reporter = reporter
  }

  /// The error of the runs that failed; nil if none did.
  var failure: OperationError? {
    guard var failure = failures.last else { return nil }
    if runs > 1 { failure.message = "\(failures.count) of \(runs) runs of the command failed: \(failure.message)" }
    return failure
  }

  /// Runs the command, and waits for it to exit. Cancellation ends it.
  func run(_ arrival: consuming DescriptorSession.Arrival, from peer: Peer) async {
    if arrival.isIncomplete { reporter.warn(DescriptorNote.lost, about: peer) }
    let count = arrival.descriptors.count
    guard count > 0 else { return }
    runs += 1
    let start = MonotonicTime.now
    do throws(LoopError) {
      let child = try child(with: arrival.descriptors.move())
      let ending = try await child.wait()
      reporter.emit(.command) {
        $0.peer = peer
        $0.facts = DatagramFacts(descriptorCount: count)
        $0.status = ending.status
        $0.seconds = MonotonicTime.now.since(start) / .seconds(1)
      }
      if ending.status != 0 { fail(OperationError(.command(ending.status), Self.reason(ending)), peer) }
    } catch {
      guard case .system(let error) = error else { return }
      fail(OperationError(.system, "cannot run the command: \(error)", errorNumber: error.number), peer)
    }
  }

  private func child(with descriptors: consuming ReceivedDescriptors) throws(LoopError) -> ChildProcess {
    let count = "\(descriptors.count)"
    do throws(SystemError) {
      return try ChildProcess(
        shell: command, descriptors: descriptors,
        variables: [
          // The protocol of sd_listen_fds(3), except for LISTEN_PID, which only the command's shell can set.
          ("SOCK_FDS", count), ("LISTEN_FDS", count), ("LISTEN_PID", nil), ("LISTEN_FDNAMES", nil),
        ])
    } catch {
      throw .system(error)
    }
  }

  private func fail(_ error: OperationError, _ peer: Peer) {
    failures.append(error)
    if isRepeated { reporter.warn(error.message, about: peer) }
  }

  private static func reason(_ ending: ChildProcess.Ending) -> String {
    switch ending {
    case .exited(let status): "the command ended with status \(status)"
    case .killed(let signal): "the command was ended by signal \(signal)"
    }
  }
}
