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
    for index in 2..<max(2, call.count) {
      if case .address(let address) = try call.value(index) {
        self.address = address
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
      } else {
        control.append(try Self.controlMessage(parts[0].uppercased(), parts[1], call, index))
      }
    }
  }

  private static func address(
    _ text: String, _ call: Invocation, _ index: Int, _ socket: ShellSocket
  ) async throws(CallFailure) -> SocketAddress {
    var statement = call.statement
    statement.arguments[index].kind = .word(text)
    return try await Invocation(statement: statement, interpreter: call.interpreter).address(index, for: socket)
  }

  private static func controlMessage(
    _ name: String, _ value: String, _ call: Invocation, _ index: Int
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
    guard let message = form.parse(value) else {
      throw call.misuse("\(name): '\(value)' is not \(form.expectation)", at: index)
    }
    return message
  }
}
