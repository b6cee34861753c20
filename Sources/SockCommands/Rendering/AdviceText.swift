import Operations
import Sockets

/// Advice expressed in command-line options.
enum AdviceText {
  /// The message of an error with its advice, followed by a line for each attempt.
  static func text(_ error: OperationError) -> String {
    text(error.message, error.advice)
      + error.attempts.map { "\n  " + text($0.message, $0.advice) }.joined()
  }

  /// A message with its advice. Alternatives go on a line of their own.
  static func text(_ message: String, _ advice: [Advice]) -> String {
    guard let first = advice.first else { return message }
    if advice.count == 1 { return "\(message): \(text(first))" }
    return advice.dropFirst().reduce("\(message)\n\(text(first))") { text, advice in
      switch advice {
      case .needsCapability(let name): "\(text), or \(name)"
      case .needsSetting(let name): "\(text), or a group within \(name)"
      case .setOption, .useTransport, .useProtocol, .chooseInterface, .joinOnInterface, .check:
        "\(text); \(Self.text(advice))"
      }
    }
  }

  private static func text(_ advice: Advice) -> String {
    switch advice {
    case .needsCapability(let name): "that takes \(name)"
    case .needsSetting(let name): "that takes a group within \(name)"
    case .setOption(let name, let purpose): "\(purpose) add \(option(setting: name))"
    case .useProtocol(.udp): "add --udp"
    case .useProtocol: "connect over TCP, or write the number of the port"
    case .chooseInterface: "there is no route to the group: add --interface NAME\(interfaces)"
    case .joinOnInterface(let group): "there is no route to the group: write --group \(group)@INTERFACE\(interfaces)"
    case .check(let what): "check \(what)"
    case .useTransport(let names): names.map { "--" + $0 }.joined(separator: " and ") + " take neither"
    }
  }

  /// The names to choose from.
  private static var interfaces: String {
    let names = (try? NetworkInterface.all().map(\.name)) ?? []
    return names.isEmpty ? "" : " (\(names.joined(separator: ", ")))"
  }

  /// The command-line option that sets a socket option.
  private static func option(setting name: String) -> String {
    name == "SO_BROADCAST" ? "--broadcast" : "--option \(name)"
  }
}
