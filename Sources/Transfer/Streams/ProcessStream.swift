import SocketLoop
import Sockets

/// A program as a stream: what is written is its standard input, and what it writes to its standard output is read.
///
/// Its end is that of its output. The end of its input is no failure, and neither is it that it reads no more. Closing the
/// stream waits for the program, and ends it if it takes too long.
@LoopActor
package final class ProcessStream: LayeredStream {
  package let base: any ByteStream
  private let process: ChildProcess
  /// How long a program that has nothing more to say may take to end, and after SIGTERM again.
  private let grace: Duration
  /// Whether the program was ended here, so that the signal says nothing about it.
  private var isEnded = false
  private let pipes: DuplexStream?

  /// Starts a program with two pipes as its standard input and output.
  package init(_ plan: ChildPlan, grace: Duration = .seconds(5)) throws(SystemError) {
    let toProgram = try Pipe(isShared: true)
    let fromProgram = try Pipe(isShared: true)
    var plan = plan
    plan.standardInput = toProgram.readEnd.number
    plan.standardOutput = fromProgram.writeEnd.number
    process = try ChildProcess(plan)
    let (itsInput, ours) = toProgram.take()
    let (our, itsOutput) = fromProgram.take()
    for number in [itsInput, itsOutput] { Descriptor(number).close() }
    let output = try DescriptorStream(owning: OwnedDescriptor(adopting: ours))
    let pipes = DuplexStream(from: try DescriptorStream(owning: OwnedDescriptor(adopting: our)), to: output)
    (base, self.pipes) = (pipes, pipes)
    self.grace = grace
  }

  /// Starts a program on a terminal of its own.
  package init(
    _ plan: ChildPlan, on terminal: consuming PseudoTerminal, grace: Duration = .seconds(5)
  ) throws(SystemError) {
    var plan = plan
    plan.terminal = terminal.path
    process = try ChildProcess(plan)
    base = try PseudoTerminalStream(terminal)
    pipes = nil
    self.grace = grace
  }

  /// How it ended; nil while it runs.
  package var ending: ChildProcess.Ending? { process.ending }

  /// The signal that ended it, other than by ``close(_:afterEnd:)``.
  package var fatalSignal: CInt? {
    if case .killed(let signal) = process.ending, !isEnded { signal } else { nil }
  }

  /// The exit status, if the program ended by itself.
  package var exitStatus: CInt? {
    if case .exited(let status) = process.ending, !isEnded { status } else { nil }
  }

  package var pages: DescriptorStream? { pipes?.pages }
  package var pagesToWrite: DescriptorStream? { pipes?.pagesToWrite }
  package var mayStopReading: Bool { true }

  /// Once the program has closed both ends there is no use in writing to it.
  package var endIsFinal: Bool { pipes?.hasNoReader ?? true }

  /// A program that a signal has ended may not have written everything.
  package func failureAtEnd() async -> SystemError? {
    // The exit comes right after the end of the output, unless the program has merely closed that. In what order the
    // kernel closes the files of a process that exits is not defined, so that only the exit itself tells.
    guard await process.wait(until: .after(.milliseconds(250))) != nil, let fatalSignal else { return nil }
    return SystemError(call: "waitpid", number: .connectionReset, subject: "signal \(fatalSignal)")
  }

  package func close(_ closing: StreamClosing, afterEnd: Bool) async -> StreamDelivery {
    // In a separate task, because this one may already be cancelled.
    await Task(executorPreference: EventLoop.shared) { await self.end(closing, afterEnd: afterEnd) }.value
    return .acknowledged
  }

  private func end(_ closing: StreamClosing, afterEnd: Bool) async {
    guard case .delivered(let limit) = closing else {
      // First the signal, so that the program does not take the end of its input for that of the data.
      isEnded = process.ending == nil
      _ = await process.end(within: .seconds(1))
      _ = await base.close(closing, afterEnd: afterEnd)
      return
    }
    _ = await base.close(closing, afterEnd: afterEnd)
    if await process.wait(until: .after(min(limit ?? grace, grace))) != nil { return }
    isEnded = true
    _ = await process.end(within: min(limit ?? grace, grace))
  }
}
