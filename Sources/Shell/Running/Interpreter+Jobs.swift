import SocketLoop
import Sockets

/// The blocks that `spawn` and `fork` start.
extension Interpreter {
  /// How many ended blocks of `fork` are kept for `waitpid`; a script that never asks must not grow.
  private static let maximumUnreaped = 1000

  /// Starts the block of a statement as a job, which runs while this interpreter waits.
  ///
  /// - Parameters:
  ///   - isProcess: whether `fork` starts it, so that `exit` ends only the job, and `waitpid` tells how it ended.
  ///   - change: what becomes of each variable in the job.
  /// - Returns: the job's number.
  func start(
    _ statement: Statement, isProcess: Bool, variables change: (ShellValue) throws(CallFailure) -> ShellValue
  ) throws(CallFailure) -> Int {
    var copies: [String: ShellValue] = [:]
    for (name, value) in variables { copies[name] = try change(value) }
    // As in the child of fork(2).
    if isProcess, let target = statement.targets.first { copies[target] = .number(0) }
    forgetEndedJobs()
    jobCount += 1
    let interpreter = Interpreter(job: prefix + "[\(jobCount)] ", of: self, variables: copies)
    jobs.append(Job(jobCount, interpreter, statement.body ?? [], isProcess: isProcess) { [jobEnd] in jobEnd.resume() })
    return jobCount
  }

  private func forgetEndedJobs() {
    // Keep those whose failure has not been reported, and those that waitpid may ask for.
    jobs.removeAll { $0.hasEnded && !$0.isProcess && (output.isInteractive || $0.ending == nil) }
    if jobs.count > Self.maximumUnreaped, let index = jobs.firstIndex(where: { $0.hasEnded && $0.ending == nil }) {
      jobs.remove(at: index)
    }
  }

  /// The numbers of the jobs that are running.
  var runningJobs: [Int] { jobs.filter { !$0.hasEnded }.map(\.number) }

  /// Waits until a block of `fork` has ended, and forgets it: waitpid(2).
  ///
  /// - Parameters:
  ///   - number: the job to wait for; nil for any.
  ///   - waits: otherwise nil is returned if none has ended.
  func reap(_ number: Int?, waits: Bool) async throws(CallFailure) -> (number: Int, status: Int)? {
    while true {
      let children = jobs.filter { $0.isProcess && (number == nil || $0.number == number) }
      if children.isEmpty { throw .system(SystemError(call: "waitpid", number: .noChild)) }
      if let ended = children.first(where: \.hasEnded) {
        jobs.removeAll { $0 === ended }
        return (ended.number, ended.status)
      }
      guard waits else { return nil }
      do throws(WaitError) { try await jobEnd.suspend() } catch { throw .cancelled }
    }
  }

  /// Waits for the jobs that it started; Ctrl-C ends the wait, not the jobs.
  func finish() async throws(ShellEnding) {
    while let job = jobs.first {
      try await job.wait()
      jobs.removeAll { $0 === job }
      // On a terminal it has been reported already.
      guard let ending = job.ending, !output.isInteractive else { continue }
      stopJobs()
      throw ending
    }
  }

  /// Cancels the running jobs.
  func stopJobs() {
    for job in jobs { job.cancel() }
    jobs = []
  }

  /// A job has ended; `ending` is nil if it succeeded.
  func jobEnded(_ ending: ShellEnding?) {
    if let ending { jobFailures.report(ending, prefix) }
  }
}
