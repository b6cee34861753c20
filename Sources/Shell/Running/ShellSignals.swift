import Glibc
import SocketLoop
import Sockets

/// The signals that a socket sends to its owner: `SIGURG` and `SIGIO`.
///
/// They are blocked from the start of a session, before there are other threads, and read from a descriptor of each. So
/// none is lost between two lines, and none ends the program.
@LoopActor
enum ShellSignals {
  /// The signals, with their names.
  nonisolated static let names: [(value: CInt, name: String)] = [
    (SIGURG, "SIGURG"), (SIGIO, "SIGIO"), (SIGIO, "SIGPOLL"),
  ]

  nonisolated static func name(_ signal: CInt) -> String? { names.first { $0.value == signal }?.name }

  /// Owns the descriptor of one signal.
  private final class Source {
    let descriptor: SignalDescriptor
    init(_ signal: CInt) throws(SystemError) { descriptor = try SignalDescriptor([signal]) }
  }

  private static var sources: [CInt: Source] = [:]

  /// Blocks the signals in this thread and those that it starts.
  nonisolated static func block() {
    var set = sigset_t()
    sigemptyset(&set)
    for (signal, _) in names { sigaddset(&set, signal) }
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// The descriptor that is readable while the signal is pending.
  static func descriptor(of signal: CInt) throws(SystemError) -> CInt { try source(of: signal).descriptor.number }

  private static func source(of signal: CInt) throws(SystemError) -> Source {
    if let source = sources[signal] { return source }
    block()
    let source = try Source(signal)
    sources[signal] = source
    return source
  }

  /// Takes the signal if it is pending.
  static func take(_ signal: CInt) throws(SystemError) -> Bool { try source(of: signal).descriptor.next() != nil }

  /// Waits until the signal has come, and takes it.
  ///
  /// - Returns: false if the deadline passed.
  static func wait(for signal: CInt, until deadline: MonotonicTime) async throws(CallFailure) -> Bool {
    while true {
      if try Call.system({ () throws(SystemError) -> Bool in try take(signal) }) { return true }
      let descriptor = try Call.system { () throws(SystemError) -> CInt in try Self.descriptor(of: signal) }
      guard try await Readiness.wait([(descriptor, .readable)], until: deadline) else { return false }
    }
  }
}

@LoopActor
extension Invocation {
  /// A signal that a socket may send, by name or number.
  func signal(_ index: Int) throws(CallFailure) -> CInt {
    let text = try word(index)
    let wanted = text.uppercased()
    if let known = ShellSignals.names.first(where: { $0.name == wanted || $0.name == "SIG" + wanted }) {
      return known.value
    }
    if let number = CInt(text), ShellSignals.name(number) != nil { return number }
    throw misuse("'\(text)' is no signal of a socket: there are SIGURG and SIGIO", at: index)
  }

  /// C names or numbers joined by `|`, of any kind.
  func bits(_ index: Int, _ what: String) throws(CallFailure) -> Int {
    let value = try value(index)
    if let number = value.number ?? Constants.value(named: value.plain) { return number }
    if value.plain.lowercased().hasPrefix("0x"), let number = Int(value.plain.dropFirst(2), radix: 16) { return number }
    // Without the prefix, as everywhere.
    let whole = value.plain.split(separator: "|", omittingEmptySubsequences: false).map { part in
      Constants.value(named: String(part)) == nil && Int(part) == nil ? "O_" + part : String(part)
    }
    if let number = Constants.value(named: whole.joined(separator: "|")) { return number }
    throw misuse("'\(value.plain)' is no \(what): write its C name or its number", at: index)
  }

  /// `wait SOCKET SIGNAL [TIME]`: waits for a signal about a socket.
  func waitForSignal() async throws(CallFailure) {
    let socket = try socket(0)
    guard count > 1 else { throw misuse("'wait' needs SIGNAL behind a socket: SIGURG or SIGIO") }
    let signal = try signal(1)
    let limit = count > 2 ? try duration(2) : nil
    let owner = try Call.system { () throws(SystemError) in
      try socket.call("fcntl") { (socket) throws(SystemError) in try socket.signalOwner() }
    }
    guard owner != 0 else {
      throw misuse("nobody gets the signals of '\(try word(0))': write fcntl \(try word(0)) F_SETOWN", at: 0)
    }
    guard try await ShellSignals.wait(for: signal, until: .after(limit)) else {
      throw .expectation(position, "no \(ShellSignals.name(signal) ?? "signal") came")
    }
  }
}
