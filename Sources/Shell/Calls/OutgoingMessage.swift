import SocketLoop
import Sockets

/// The arguments of `sendmsg` after the data.
@LoopActor
struct OutgoingMessage {
  var address: SocketAddress?
  var control: [ControlMessage] = []
  var flags: MessageFlags = []

  init(_ call: Invocation) async throws(CallFailure) {
    let socket = try call.socket(0)
    var index = 2
    while index < call.count {
      defer { index += 1 }
      if case .address(let address) = try call.value(index) {
        self.address = address
        continue
      }
      // Data may follow a word: `IPV6_HOPOPTS: $h`, `SOL_IP/IP_TTL/ x"07000000"`.
      let following = index + 1 < call.count ? try Self.data(call, index + 1) : nil
      if let (message, takesNext) = try Self.numbered(call, index, following) {
        control.append(message)
        index += takesNext ? 1 : 0
        continue
      }
      let word = try call.word(index)
      // `NAME:VALUE`; `NAME=VALUE` is accepted too.
      let parts = word.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == ":" || $0 == "=" }.map(String.init)
      guard parts.count == 2 else {
        flags.formUnion(try call.flags(index))
        continue
      }
      if parts[0] == "to" {
        address = try await Self.address(parts[1], call, index, socket)
        continue
      }
      let own = Self.variable(call, index, after: ":") ?? (parts[1].isEmpty ? following : nil)
      control.append(try Self.controlMessage(parts[0].uppercased(), parts[1], own, call, index))
      index += parts[1].isEmpty && own != nil ? 1 : 0
    }
  }

  /// The bytes of an argument that is data, and no word.
  private static func data(_ call: Invocation, _ index: Int) throws(CallFailure) -> [UInt8]? {
    if case .bytes(let bytes) = try call.value(index) { return bytes }
    return nil
  }

  /// The bytes of a variable that ends a word: `IPV6_HOPOPTS:$h`, whose text would not hold every byte.
  private static func variable(_ call: Invocation, _ index: Int, after separator: Character) -> [UInt8]? {
    guard case .word(let word) = call.statement.arguments[index].kind, let end = word.lastIndex(of: separator) else {
      return nil
    }
    let rest = word[word.index(after: end)...]
    guard rest.first == "$", case .bytes(let bytes)? = call.interpreter.value(of: String(rest.dropFirst())) else {
      return nil
    }
    return bytes
  }

  /// Any control message: `LEVEL/TYPE/DATA`, by name or number; the data are hexadecimal digits, or follow as a string.
  ///
  /// - Returns: nil if it is none; whether the next argument is its data.
  private static func numbered(
    _ call: Invocation, _ index: Int, _ following: [UInt8]?
  ) throws(CallFailure) -> (ControlMessage, Bool)? {
    let word = try call.word(index)
    let parts = word.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 2, !parts[0].utf8.contains(UInt8(ascii: ":")), let level = OptionLevel(named: parts[0]) else {
      return nil
    }
    guard let type = ControlMessage.type(named: parts[1], level: level) else {
      throw call.misuse("'\(parts[1])' is no type of control messages of \(level): write its number", at: index)
    }
    let text = parts.count > 2 ? parts[2] : ""
    let isPrefix = text.isEmpty || text.lowercased() == "x" || text.lowercased() == "0x"
    var bytes = variable(call, index, after: "/")
    if bytes == nil, isPrefix, let following {
      // `…/x"0a"`: the lexer ends the word at the quote.
      bytes = text.isEmpty ? following : [UInt8](hexadecimalDigits: following.filter { $0 != 32 }.text)
    } else if bytes == nil, parts.count > 2 {
      let digits =
        text.lowercased().hasPrefix("0x") ? text.dropFirst(2) : text.hasPrefix("x") ? text.dropFirst() : text[...]
      bytes = [UInt8](hexadecimalDigits: String(digits))
    }
    guard let bytes else {
      throw call.misuse(
        "'\(text)' is no data: write LEVEL/TYPE/ and hexadecimal digits, two to a byte, or x\"0a ff\" or $NAME",
        at: index)
    }
    return (.other(level: level, type: type, bytes: bytes), isPrefix && following != nil)
  }

  private static func address(
    _ text: String, _ call: Invocation, _ index: Int, _ socket: ShellSocket
  ) async throws(CallFailure) -> SocketAddress {
    var statement = call.statement
    statement.arguments[index].kind = .word(text)
    return try await Invocation(statement: statement, interpreter: call.interpreter).address(index, for: socket)
  }

  private static func controlMessage(
    _ name: String, _ value: String, _ bytes: [UInt8]?, _ call: Invocation, _ index: Int
  ) throws(CallFailure) -> ControlMessage {
    if name == "SCM_RIGHTS" {
      var descriptors: [CInt] = []
      for part in value.split(separator: ",") {
        if case .socket(let socket)? = call.interpreter.value(of: String(part)) {
          descriptors.append(socket.number)
        } else if let number = CInt(part), number >= 0 {
          descriptors.append(number)
        } else {
          throw call.misuse("SCM_RIGHTS: '\(part)' is no socket and no descriptor's number", at: index)
        }
      }
      return .descriptors(descriptors)
    }
    guard let form = ControlMessage.forms.first(where: { $0.name == name }) else {
      let names = ["SCM_RIGHTS"] + ControlMessage.forms.map(\.name) + ["to"]
      let nearest = NearestName.find(name, among: names)
      throw call.misuse(
        "no control message '\(name)'"
          + (nearest.map { ": did you mean \($0)?" } ?? ": there are \(names.joined(separator: ", "))"),
        at: index)
    }
    if let bytes, let make = form.make, let message = make(bytes) { return message }
    guard let message = form.parse(value) else {
      throw call.misuse("\(name): '\(value)' is not \(form.expectation)", at: index)
    }
    return message
  }
}

extension [UInt8] {
  /// The bytes as text.
  fileprivate var text: String { String(decoding: self, as: UTF8.self) }
}
