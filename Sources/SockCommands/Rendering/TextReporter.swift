import Operations
import Sockets
import Transfer

/// Reports events as sentences: `sock: connected to 127.0.0.1:1100 (tcp)`.
struct TextReporter: Reporter {
  /// Whether all events are shown (`-v`), or only warnings and errors.
  let isVerbose: Bool
  /// Whether `listening` is shown even without `-v`.
  let showsListening: Bool
  /// How progress is shown; nil if it is not.
  var progress: ProgressForm?

  var progressInterval: Duration? { progress?.interval }

  func outputComes(endsLine: Bool) {
    if progress == .drawn { StatusLine.yield(endsLine: endsLine) }
  }

  func shows(_ kind: Event.Kind) -> Bool {
    switch kind {
    case .warning, .error, .checksum, .certificate, .found: true
    case .listening: isVerbose || showsListening
    case .progress: progress != nil
    default: isVerbose
    }
  }

  func emit(_ event: Event) {
    guard shows(event.kind) else { return }
    if progress == .drawn, let report = event.progress { return draw(report) }
    _ = ConsoleOutput.error.write(Self.text(event) + "\n")
  }

  private func draw(_ report: ProgressReport) {
    let line = { (columns: Int) in ProgressText.line(report, columns: columns) }
    if report.isLast { StatusLine.finish(line) } else { StatusLine.draw(line) }
  }

  func report(_ error: OperationError, hint: String?) {
    guard let text = Self.text(error, hint: hint) else { return }
    _ = ConsoleOutput.error.write(text)
  }

  /// The sentence for an event, without a newline.
  static func text(_ event: Event) -> String {
    let details = event.security.map(SecurityText.lines) ?? []
    return "sock: " + ([sentence(event)] + details.map { "  " + $0 }).map(printable).joined(separator: "\n")
  }

  /// The lines for the error that ends the run; nil if the exit status is enough: a signal, or a reader that has gone.
  static func text(_ error: OperationError, hint: String? = nil) -> String? {
    switch error.cause {
    case .signal, .outputClosed: return nil
    default: break
    }
    // The first line is the sentence, the others are details: one for each attempt, or a likely cause.
    var text = "sock: "
    for (index, line) in AdviceText.text(error).split(separator: "\n").enumerated() {
      text += (index == 0 ? "" : "  ") + printable(String(line)) + "\n"
    }
    return text + (hint.map { $0 + "\n" } ?? "")
  }

  private static func sentence(_ event: Event) -> String {
    let peer = event.peer.map { "\($0)" }
    let local = event.local.map { "\($0)" }
    let transport = event.transport.map { " (\($0))" } ?? ""
    let message = event.message.map { AdviceText.text($0, event.advice) }
    let facts = event.facts.map { ": \($0)" } ?? ""
    switch event.kind {
    case .listening: return "listening on \(local ?? "?")\(transport)"
    case .accepted: return "accepted \(peer ?? "?")\(facts)"
    case .denied: return "denied \(peer ?? "?")\(facts): \(message ?? "")"
    case .opened: return "opened \(peer ?? "?")"
    case .connected: return "connected to \(peer ?? "?")\(transport)\(facts)"
    case .resolved: return "resolved " + [message, peer].compactMap { $0 }.joined(separator: ": ")
    case .attempt:
      guard let number = event.errorNumber else { return "trying \(peer ?? "?")\(transport)" }
      return "trying \(peer ?? "?")\(transport) failed: \(message ?? "\(number)")"
    case .received:
      return "received \(bytes(event.received ?? 0))" + (peer.map { " from \($0)" } ?? "")
        + facts
    case .peerEOF: return "end of input from \(peer ?? "the peer")"
    case .closed:
      // Nothing is known of bytes that a program exchanged over the socket itself.
      let counts = event.sent.map { "sent \(bytes($0)), received \(bytes(event.received ?? 0)) in" } ?? "open for"
      return "closed \(peer ?? local ?? "?"): \(counts) \(thousandths(event.seconds ?? 0)) s"
        + (event.status.map { ", status \($0)" } ?? "")
    case .checksum:
      let peer =
        event.sent == nil
        ? peer.map { " received from \($0)" } ?? " received" : peer.map { " sent to \($0)" } ?? " sent"
      return "\(event.checksum?.algorithm ?? "") of \(bytes(event.sent ?? event.received ?? 0))\(peer):"
        + " \(event.checksum?.digest ?? "")"
    case .progress: return event.progress.map(ProgressText.sentence) ?? ""
    case .command:
      return "ran the command with\(facts.dropFirst()) from \(peer ?? "?"): status \(event.status ?? 0)"
        + " in \(thousandths(event.seconds ?? 0)) s"
    case .found: return "\(event.endpoint ?? "?"): \(message ?? "")"
    case .retry, .ready: return message ?? ""
    case .draining: return "draining: \(message ?? "")"
    case .summing: return "summing up " + (message ?? "")
    case .resumed: return "resumed " + (message ?? "")
    case .proxied: return event.origin.map { OriginText.sentence($0, peer ?? "?") } ?? ""
    case .secured: return "secured \(peer ?? "?")" + (event.security.map { ": " + SecurityText.summary($0) } ?? "")
    case .starttls: return "\(peer ?? "?") says: \(message ?? "")"
    case .certificate:
      return
        "made a certificate for this run: a client trusts it with --tls-pin sha256//\(event.certificate?.pin ?? "")"
    case .option: return message ?? "socket option set"
    case .notification: return about(peer, message ?? "")
    case .warning: return "warning: " + about(peer, message ?? "")
    case .error: return about(peer, message ?? event.errorNumber.map { "\($0)" } ?? "error")
    }
  }

  /// The message, preceded by the peer that it is about unless it contains it.
  private static func about(_ peer: String?, _ message: String) -> String {
    guard let peer, !message.containsBytes(of: peer) else { return message }
    return "\(peer): \(message)"
  }

  private static func bytes(_ count: UInt64) -> String { count == 1 ? "1 byte" : "\(count) bytes" }

  /// Seconds with three decimals.
  static func thousandths(_ seconds: Double) -> String {
    let all = UInt64(clampingRounded: seconds * 1000)
    return "\(all / 1000)." + String(String(1000 + all % 1000).dropFirst())
  }

  /// Text with control characters, which a path may contain, as `\xNN`, so that it cannot move the cursor or break the
  /// line.
  static func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if isControl(scalar) {
        result += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
  }
}

extension UInt64 {
  /// The nearest integer in range; 0 for NaN.
  init(clampingRounded value: Double) {
    self = value >= 1.8e19 ? .max : value > 0 ? UInt64(value.rounded()) : 0
  }
}
