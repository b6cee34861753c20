import Sockets

extension NetworkNamespace {
  /// Opens the namespace that a user names: by the name that ip-netns(8) gave it, by a process that is in it, or by a path.
  package static func named(_ text: String) throws(OperationError) -> NetworkNamespace {
    let isProcess = !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    let path =
      text.utf8.contains(UInt8(ascii: "/")) ? text : isProcess ? "/proc/\(text)/ns/net" : "/run/netns/\(text)"
    let namespace: NetworkNamespace
    do throws(SystemError) {
      namespace = try NetworkNamespace(path: path)
    } catch {
      let what = isProcess ? "process \(text)" : path == text ? "file \(text)" : "network namespace '\(text)'"
      guard error.number == .noEntry else { throw failure(error, text) }
      throw OperationError(
        .unreachable,
        "there is no \(what)" + (path == text || isProcess ? "" : ": ip netns list shows those that have names"),
        errorNumber: error.number)
    }
    // Tried now, rather than with the first connection.
    try namespace.perform(failure: { failure($0, text) }) { () throws(OperationError) in }
    return namespace
  }

  private static func failure(_ error: SystemError, _ text: String) -> OperationError {
    switch error.number {
    case .notPermitted, .permissionDenied:
      OperationError(
        .notPermitted, "cannot enter the network namespace \(text): \(error.number): that takes CAP_SYS_ADMIN",
        errorNumber: error.number)
    case .invalidArgument: OperationError(.usage, "\(text) is no network namespace", errorNumber: error.number)
    default:
      OperationError(.system, "cannot enter the network namespace \(text): \(error.number)", errorNumber: error.number)
    }
  }
}

extension Operations {
  /// `--netns`: has everything that follows happen in a network namespace, programs that are run included.
  package static func enter(networkNamespace text: String) throws(OperationError) {
    let namespace = try NetworkNamespace.named(text)
    do throws(SystemError) {
      try namespace.enter()
    } catch {
      throw OperationError(.notPermitted, "cannot enter the network namespace \(text): \(error.number)")
    }
  }
}
