import SocketLoop
import Sockets
import Transfer

/// `fd:N`: an inherited descriptor; a socket may listen or be connected, and anything else is read and written.
struct DescriptorEnd: EndMeaning {
  let number: CInt

  init(_ text: EndText) throws(OperationError) {
    guard let number = CInt(text.text), number >= 0, !text.text.hasPrefix("+") else {
      throw OperationError(.usage, "'\(text.word)' is no descriptor: write fd: and a number, such as fd:3")
    }
    self.number = number
  }

  func prepare(_ context: EndContext) async throws(OperationError) -> any EndSource {
    let kind: Descriptor.Kind
    do throws(SystemError) {
      kind = try Descriptor(number).kind()
    } catch {
      throw OperationError(
        .usage, "fd:\(number) is not open: open it in the shell (\(number)<>file)", errorNumber: error.number)
    }
    guard kind == .socket else { return DescriptorSource(Descriptor(number)) }
    let role: End.Role = Descriptor(number).isListening ? .listen : .connect
    var socket = SocketEnd(
      role: role, endpoint: Endpoint(target: .descriptor(number)), transport: .tcp, options: ConnectionOptions())
    if let (settings, limit) = context.proxyProtocol {
      (socket.options.proxyProtocol, socket.options.handshakeTimeout) = (settings, limit)
    }
    return try await socket.prepare(context)
  }
}

@LoopActor
private final class DescriptorSource: EndSource {
  private let descriptor: Descriptor

  init(_ descriptor: Descriptor) { self.descriptor = descriptor }

  var uses: EndUses { .once }

  func open(for partner: EndPartner?) async throws(OperationError) -> OpenEnd {
    let access = descriptor.accessMode
    return try OpenEnd.opening(.named("fd:\(descriptor.number)")) { () throws(SystemError) in
      // Ending what was written to it closes it here, so that its reader sees the end.
      let stream = try DescriptorStream(owning: OwnedDescriptor(adopting: descriptor.number))
      switch access {
      case .read: return Relay.Side(input: stream, output: try .null(), watchesOutput: false)
      case .write: return Relay.Side(input: nil, output: stream, watchesOutput: stream.hasReader)
      case .both: return Relay.Side(stream)
      }
    }
  }
}
