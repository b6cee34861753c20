import Operations
import Sockets

/// The format of `--write-out`: text with variables such as `%{time_total}`.
struct WriteOutFormat {
  /// What a variable stands for.
  enum Variable: String, CaseIterable {
    case timeResolve = "time_resolve"
    case timeConnect = "time_connect"
    case timeFirstByte = "time_first_byte"
    case timeTotal = "time_total"
    case bytesSent = "bytes_sent"
    case bytesReceived = "bytes_received"
    case local, peer, transport
    case tcpRTT = "tcp_rtt"
    case tcpRetransmits = "tcp_retransmits"
    case exitCause = "exit_cause"
    case exitStatus = "exit_status"
    case errno
  }

  private enum Piece {
    case text(String)
    case variable(Variable)
  }

  private var pieces: [Piece] = []

  /// Parses a format: `%{NAME}`, `%%`, and `\n`, `\r`, `\t`, `\\`.
  init(_ text: String) throws(OperationError) {
    var rest = text[...]
    var plain = ""
    while let character = rest.popFirst() {
      switch character {
      case "\\": plain += try Self.escaped(&rest, in: text)
      case "%":
        if rest.first == "%" {
          plain += "%"
          rest.removeFirst()
          continue
        }
        pieces.append(.text(plain))
        plain = ""
        pieces.append(.variable(try Self.variable(&rest, in: text)))
      default: plain.append(character)
      }
    }
    pieces.append(.text(plain))
  }

  private static func escaped(_ rest: inout Substring, in text: String) throws(OperationError) -> String {
    let meaning = "there are \\n, \\r, \\t and \\\\"
    guard let character = rest.popFirst() else {
      throw .usage("\(Option.writeOut) '\(text)': a backslash at the end means nothing: \(meaning)")
    }
    switch character {
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "\\": return "\\"
    default: throw .usage("\(Option.writeOut) '\(text)': \\\(character) means nothing: \(meaning)")
    }
  }

  private static func variable(_ rest: inout Substring, in text: String) throws(OperationError) -> Variable {
    guard rest.first == "{", let end = rest.firstIndex(of: "}") else {
      throw .usage("\(Option.writeOut) '\(text)': write %{NAME} for a variable, or %% for a percent sign")
    }
    let name = String(rest[rest.index(after: rest.startIndex)..<end])
    rest = rest[rest.index(after: end)...]
    guard let variable = Variable(rawValue: name) else {
      let names = Variable.allCases.map(\.rawValue)
      let nearest = NearestName.find(name, among: names).map { "did you mean %{\($0)}?" }
      throw .usage(
        "\(Option.writeOut): unknown variable '%{\(name)}': \(nearest ?? "there are \(names.joined(separator: ", "))")")
    }
    return variable
  }

  /// The text with the values of its variables.
  func text(_ value: (Variable) -> String) -> String {
    pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .variable(let variable): value(variable)
      }
    }.joined()
  }
}
