import Sockets

extension SystemError {
  private static let ownAddress = ", its own address"

  /// The error of a socket that connected to itself: nothing else is there, so another socket would have been refused.
  static func selfConnection(to address: SocketAddress) -> SystemError {
    SystemError(call: "connect", number: .connectionRefused, subject: "to \(address)\(ownAddress)")
  }

  /// Whether a connection counts as refused because the socket had connected to itself.
  public var isOfSelfConnection: Bool { call == "connect" && subject.hasSuffix(Self.ownAddress) }
}
