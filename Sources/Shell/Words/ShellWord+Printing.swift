import SocketLoop
import Sockets

extension ShellWord {
  /// Words that print something.
  static let printing: [ShellWord] = [
    ShellWord("print", "VALUE…", "prints its values on one line") { (call: Invocation) async throws(CallFailure) in
      var texts: [String] = []
      for index in 0..<call.count { texts.append(try call.word(index)) }
      call.interpreter.print(texts.joined(separator: " "))
    },
    ShellWord("show", "[SOCKET]", "lists the sockets: addresses, state, unread and unsent bytes") {
      (call: Invocation) async throws(CallFailure) in
      if call.count == 1 {
        let socket = try call.socket(0)
        return call.interpreter.print(line(try call.word(0), socket))
      }
      let sockets = call.interpreter.sockets
      if sockets.isEmpty { call.interpreter.print("no sockets") }
      for (name, socket) in sockets { call.interpreter.print(line(name, socket)) }
    },
    ShellWord("explain", "NAME", "describes a call, an error, an option or another constant by its C name") {
      (call: Invocation) async throws(CallFailure) in
      try explain(call)
    },
    ShellWord("help", "[NAME]", "lists calls and words, or explains a C name") {
      (call: Invocation) async throws(CallFailure) in
      if call.count > 0 { return try explain(call) }
      for line in Self.help { call.interpreter.print(line) }
    },
  ]

  @LoopActor
  private static func explain(_ call: Invocation) throws(CallFailure) {
    let name = try call.word(0)
    guard let lines = Explanation.lines(about: name) else {
      let nearest = NearestName.find(name, among: Explanation.names)
      throw call.misuse(
        "no call, error or constant '\(name)'"
          + (nearest.map { ": did you mean \($0)?" } ?? ": 'help' lists the calls"),
        at: 0)
    }
    for line in lines { call.interpreter.print(line) }
  }

  /// The overview; it fits a screen of 80 columns and 24 lines.
  static var help: [String] {
    var lines = ["One call a line, arguments as in C; lengths are given only to receive."]
    lines += columns("Calls", Call.overview)
    lines += columns("Commands", ShellWord.all.map(\.name))
    lines += [
      "Values   5  \"text\\r\\n\"  x\"0a ff\"  <FILE  $name  $name.port  $?  $errno",
      "Example  s = socket inet stream tcp     p q = socketpair unix stream",
      "         bind s 127.0.0.1:0             poll p:in q:out 500ms",
      "         listen s 16                    send p \"Hello\\r\\n\" MSG_MORE",
      "         c = accept s                   a = getsockname s",
      "Keys     Tab completes, Ctrl-C interrupts a wait, Up and Ctrl-R recall lines",
      "'explain NAME' tells of a call, an error or a constant; 'exit' or Ctrl-D ends.",
    ]
    return lines
  }

  private static func columns(_ title: String, _ names: [String]) -> [String] {
    var lines: [String] = []
    var line = title.padding(to: 9)
    for name in names {
      if line.count + name.count + 1 > 79 {
        lines.append(line)
        line = "".padding(to: 9)
      }
      line += name + " "
    }
    return lines + [line]
  }

  /// `c  fd 5  AF_INET SOCK_STREAM IPPROTO_TCP  127.0.0.1:1100 -> 127.0.0.1:40000  ESTABLISHED  in 5  out 0`.
  @LoopActor
  private static func line(_ name: String, _ socket: ShellSocket) -> String {
    guard let facts = socket.facts else { return "\(name)  fd \(socket.number)  closed" }
    var parts = [
      name, "fd \(socket.number)", "\(facts.family) \(facts.type) \(facts.family.name(of: facts.protocolNumber))",
    ]
    if let local = socket.localAddress {
      parts.append("\(local)" + (socket.peerAddress.map { " -> \($0)" } ?? ""))
    }
    if let state = socket.state { parts.append(state) }
    let queues = try? socket.call("ioctl") { (socket) throws(SystemError) in
      "in \(try socket.unreadByteCount())  out \(try socket.unacknowledgedByteCount())"
    }
    if let queues { parts.append(queues) }
    return parts.joined(separator: "  ")
  }
}

extension ShellSocket {
  /// The state of a TCP socket.
  var state: String? {
    guard facts?.type == .stream, let option = SocketOption.named("TCP_INFO") else {
      return nil
    }
    let value = try? call("getsockopt") { (socket) throws(SystemError) in try socket.value(of: option) }
    guard case .bytes(let bytes)? = value, !bytes.isEmpty else { return nil }
    return TCPInformation(bytes).state
  }
}

extension String {
  fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
