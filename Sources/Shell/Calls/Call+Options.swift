import SocketLoop
import Sockets

extension Call {
  /// Options and modes.
  static let options: [Call] = [
    Call(
      "getsockopt", "SOCKET OPTION", "reads an option by its C name",
      causes: [
        ("ENOPROTOOPT", "the socket, or this kernel, has no such option"), ("ENOTCONN", "it needs a connection"),
      ]
    ) { (call: Invocation) async throws(CallFailure) -> Returned in
      let socket = try call.socket(0)
      let option = try call.option(1)
      let value = try system { () throws(SystemError) in
        try socket.call("getsockopt") { (socket) throws(SystemError) in try socket.value(of: option) }
      }
      if option.name == "TCP_INFO", case .bytes(let bytes) = value {
        let information = TCPInformation(bytes)
        return Returned(.text(information.state), text: information.description)
      }
      return Returned(.option(value), text: "\(value)")
    },
    Call(
      "setsockopt", "SOCKET OPTION VALUE",
      "sets an option by its C name, with a value in natural form: 1, on, 64K, 5s, reno; shows what the kernel made of it",
      causes: [
        ("ENOPROTOOPT", "the socket, or this kernel, has no such option"), ("EPERM", "it needs a privilege"),
        ("EINVAL", "the value, or the moment, does not fit"),
      ]
    ) { (call: Invocation) async throws(CallFailure) -> Returned in
      let socket = try call.socket(0)
      let option = try call.option(1)
      let text = try call.word(2)
      let assignment: SocketOptionAssignment
      do throws(SocketOptionError) {
        assignment = try SocketOptionAssignment("\(option)=\(text)")
      } catch {
        throw call.misuse("\(error)", at: 2)
      }
      try system { () throws(SystemError) in
        try socket.call("setsockopt") { (socket) throws(SystemError) in try socket.set(option, to: assignment.value) }
      }
      let got = try? socket.call("getsockopt") { (socket) throws(SystemError) in try socket.value(of: option) }
      return Returned(.number(0), text: got.map { "0, now \($0)" } ?? "0")
    },
    Call(
      "fcntl", "SOCKET MODE", "sets the mode: O_NONBLOCK, or 0 to block again; F_GETFL tells it"
    ) { (call: Invocation) async throws(CallFailure) -> Returned in
      let socket = try call.socket(0)
      let mode = try call.word(1).uppercased()
      switch mode {
      case "F_GETFL":
        let isBlocking = try system { () throws(SystemError) in try socket.isBlocking() }
        return Returned(.text(isBlocking ? "0" : "O_NONBLOCK"), text: isBlocking ? "0" : "O_NONBLOCK")
      case "O_NONBLOCK", "NONBLOCK", "0":
        try system { () throws(SystemError) in
          try socket.call("fcntl") { (socket) throws(SystemError) in
            try socket.setBlockingMode(mode == "0" ? .blocking : .nonBlocking)
          }
        }
        return .zero
      default: throw call.misuse("'\(mode)' is no mode: O_NONBLOCK, 0 or F_GETFL", at: 1)
      }
    },
    Call(
      "ioctl", "SOCKET REQUEST",
      "asks: FIONREAD (SIOCINQ) bytes to read, SIOCOUTQ bytes not acknowledged, SIOCATMARK whether urgent data is next"
    ) { (call: Invocation) async throws(CallFailure) -> Returned in
      let socket = try call.socket(0)
      let request = try call.word(1).uppercased()
      let number = try system { () throws(SystemError) -> Int? in
        try socket.call("ioctl") { (socket) throws(SystemError) -> Int? in
          switch request {
          case "FIONREAD", "SIOCINQ": try socket.unreadByteCount()
          case "SIOCOUTQ", "TIOCOUTQ": try socket.unacknowledgedByteCount()
          case "SIOCATMARK": try socket.isAtUrgentMark() ? 1 : 0
          default: nil
          }
        }
      }
      guard let number else {
        throw call.misuse("'\(request)' is no request: FIONREAD, SIOCINQ, SIOCOUTQ or SIOCATMARK", at: 1)
      }
      return Returned(.number(number), text: "\(number)")
    },
  ]
}
