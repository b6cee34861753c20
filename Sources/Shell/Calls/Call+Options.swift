import SocketLoop
import Sockets

extension Call {
  /// Socket options.
  static let options: [Call] = [
    Call(
      "getsockopt", "SOCKET [LEVEL] OPTION",
      "reads an option by its C name, or by LEVEL and number"
    ) { (call: Invocation) async throws(CallFailure) -> CallResult in
      let socket = try call.socket(0)
      if let (level, number) = try call.unnamedOption() {
        let bytes = try system { () throws(SystemError) in
          try socket.call("getsockopt") { (socket) throws(SystemError) in
            try socket.getOption(level: level, number: number, capacity: 4096)
          }
        }
        return CallResult(.bytes(bytes), text: "\(bytes.count) \(bytes.quoted)")
      }
      let option = try call.options()[0]
      if option.name == "SO_PEERPIDFD" {
        // The value is a new descriptor, which the shell could neither use nor close.
        let (process, text) = try system { () throws(SystemError) in
          try socket.call("getsockopt") { (socket) throws(SystemError) in
            let process = try socket.peerProcessDescriptor()
            return (process.processID ?? -1, process.text)
          }
        }
        return CallResult(.number(Int(process)), text: text)
      }
      let value = try system { () throws(SystemError) in
        try socket.call("getsockopt") { (socket) throws(SystemError) in try socket.value(of: option) }
      }
      if option.name == "TCP_INFO", case .bytes(let bytes) = value {
        let information = TCPInformation(bytes)
        return CallResult(.text(information.state), text: information.description)
      }
      return CallResult(.option(value), text: "\(value)")
    },
    Call(
      "setsockopt", "SOCKET [LEVEL] OPTION VALUE",
      "sets an option by its C name: 1, on, 64K, 5s, reno, or the bytes of a struct; shows the value that the kernel "
        + "then reports"
    ) { (call: Invocation) async throws(CallFailure) -> CallResult in
      let socket = try call.socket(0)
      if let (level, number) = try call.unnamedOption() {
        let bytes = try call.data(3)
        try system { () throws(SystemError) in
          try socket.call("setsockopt") { (socket) throws(SystemError) in
            try socket.setOption(level: level, number: number, bytes: bytes.span)
          }
        }
        return .zero
      }
      let (option, value) = try call.assignment()
      try system { () throws(SystemError) in
        try socket.call("setsockopt") { (socket) throws(SystemError) in try socket.set(option, to: value) }
      }
      let got = try? socket.call("getsockopt") { (socket) throws(SystemError) in try socket.value(of: option) }
      return CallResult(.number(0), text: got.map { "0, now \($0)" } ?? "0")
    },
  ]
}

@LoopActor
extension Invocation {
  /// The index of the option: after the socket, or after the level.
  private var optionIndex: Int { count > (statement.command == "getsockopt" ? 2 : 3) ? 2 : 1 }

  /// The level and number of an option; nil if it is given by name.
  fileprivate func unnamedOption() throws(CallFailure) -> (OptionLevel, CInt)? {
    guard optionIndex == 2, let number = CInt(try word(2)) else { return nil }
    return (try constant(1, OptionLevel.self, "level"), number)
  }

  /// The options with the given name, at least one: those of the socket's family come first.
  fileprivate func options() throws(CallFailure) -> [SocketOption] {
    let index = optionIndex
    let name = try word(index)
    let level = index == 2 ? try constant(1, OptionLevel.self, "level") : nil
    let all = SocketOption.named(name, family: try socket(0).facts?.family ?? .ipv4)
    let found = all.filter { level == nil || $0.level == level }
    if !found.isEmpty { return found }
    if let option = all.first { throw misuse("\(option) belongs to \(option.level)", at: 1) }
    let nearest = SocketOption.nearestNames(to: name)
    throw misuse(
      "'\(name)' is no socket option"
        + (nearest.isEmpty ? "" : ": did you mean \(nearest.joined(separator: " or "))?"), at: index)
  }

  /// The option and its value: of several options with this name, the first whose value it can be.
  fileprivate func assignment() throws(CallFailure) -> (SocketOption, SocketOptionValue) {
    let options = try options()
    for option in options.dropLast() {
      if let value = try? value(of: option) { return (option, value) }
    }
    do throws(CallFailure) {
      return (options[options.count - 1], try value(of: options[options.count - 1]))
    } catch {
      // The message is about the option that the socket's family has.
      return (options[0], try value(of: options[0]))
    }
  }

  /// The last argument, as a value of this option or as the bytes of its C struct.
  fileprivate func value(of option: SocketOption) throws(CallFailure) -> SocketOptionValue {
    let given = try value(count - 1)
    if case .bytes(let bytes) = given { return .bytes(bytes) }
    if case .option(let value) = given { return value }
    do throws(SocketOptionError) {
      return try SocketOptionAssignment(option, given.plain).value
    } catch {
      throw misuse("\(error)", at: count - 1)
    }
  }
}
