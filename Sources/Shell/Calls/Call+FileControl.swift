import Glibc
import SocketLoop
import Sockets

extension Call {
  /// The modes and commands of `fcntl`.
  static let modes = [
    "O_NONBLOCK", "0", "F_SETFL", "F_GETFL", "F_GETFD", "F_SETFD", "F_GETOWN", "F_SETOWN", "F_GETSIG", "F_SETSIG",
    "F_DUPFD",
  ]
  /// The requests of `ioctl`.
  static let requests = [
    "FIONREAD", "SIOCINQ", "SIOCOUTQ", "SIOCOUTQNSD", "SIOCATMARK", "FIONBIO", "FIOASYNC", "SIOCSPGRP", "SIOCGPGRP",
    "FIOSETOWN", "FIOGETOWN",
  ]

  /// The flags of a descriptor, who gets its signals, and what the kernel says of its queues.
  static let fileControl: [Call] = [
    Call(
      "fcntl", "SOCKET COMMAND [VALUE]",
      "sets the flags: O_NONBLOCK, or 0 to block again, also as F_SETFL O_NONBLOCK|O_ASYNC; F_GETFL reads them; F_SETOWN "
        + "[PID] sends SIGURG and SIGIO here or to PID; F_SETFD FD_CLOEXEC, F_SETSIG SIGNAL, and F_GET… of each",
      control),
    Call(
      "ioctl", "SOCKET REQUEST [VALUE]",
      "queries: FIONREAD (SIOCINQ) unread bytes, SIOCOUTQ unacknowledged bytes, SIOCOUTQNSD unsent bytes, SIOCATMARK "
        + "whether urgent data is next; FIONBIO 1 makes the socket non-blocking, FIOASYNC 1 sends SIGIO", request),
    Call("sockatmark", "SOCKET", "returns 1 if urgent data is next, else 0") {
      (call: Invocation) async throws(CallFailure) -> CallResult in
      let socket = try call.socket(0)
      return number(
        try system { () throws(SystemError) in
          try socket.call("sockatmark") { (socket) throws(SystemError) in try socket.isAtUrgentMark() ? 1 : 0 }
        })
    },
  ]

  @LoopActor
  private static func control(_ call: Invocation) async throws(CallFailure) -> CallResult {
    let socket = try call.socket(0)
    let command = try name(call, among: modes, "mode")
    let takesValue = ["F_SETFL", "F_SETFD", "F_SETOWN", "F_SETSIG", "F_DUPFD"].contains(command)
    if call.count > 2, !takesValue { throw call.misuse("'\(command)' takes no value", at: 2) }
    if call.count < 3, takesValue, command != "F_SETOWN", command != "F_DUPFD" {
      let expected = command == "F_SETFL" ? "FLAGS: O_NONBLOCK or 0" : "a value"
      throw call.misuse("'\(command)' needs \(expected)")
    }
    switch command {
    case "F_GETFL":
      let text = try statusFlags(socket)
      return CallResult(.text(text), text: text)
    case "O_NONBLOCK", "O_NDELAY": return try setStatus(socket, O_NONBLOCK)
    case "0": return try setStatus(socket, 0)
    case "F_SETFL": return try setStatus(socket, CInt(truncatingIfNeeded: try call.bits(2, "flag of F_SETFL")))
    case "F_GETFD":
      let isOn = try on(socket, "fcntl") { (socket) throws(SystemError) in try socket.closesOnExecute() }
      return CallResult(.text(isOn ? "FD_CLOEXEC" : "0"), text: isOn ? "FD_CLOEXEC" : "0")
    case "F_SETFD":
      let isOn = try call.bits(2, "flag of F_SETFD") & Int(FD_CLOEXEC) != 0
      try on(socket, "fcntl") { (socket) throws(SystemError) in try socket.setClosesOnExecute(isOn) }
      return .zero
    case "F_DUPFD":
      let copy = try system { () throws(SystemError) in try socket.duplicate() }
      return CallResult(.socket(copy), text: "\(copy.number)")
    case "F_GETSIG":
      let signal = try on(socket, "fcntl") { (socket) throws(SystemError) in try socket.readinessSignal() }
      return CallResult(.number(Int(signal)), text: ShellSignals.name(signal) ?? "\(signal)")
    case "F_SETSIG":
      let signal = try call.word(2) == "0" ? 0 : try call.signal(2)
      try on(socket, "fcntl") { (socket) throws(SystemError) in try socket.setReadinessSignal(signal) }
      return .zero
    case "F_GETOWN": return try owner(socket)
    default: return try setOwner(call, socket)
    }
  }

