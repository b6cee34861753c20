import CSocketShims
import SocketLoop

@testable import Sockets

/// Replaces the kernel's answers with scripted ones, for one descriptor of the loop, and records the calls on it.
///
/// An observer belongs to a thread, and many tests share the loop's thread, so this one tells them apart by descriptor.
@LoopActor
enum Injection {
  /// Runs `body`, answering the first calls on a descriptor from `script`, and returns the names of all calls on it.
  static func on(
    _ descriptor: CInt, _ script: [String: [SystemCallReplacement]] = [:],
    _ body: @LoopActor () async throws -> Void
  ) async throws -> [String] {
    observer.scripts[descriptor] = script
    observer.calls[descriptor] = []
    let box = ObserverBox(observer)
    installed.append(box)
    sockshim_set_observer(Unmanaged.passUnretained(box).toOpaque())
    defer {
      installed.removeAll { $0 === box }
      sockshim_set_observer(installed.last.map { Unmanaged.passUnretained($0).toOpaque() })
      observer.scripts[descriptor] = nil
      observer.calls[descriptor] = nil
    }
    try await body()
    return observer.calls[descriptor] ?? []
  }

  private static let observer = Observer()
  private static var installed: [ObserverBox] = []

  /// Used only on the loop's thread.
  private final class Observer: SystemCallObserver, @unchecked Sendable {
    var scripts: [CInt: [String: [SystemCallReplacement]]] = [:]
    var calls: [CInt: [String]] = [:]

    func replacement(for call: SystemCall) -> SystemCallReplacement? {
      calls[call.descriptor]?.append(call.name)
      guard var answers = scripts[call.descriptor]?[call.name], !answers.isEmpty else { return nil }
      let answer = answers.removeFirst()
      scripts[call.descriptor]?[call.name] = answers
      return answer
    }

    func completed(_ call: SystemCall) {}
  }
}
