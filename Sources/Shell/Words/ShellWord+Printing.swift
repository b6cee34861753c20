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
    ShellWord("explain", "CALL", "describes a call, its errors and their causes") {
      (call: Invocation) async throws(CallFailure) in
      try explain(call)
    },
    ShellWord("help", "[CALL]", "lists calls and words, or explains one") {
      (call: Invocation) async throws(CallFailure) in
      if call.count > 0 { return try explain(call) }
      for line in Self.help { call.interpreter.print(line) }
    },
  ]

  @LoopActor
  private static func explain(_ call: Invocation) throws(CallFailure) {
    let name = try call.word(0)
    if let word = ShellWord.named(name) {
      call.interpreter.print("\(word.name) \(word.signature.text)\(word.takesBody ? " { … }" : "")")
      return call.interpreter.print("  \(word.meaning)")
    }
    guard let found = Call.named(name) else {
      let nearest = NearestName.find(name, among: Call.all.map(\.name) + ShellWord.all.map(\.name))
      throw call.misuse("no call '\(name)'" + (nearest.map { ": did you mean \($0)?" } ?? ": 'help' lists them"), at: 0)
    }
    call.interpreter.print("\(found.name) \(found.signature.text)")
    call.interpreter.print("  \(found.meaning)")
    for row in found.causes { call.interpreter.print("  \(text(row))") }
  }

  /// `EACCES (datagrams): …`: the errors, the sockets concerned, the cause, and what to write.
  private static func text(_ row: ErrorCause) -> String {
    let names = row.errors.joined(separator: ", ")
    let subject: String? =
      switch row.scope {
      case .everySocket: nil
      case .sockets(let name, _): name
      case .option(let name): name
      case .level(let level): "\(level)"
      }
    let advice = row.advice.compactMap { advice -> String? in
      // The cause names privileges already.
      guard case .setOption(let name, _) = advice else { return nil }
      return ": setsockopt SOCKET \(name) 1"
    }
    return names + (subject.map { " (\($0))" } ?? "") + ": " + row.cause + advice.joined()
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
      "'explain CALL' shows its arguments and errors; 'exit' or Ctrl-D ends.",
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
