import SockTestSupport

/// Runs each job of a Swift task on a thread of its own, so that a test may block.
final class BlockingExecutor: TaskExecutor {
  static let shared = BlockingExecutor()

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    startThread { job.runSynchronously(on: BlockingExecutor.shared.asUnownedTaskExecutor()) }
  }
}