  @LoopActor
  private static func request(_ call: Invocation) async throws(CallFailure) -> CallResult {
    let socket = try call.socket(0)
    let request = try name(call, among: requests + ["TIOCOUTQ", "TIOCINQ"], "request")
    let sets = ["FIONBIO", "FIOASYNC", "FIOSETOWN", "SIOCSPGRP"].contains(request)
    if call.count > 2, !sets { throw call.misuse("'\(request)' takes no value", at: 2) }
    if call.count < 3, request == "FIONBIO" || request == "FIOASYNC" {
      throw call.misuse("'\(request)' needs a value: 1 or 0")
    }
    switch request {
    case "FIONBIO":
      let isOn = try call.bits(2, "value") != 0
      try on(socket, "ioctl") { (socket) throws(SystemError) in try socket.setNonBlocking(isOn) }
      return .zero
    case "FIOASYNC":
      let isOn = try call.bits(2, "value") != 0
      if isOn { ShellSignals.block() }
      try on(socket, "ioctl") { (socket) throws(SystemError) in try socket.setAsynchronous(isOn) }
      return .zero
    case "FIOSETOWN", "SIOCSPGRP": return try setOwner(call, socket)
    case "FIOGETOWN", "SIOCGPGRP": return try owner(socket)
    default: return number(try on(socket, "ioctl") { (socket) throws(SystemError) in try count(socket, request) })
    }
  }

  private static func count(_ socket: borrowing Socket, _ request: String) throws(SystemError) -> Int {
    switch request {
    case "SIOCOUTQ", "TIOCOUTQ": try socket.unacknowledgedByteCount()
    case "SIOCOUTQNSD": try socket.unsentByteCount()
    case "SIOCATMARK": try socket.isAtUrgentMark() ? 1 : 0
    default: try socket.unreadByteCount()
    }
  }

  /// The second argument: a name in any case, or the number of one.
  @LoopActor
  private static func name(_ call: Invocation, among names: [String], _ what: String) throws(CallFailure) -> String {
    let text = try call.word(1)
    let wanted = text.uppercased() == "NONBLOCK" ? "O_NONBLOCK" : text.uppercased()
    if names.contains(wanted) { return wanted }
    if wanted == "O_NDELAY" || wanted == "F_DUPFD_CLOEXEC" { return wanted == "O_NDELAY" ? wanted : "F_DUPFD" }
    let number = wanted.hasPrefix("0X") ? Int(wanted.dropFirst(2), radix: 16) : Int(wanted)
    // 0 is a mode here; F_DUPFD has the number 0 as well, and a word of its own: dup.
    if let number, number != 0,
      let known = names.first(where: { Constants.value(named: $0) == number && $0 != "O_NONBLOCK" })
    {
      return known
    }
    let nearest = NearestName.find(wanted, among: names)
    throw call.misuse(
      "'\(text)' is no \(what)"
        + (nearest.map { ": did you mean \($0)?" } ?? ": there are \(names.joined(separator: ", "))"), at: 1)
  }

  @LoopActor
  private static func statusFlags(_ socket: ShellSocket) throws(CallFailure) -> String {
    let isBlocking = try system { () throws(SystemError) in try socket.isBlocking() }
    let isAsynchronous = try on(socket, "fcntl") { (socket) throws(SystemError) in try socket.isAsynchronous() }
    let names = (isBlocking ? [] : ["O_NONBLOCK"]) + (isAsynchronous ? ["O_ASYNC"] : [])
    return names.isEmpty ? "0" : names.joined(separator: "|")
  }

  /// Sets O_NONBLOCK and O_ASYNC; a socket has no other flags that can change.
  @LoopActor
  private static func setStatus(_ socket: ShellSocket, _ flags: CInt) throws(CallFailure) -> CallResult {
    if flags & O_ASYNC != 0 { ShellSignals.block() }
    try on(socket, "fcntl") { (socket) throws(SystemError) in
      try socket.setBlockingMode(flags & O_NONBLOCK != 0 ? .nonBlocking : .blocking)
      let isOn = flags & O_ASYNC != 0
      if try socket.isAsynchronous() != isOn { try socket.setAsynchronous(isOn) }
    }
    return .zero
  }

  @LoopActor
  private static func owner(_ socket: ShellSocket) throws(CallFailure) -> CallResult {
    number(Int(try on(socket, "fcntl") { (socket) throws(SystemError) in try socket.signalOwner() }))
  }

  /// The owner is this process, unless another is given.
  @LoopActor
  private static func setOwner(_ call: Invocation, _ socket: ShellSocket) throws(CallFailure) -> CallResult {
    let text = call.count > 2 ? try call.word(2).lowercased() : "self"
    let own = ["getpid", "getpid()", "self"].contains(text)
    let process = own ? getpid() : CInt(try call.number(2, in: -Int(CInt.max)...Int(CInt.max)))
    ShellSignals.block()
    try on(socket, "fcntl") { (socket) throws(SystemError) in try socket.setSignalOwner(process) }
    return .zero
  }

  @LoopActor
  @discardableResult
  private static func on<Result>(
    _ socket: ShellSocket, _ name: String, _ body: (borrowing Socket) throws(SystemError) -> Result
  ) throws(CallFailure) -> Result {
    try system { () throws(SystemError) in try socket.call(name, body) }
  }

  static func number(_ number: Int) -> CallResult { CallResult(.number(number), text: "\(number)") }
}
