import Sockets

/// Why a wait ended without what was waited for.
public enum WaitError: Error, Hashable, Sendable {
  /// The deadline came first.
  case timedOut
  /// The task was cancelled, or the descriptor was closed.
  case cancelled
}

/// An operation of the loop that failed: in the kernel, or while it waited.
public enum LoopError: Error, Hashable, Sendable {
  case system(SystemError)
  case timedOut
  case cancelled

  /// The same reason, as an operation reports it.
  public init(_ error: WaitError) {
    switch error {
    case .timedOut: self = .timedOut
    case .cancelled: self = .cancelled
    }
  }
}

extension LoopError: CustomStringConvertible {
  /// The reason, as a part of a sentence.
  public var description: String {
    switch self {
    case .system(let error): error.description
    case .timedOut: "timed out"
    case .cancelled: "cancelled"
    }
  }
}
