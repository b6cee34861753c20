import Operations
import Sockets

extension OptionUse {
  /// A network namespace, opened.
  func networkNamespace() throws(OperationError) -> NetworkNamespace {
    guard let text, !text.isEmpty else {
      throw .usage("\(self) needs a network namespace: write a name, the number of a process, or a path")
    }
    return try .named(text)
  }
}

extension ParsedArguments {
  /// Enters the network namespace that the command line names, before anything else of it is read: interfaces have other
  /// names in there.
  mutating func enterNamespace() throws(OperationError) {
    guard let use = self[.netns] else { return }
    _ = try use.networkNamespace()
    try Operations.enter(networkNamespace: use.text ?? "")
    uses.removeAll { $0.option === Option.netns }
  }

  /// Refuses to connect as, or to where, a client wanted if there are no clients over IP.
  func checkClients(of request: RelayRequest) throws(OperationError) {
    let rights = [request.right] + request.otherRights
    guard let end = rights.first(where: Self.needsClient) else {
      guard !has(.asClient) else { throw .usage("\(Option.asClient) is for a right side that connects over IP") }
      return try checkTransparent(request)
    }
    try checkTransparent(request)
    if request.left.word.containsBytes(of: "fd:") { return }
    guard let left = request.left.meaning as? SocketEnd, left.role == .listen, !left.hasDatagrams,
      left.endpoint.isDescriptor || (left.endpoint.transport ?? left.transport).isOverIP
    else {
      throw .usage(
        end.meaning is OriginalEnd
          ? "'\(end.word)' is where a connection was going: the left side must listen over TCP"
          : "\(Option.asClient) connects as a client does: the left side must listen over TCP")
    }
  }

  private func checkTransparent(_ request: RelayRequest) throws(OperationError) {
    guard has(.transparent) else { return }
    guard [request.left, request.right].contains(where: { $0.listening != nil }) else {
      throw .usage("\(Option.transparent) is for a side that listens, and neither side of this relay does")
    }
  }

  private static func needsClient(_ end: End) -> Bool {
    if end.meaning is OriginalEnd { return true }
    return (end.meaning as? SocketEnd)?.options.isAsClient == true
  }
}
