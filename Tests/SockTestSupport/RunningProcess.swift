import Glibc

/// A program that a test started.
///
/// It is killed at the latest when this object is deinitialized.
package final class RunningProcess: Sendable {
  /// Where the program's input comes from.
  package enum Input: Sendable {
    case null
    /// A pipe whose other end is `input` of the process.
    case pipe
    /// These bytes, then end of file.
    case bytes([UInt8])
    case text(String)
    case file(String)
    case descriptor(Descriptor)
    case closed
  }

  /// Where one of the program's outputs goes.
  package enum Output: Sendable {
    case null
    /// Into a `Collector`.
    case collected
    case file(String)
    case descriptor(Descriptor)
    case closed
  }

  /// How a program ended.
  package struct Ending: Sendable {
    /// The shell's `$?`: the exit status, or 128 plus the signal's number.
    package let status: CInt
    /// The signal that killed it.
    package let signal: CInt?
    /// User and system time.
    package let processorTime: Duration
  }

  package let identifier: pid_t
  /// The write end of its stdin, if that is a pipe of ours.
  package let input: Descriptor?
  package let output: Collector?
  package let errors: Collector?
  package let commandLine: String
  private let ending = Monitor<Ending?>(nil)

  package init(
    _ program: String, _ arguments: [String] = [], rawArguments: [[UInt8]] = [],
    input: Input = .null, output: Output = .collected, errors: Output = .collected,
    environment: [String: String] = [:], descriptors: [CInt: Descriptor] = [:], newSession: Bool = false
  ) throws {
    var plan = SpawnPlan(
      argumentBytes: ([program] + arguments).map { Array($0.utf8) } + rawArguments, environment: environment,
      newSession: newSession)
    commandLine = ([program] + arguments + rawArguments.map { String(decoding: $0, as: UTF8.self) })
      .joined(separator: " ")
    _ = RunningProcess.ignoresBrokenPipes

    var feed: (Descriptor, [UInt8])?
    switch input {
    case .null: plan.openOwned(0, try Descriptor.open("/dev/null", O_RDONLY))
    case .file(let path): plan.openOwned(0, try Descriptor.open(path, O_RDONLY))
    case .descriptor(let descriptor): plan.open(0, descriptor)
    case .closed: break
    case .text(let text): feed = (try plan.inputPipe(), Array(text.utf8))
    case .bytes(let bytes): feed = (try plan.inputPipe(), bytes)
    case .pipe: break
    }
    if case .pipe = input { self.input = try plan.inputPipe() } else { self.input = nil }
    self.output = try plan.output(1, to: output)
    self.errors = try plan.output(2, to: errors)
    for (number, descriptor) in descriptors { plan.open(number, descriptor) }

    let identifier = try plan.spawn()
    self.identifier = identifier
    if let (writer, bytes) = feed {
      startThread {
        try? writer.write(bytes, within: .seconds(600))
        writer.close()
      }
    }
    startThread { [ending] in RunningProcess.reap(identifier, into: ending) }
    TestScope.keep(self)
  }

  deinit { kill() }

  /// Waits in two steps, so that `send` never hits a process ID that was reused.
  private static func reap(_ identifier: pid_t, into ending: Monitor<Ending?>) {
    var information = siginfo_t()
    while waitid(P_PID, id_t(identifier), &information, WEXITED | WNOWAIT) < 0 && errno == EINTR {}
    ending.update { ending in
      var status: CInt = 0
      var usage = rusage()
      while wait4(identifier, &status, 0, &usage) < 0 && errno == EINTR {}
      let signal = status & 0x7f
      ending = Ending(
        status: signal == 0 ? (status >> 8) & 0xff : 128 + signal, signal: signal == 0 ? nil : signal,
        processorTime: .seconds(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
          + .microseconds(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec))
    }
  }

  /// Whether it is still running.
  package var isRunning: Bool { ending.update { $0 == nil } }

  /// Sends it a signal if it is still running.
  package func send(_ signal: CInt) {
    ending.update { if $0 == nil { _ = Glibc.kill(identifier, signal) } }
  }

  /// Kills it with SIGKILL.
  package func kill() { send(SIGKILL) }

  /// Waits until it ends.
  ///
  /// If the time runs out it is killed, and the failure contains its output.
  @discardableResult
  package func wait(within limit: Duration = .seconds(30)) throws -> Ending {
    if let ending = ending.wait(within: limit, for: { $0 }) {
      // Its output is complete when this returns, unless a child of its own keeps the pipe open.
      for collector in [output, errors] { collector?.waitForEnd(within: .seconds(2)) }
      return ending
    }
    let state = (try? String(decoding: readFile("/proc/\(identifier)/wchan"), as: UTF8.self)) ?? "?"
    kill()
    throw TestFailure(
      """
      still running after \(limit) (in \(state)): \(commandLine)
      stdout: \(describe(output?.bytes ?? []))
      stderr: \(describe(errors?.bytes ?? []))
      """)
  }

  /// Whether it keeps running for a time, for rules that something must not end the program.
  package func keepsRunning(for time: Duration) -> Bool { ending.wait(within: time, for: { $0 }) == nil }

  /// Writing to a program that has gone is an error of one test, not the end of the test process.
  private static let ignoresBrokenPipes: Bool = {
    signal(SIGPIPE, SIG_IGN)
    return true
  }()
}

extension RunningProcess.Ending: CustomStringConvertible {
  package var description: String { "status \(status)" + (signal.map { " (signal \($0))" } ?? "") }
}
