import CSocketShims

/// Shows the system calls of a thread to an observer from one moment to another, where these are not the beginning and
/// the end of one function: between two steps of a task.
public final class SystemCallWatch: Sendable {
  private let box: ObserverBox

  /// A watch that has not begun.
  public init(_ observer: any SystemCallObserver) { box = ObserverBox(observer) }

  /// From now on, the observer sees the calls of this thread, unless it has an observer already.
  ///
  /// The watch must be kept until it has ended.
  public func begin() {
    if unsafe sockshim_observer() == nil { unsafe sockshim_set_observer(slot) }
  }

  /// The observer sees no more calls of this thread.
  public func end() {
    if unsafe sockshim_observer() == slot { sockshim_set_observer(nil) }
  }

  private var slot: UnsafeMutableRawPointer { unsafe Unmanaged.passUnretained(box).toOpaque() }
}
