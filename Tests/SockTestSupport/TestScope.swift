import Synchronization

/// Everything that one test started or opened.
///
/// It lives until the end of the test, not just to the last line that mentions it, and is then ended. Without a scope,
/// things end with their last reference.
package final class TestScope: Sendable {
  @TaskLocal package static var current: TestScope?

  private let kept = Mutex<[any AnyObject & Sendable]>([])

  package init() {}

  static func keep(_ object: any AnyObject & Sendable) {
    current?.kept.withLock { $0.append(object) }
  }

  /// Ends all processes and releases the rest.
  package func end() {
    let objects = kept.withLock { kept in
      defer { kept = [] }
      return kept
    }
    for case let process as RunningProcess in objects { process.kill() }
  }
}
