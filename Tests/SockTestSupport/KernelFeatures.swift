import Glibc

// What the kernel of this machine has and an older one lacks.
extension Sock {
  /// `SO_PEERPIDFD`, `SO_PASSPIDFD`, `SCM_PIDFD`: Linux 6.5.
  package static let hasProcessDescriptors: Bool = {
    let socket = Glibc.socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0)
    defer { Glibc.close(socket) }
    var value: CInt = 0
    var length = socklen_t(MemoryLayout<CInt>.size)
    return getsockopt(socket, SOL_SOCKET, 76, &value, &length) == 0
  }()
}
