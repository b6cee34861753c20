import SocketLoop
import Sockets

@LoopActor
extension Invocation {
  /// An address argument, for this socket's family: a variable, `HOST:PORT`, `[V6]:PORT`, a path, `@name`.
  func address(_ index: Int, for socket: ShellSocket) async throws(CallFailure) -> SocketAddress {
    let facts = socket.facts
    return try await address(index, family: facts?.family ?? .unspecified, type: facts?.type ?? .stream)
  }

  func address(
    _ index: Int, family: AddressFamily, type socketType: SocketType
  ) async throws(CallFailure) -> SocketAddress {
    let value = try value(index)
    switch value {
    case .address(let address): return address
    case .socket(let socket):
      if let address = socket.localAddress { return address }
    case .bytes(let bytes):
      // The bytes of a `struct sockaddr`, for families without a text form.
      do throws(AddressError) { return try SocketAddress(bytes: bytes) } catch { throw misuse("\(error)", at: index) }
    case .text, .number, .list, .option: break
    }
    let text = value.plain
    // A bare word is an address of the socket's family, with or without the family's prefix.
    let type = family.addressType
    let isUnix = text.hasPrefix("@") || text.hasPrefix("/") || text.hasPrefix("./")
    let addressing: Transport.Addressing = type != nil ? .family(family) : isUnix ? .family(.unix) : .internet
    let endpoint: Endpoint
    do throws(EndpointError) {
      endpoint = try Endpoint([text], role: .local, addressing: addressing)
    } catch {
      throw misuse("'\(text)' is no address: \(error)", at: index)
    }
    if let layer = endpoint.layers.first { throw misuse("an address has no layer: leave \(layer):// out", at: index) }
    switch endpoint.target {
    case .internet(let host, let service):
      // Verbs take a single word as a port; here it is more likely a host whose port was forgotten.
      guard host != nil || text.contains(":") || UInt16(text) != nil else {
        throw misuse("'\(text)' has no port: write \(text):PORT", at: index)
      }
      return try await lookUp(host, service, family, socketType)
    case .bytes(let address): return address
    case .written(let written):
      return try Call.system { () throws(SystemError) in try written.address.socketAddress() }
    case .descriptor, .passed:
      throw misuse("'\(text)' is not an address: write HOST:PORT, [V6]:PORT, a path, @name or $NAME", at: index)
    }
  }

  private func lookUp(
    _ host: String?, _ service: String, _ family: AddressFamily, _ type: SocketType
  ) async throws(CallFailure) -> SocketAddress {
    let transport: Transport = type == .stream || type == .sequencedPacket ? .tcp : .udp
    // An address of another family goes to the kernel as it is: the call says what is wrong with it.
    let family = host.flatMap { AddressFamily(ofNumericHost: $0) } ?? family
    let found = try await offloaded { () throws(ResolutionError) in
      try Resolver.addresses(host: host, service: service, transport: transport, family: family, role: .local)
    }
    guard let first = found.first else { throw .lookup(name: "EAI_NONAME", meaning: "no address") }
    return first.address
  }

  /// Runs a look-up on a separate thread, because it may block.
  func offloaded<Result: Sendable>(
    _ body: @escaping @Sendable () throws(ResolutionError) -> Result
  ) async throws(CallFailure) -> Result {
    let result: Swift.Result<Result, ResolutionError>
    do throws(WaitError) {
      result = try await EventLoop.offload {
        do throws(ResolutionError) { return .success(try body()) } catch { return .failure(error) }
      }
    } catch {
      throw .cancelled
    }
    switch result {
    case .success(let value): return value
    case .failure(let error):
      throw .lookup(name: error.code.description, meaning: error.explanation)
    }
  }
}
