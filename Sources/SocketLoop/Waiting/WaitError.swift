import Sockets

/// Why a wait ended early.
public enum WaitError: Error, Hashable, Sendable {
  /// The deadline came first.
  case timedOut
  /// The task was cancelled, or the descriptor was closed.
  case cancelled
}

/// An operation on the loop that failed, in the kernel or while waiting.
public enum LoopError: Error, Hashable, Sendable {
  case system(SystemError)
  case timedOut
  case cancelled

  /// Converts the reason of a wait.
  public init(_ error: WaitError) {
    switch error {
    case .timedOut: self = .timedOut
    case .cancelled: self = .cancelled
    }
  }
}

extension LoopError: CustomStringConvertible {
  /// The reason, as part of a sentence.
  public var description: String {
    switch self {
    case .system(let error): error.description
    case .timedOut: "timed out"
    case .cancelled: "cancelled"
    }
  }
}
