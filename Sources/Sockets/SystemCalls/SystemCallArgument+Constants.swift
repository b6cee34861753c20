import CSocketShims
import Glibc

// C names of constants. Used only for an observer, and never inlined, to keep the call sites small.
extension SystemCallArgument {
  /// A constant with a given name.
  @inline(never)
  static func constant(_ number: CInt, _ name: String) -> Self { .constant(Int(number), name: name) }

  /// A typed constant: a family, a level, a direction.
  static func named(_ constant: some NamedConstant) -> Self {
    .constant(Int(constant.rawValue), name: constant.description)
  }

  /// The flags of a send or receive call.
  @inline(never)
  static func flags(_ flags: MessageFlags) -> Self { .constant(Int(flags.rawValue), name: flags.description) }

  /// The flags of `recvmmsg(2)`, including one that no other call has.
  @inline(never)
  static func batchFlags(_ flags: CInt) -> Self {
    let rest = MessageFlags(rawValue: flags & ~CInt(sockshim_MSG_WAITFORONE))
    return .constant(Int(flags), name: "MSG_WAITFORONE" + (rest.isEmpty ? "" : "|\(rest)"))
  }

  /// The second argument of `socket(2)`: the type, and the flags that Linux allows with it.
  @inline(never)
  static func socketType(_ type: SocketType, flags: CInt) -> Self {
    .constant(Int(type.rawValue | flags), name: "\(type)" + (flags == 0 ? "" : "|" + text(of: flags, creationFlags)))
  }

  /// The flags of `accept4(2)`.
  @inline(never)
  static func acceptFlags(_ flags: CInt) -> Self { .constant(Int(flags), name: text(of: flags, creationFlags)) }

  /// The third argument of `socket(2)`, whose name depends on the family.
  @inline(never)
  static func protocolNumber(_ number: TransportProtocol, of family: AddressFamily) -> Self {
    .constant(Int(number.rawValue), name: family.name(of: number))
  }

  /// The flags of `open(2)`, `pipe2(2)` and `F_SETFL`.
  @inline(never)
  static func openFlags(_ flags: CInt, hasAccessMode: Bool = true) -> Self {
    let access = ["O_RDONLY", "O_WRONLY", "O_RDWR"]
    let mode = Int(flags & O_ACCMODE)
    guard hasAccessMode, mode < access.count else { return .constant(Int(flags), name: text(of: flags, fileFlags)) }
    let rest = flags & ~O_ACCMODE
    return .constant(Int(flags), name: access[mode] + (rest == 0 ? "" : "|" + text(of: rest, fileFlags)))
  }

  /// The permissions of a new file, in octal.
  @inline(never)
  static func mode(_ mode: UInt32) -> Self { .constant(Int(mode), name: "0" + String(mode, radix: 8)) }

  /// The events of `poll(2)`.
  static func events(_ events: PollEvents) -> Self { .constant(Int(events.rawValue), name: events.description) }

  /// The events of `epoll_ctl(2)` and `epoll_wait(2)`.
  static func events(_ events: EpollEvents) -> Self {
    .constant(Int(events.rawValue), name: text(of: CInt(bitPattern: events.rawValue), epollEvents))
  }

  /// The flags of `splice(2)`.
  @inline(never)
  static func spliceFlags(_ flags: UInt32) -> Self {
    let names = [
      (CInt(sockshim_SPLICE_F_MOVE), "SPLICE_F_MOVE"), (CInt(sockshim_SPLICE_F_NONBLOCK), "SPLICE_F_NONBLOCK"),
      (CInt(sockshim_SPLICE_F_MORE), "SPLICE_F_MORE"),
    ]
    return .constant(Int(flags), name: text(of: CInt(bitPattern: flags), names))
  }

  /// The flags of `getaddrinfo(3)` and `getnameinfo(3)`.
  static func lookupFlags(_ flags: CInt, _ names: [(CInt, String)]) -> Self {
    .constant(Int(flags), name: text(of: flags, names))
  }

  /// The names joined by `|`, bits without a name as a hexadecimal number, `0` for none.
  private static func text(of flags: CInt, _ names: [(CInt, String)]) -> String {
    var rest = flags
    var parts: [String] = []
    for (flag, name) in names where rest & flag == flag && flag != 0 {
      parts.append(name)
      rest &= ~flag
    }
    if rest != 0 { parts.append("0x" + String(UInt32(bitPattern: rest), radix: 16)) }
    return parts.isEmpty ? "0" : parts.joined(separator: "|")
  }

  private static var creationFlags: [(CInt, String)] {
    [(CInt(SOCK_CLOEXEC.rawValue), "SOCK_CLOEXEC"), (CInt(SOCK_NONBLOCK.rawValue), "SOCK_NONBLOCK")]
  }

  private static var fileFlags: [(CInt, String)] {
    [
      (O_CREAT, "O_CREAT"), (O_EXCL, "O_EXCL"), (O_NOCTTY, "O_NOCTTY"), (O_TRUNC, "O_TRUNC"), (O_APPEND, "O_APPEND"),
      (O_NONBLOCK, "O_NONBLOCK"), (O_SYNC, "O_SYNC"), (sockshim_O_DIRECT, "O_DIRECT"), (O_DIRECTORY, "O_DIRECTORY"),
      (O_NOFOLLOW, "O_NOFOLLOW"), (O_CLOEXEC, "O_CLOEXEC"), (sockshim_O_PATH, "O_PATH"),
    ]
  }

  private static var epollEvents: [(CInt, String)] {
    [
      (0x001, "EPOLLIN"), (0x002, "EPOLLPRI"), (0x004, "EPOLLOUT"), (0x008, "EPOLLERR"), (0x010, "EPOLLHUP"),
      (0x2000, "EPOLLRDHUP"), (CInt.min, "EPOLLET"),
    ]
  }

  static var addressLookupFlags: [(CInt, String)] {
    [
      (AI_PASSIVE, "AI_PASSIVE"), (AI_CANONNAME, "AI_CANONNAME"), (AI_NUMERICHOST, "AI_NUMERICHOST"),
      (AI_V4MAPPED, "AI_V4MAPPED"), (AI_ALL, "AI_ALL"), (AI_ADDRCONFIG, "AI_ADDRCONFIG"),
      (AI_NUMERICSERV, "AI_NUMERICSERV"),
    ]
  }

  static var nameLookupFlags: [(CInt, String)] {
    [
      (NI_NUMERICHOST, "NI_NUMERICHOST"), (NI_NUMERICSERV, "NI_NUMERICSERV"), (NI_NOFQDN, "NI_NOFQDN"),
      (NI_NAMEREQD, "NI_NAMEREQD"), (NI_DGRAM, "NI_DGRAM"),
    ]
  }
}
