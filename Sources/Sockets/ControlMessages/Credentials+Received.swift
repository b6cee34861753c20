import Glibc

extension Credentials {
  /// A macro that Swift does not import, as it is behind `_GNU_SOURCE`.
  private static let SCM_CREDENTIALS: CInt = 2

  /// Finds the sender's credentials in a control buffer that `recvmsg(2)` filled, without decoding the rest; nil without
  /// `SCM_CREDENTIALS`.
  public init?(in control: UnsafeRawBufferPointer) {
    guard let data = unsafe ControlMessage.data(of: .socket, Self.SCM_CREDENTIALS, in: control), data.count >= 12
    else { return nil }
    self.init(
      processID: unsafe data.loadUnaligned(as: CInt.self),
      userID: unsafe data.loadUnaligned(fromByteOffset: 4, as: UInt32.self),
      groupID: unsafe data.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
  }
}
