import SocketLoop
import Sockets

/// The local address that `--source` and `--source-port` choose for a client; for a Unix socket, a path.
///
/// The file at a path is created as safely as a listener's, and removed when the connection ends.
@LoopActor
final class SourceAddress {
  private let host: String?
  private let port: String?
  private var file: UnixSocketFile?
  /// Why the file could not be created, in more detail than an errno gives.
  private(set) var failure: OperationError?

  init(_ options: ConnectionOptions) {
    host = options.sourceHost
    port = options.sourcePort
  }

  /// Whether the user chose a local address or port.
  var isChosen: Bool { host != nil || port != nil }

  /// The addresses to choose from, by the peer's family; empty to leave it to the kernel.
  func addresses(
    for transport: Transport, _ resolver: EndpointResolver
  ) async throws(OperationError) -> [SocketAddress] {
    guard isChosen else { return [] }
    if transport.isOverIP { return try await resolver.lookUp(host: host, service: port ?? "0", role: .local) }
    guard let host else { return [] }
    let endpoint: Endpoint
    do throws(EndpointError) {
      endpoint = try Endpoint([host], role: .local, addressing: transport.addressing)
    } catch {
      throw OperationError(.usage, "--source: \(error)")
    }
    return try await resolver.addresses(endpoint, role: .local)
  }

  /// Binds a Unix socket to a path, and keeps the file in order to remove it.
  func bind(_ socket: borrowing Socket, to path: SocketAddress) throws(SystemError) {
    do throws(OperationError) {
      file = try UnixSocketFile(binding: socket, to: path)
    } catch {
      failure = error
      throw SystemError(call: "bind", number: error.errorNumber ?? .addressInUse, subject: "to \(path)")
    }
  }

  /// Removes the file, if one was created. Called when the connection has ended.
  func removeFile() { file?.remove() }
}
