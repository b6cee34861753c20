import SocketLoop
import Sockets

extension Call {
  /// Names and addresses.
  static let names: [Call] = [
    Call(
      "getaddrinfo", "HOST [SERVICE] [FAMILY] [TYPE] [FLAGS]",
      "looks up every address of a name, in the order to try them; HOST * is the wildcard address"
    ) { (call: Invocation) async throws(CallFailure) -> CallResult in
      let host = try call.word(0)
      let service = call.count > 1 ? try call.word(1) : nil
      let family: AddressFamily = call.count > 2 ? try call.constant(2, AddressFamily.self, "family") : .unspecified
      let type: SocketType = call.count > 3 ? try call.constant(3, SocketType.self, "socket type") : .stream
      let flags = try call.flags(4, AddressLookupFlags.self, "flag of getaddrinfo")
      let isLocal = host == "*" || flags.rawValue & AddressLookupFlags.passive.rawValue != 0
      let found = try await call.offloaded { () throws(ResolutionError) in
        try Resolver.addresses(
          host: host == "*" ? nil : host, service: service, transport: type == .stream ? .tcp : .udp, family: family,
          role: isLocal ? .local : .peer, flags: flags)
      }
      let addresses = found.map { ShellValue.address($0.address) }
      let list = ShellValue.list(addresses)
      // One variable takes the first address, ready for use; more variables take more.
      return CallResult(list, values: addresses, text: list.description)
    },
    Call("getnameinfo", "ADDRESS [FLAGS]", "looks up the host and service names of an address") {
      (call: Invocation) async throws(CallFailure) -> CallResult in
      let address = try await call.address(0, family: .unspecified, type: .stream)
      let flags = try call.flags(1, NameLookupFlags.self, "flag of getnameinfo")
      let names = try await call.offloaded { () throws(ResolutionError) in
        let names = try Resolver.names(of: address, flags: flags)
        return [names.host, names.service]
      }
      return CallResult(
        .list(names.map { .text($0) }), values: names.map { .text($0) }, text: names.joined(separator: " "))
    },
    Call("gethostbyname", "NAME [FAMILY]", "looks up a host the old way: one family, no services") {
      (call: Invocation) async throws(CallFailure) -> CallResult in
      let name = try call.word(0)
      let family: AddressFamily = call.count > 1 ? try call.constant(1, AddressFamily.self, "family") : .ipv4
      return try await host(call) { () throws(HostLookupError) in try Resolver.hostByName(name, family: family) }
    },
    Call("gethostbyaddr", "ADDRESS", "looks up a host by its address, the old way") {
      (call: Invocation) async throws(CallFailure) -> CallResult in
      let text = try call.word(0)
      let address: SocketAddress
      if let host = IPAddress(text) {
        address = SocketAddress(host, port: 0)
      } else {
        address = try await call.address(0, family: .unspecified, type: .stream)
      }
      return try await host(call) { () throws(HostLookupError) in try Resolver.hostByAddress(address) }
    },
    Call("if_nameindex", "", "lists the interfaces of this host with their indexes") {
      (_: Invocation) async throws(CallFailure) -> CallResult in
      let interfaces = try system { () throws(SystemError) in try NetworkInterface.all() }
      let texts = interfaces.map { "\($0.index) \($0.name)" }
      return CallResult(
        .number(interfaces.count), values: [.list(interfaces.map { .text($0.name) })],
        text: texts.joined(separator: ", "))
    },
    Call("if_nametoindex", "NAME", "returns the index of an interface") {
      (call: Invocation) async throws(CallFailure) -> CallResult in
      guard let index = NetworkInterface.index(of: try call.word(0)) else {
        throw .system(SystemError(call: "if_nametoindex", number: .noDevice))
      }
      return CallResult(.number(Int(index)), text: "\(index)")
    },
    Call("if_indextoname", "INDEX", "returns the name of an interface") {
      (call: Invocation) async throws(CallFailure) -> CallResult in
      guard let name = NetworkInterface.name(of: UInt32(try call.number(0, in: 1...Int(UInt32.max)))) else {
        throw .system(SystemError(call: "if_indextoname", number: .noDeviceOrAddress))
      }
      return CallResult(.text(name), text: name)
    },
  ]

  @LoopActor
  private static func host(
    _ call: Invocation, _ body: @escaping @Sendable () throws(HostLookupError) -> HostEntry
  ) async throws(CallFailure) -> CallResult {
    let result: Swift.Result<HostEntry, HostLookupError>
    do throws(WaitError) {
      result = try await EventLoop.offload {
        do throws(HostLookupError) { return .success(try body()) } catch { return .failure(error) }
      }
    } catch {
      throw .cancelled
    }
    switch result {
    case .failure(let error): throw .lookup(name: error.code.description, meaning: error.code.meaning)
    case .success(let entry):
      let addresses = entry.addresses.map(\.host)
      let aliases = entry.aliases.isEmpty ? "" : " (\(entry.aliases.joined(separator: ", ")))"
      return CallResult(
        .text(entry.name), values: [.text(entry.name), .list(addresses.map { .text($0) })],
        text: "\(entry.name)\(aliases): \(addresses.joined(separator: ", "))")
    }
  }
}
