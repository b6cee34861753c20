import Operations
import Sockets

/// What `sock resolve` prints: addresses for a name, names for an address.
enum ResolvedNames {
  /// One a line.
  static func text(_ names: [ResolvedName], request: ResolveRequest) -> String {
    if request.isReverse {
      var table = Table()
      for found in names { table.add([found.name ?? host(found.address), found.service ?? ""]) }
      return table.rendered
    }
    return names.map { request.service == nil ? host($0.address) : $0.address.description }
      .map { TextReporter.printable($0) + "\n" }.joined()
  }

  /// One object each.
  static func json(_ names: [ResolvedName]) -> String {
    JSONObject.array(
      names.map { found in
        var object = JSONObject()
        object.add("address", host(found.address))
        object.add("port", number: found.address.port.flatMap { $0 == 0 ? nil : $0 })
        object.add("family", found.address.family.description)
        object.add("name", found.name)
        object.add("service", found.service)
        return object
      })
  }

  /// The address without its port.
  private static func host(_ address: SocketAddress) -> String {
    let text = address.description
    guard let port = address.port else { return text }
    let bare = text.dropLast(String(port).utf8.count + 1)
    return String(bare.hasPrefix("[") ? bare.dropFirst().dropLast() : bare)
  }
}

extension ResolveRequest {
  /// Whether the name is an address, so that its name is looked for.
  var isReverse: Bool {
    let bare = name.hasPrefix("[") && name.hasSuffix("]") ? String(name.dropFirst().dropLast()) : name
    return IPv4Address(bare) != nil || IPv6Address(String(bare.prefix { $0 != "%" })) != nil
  }
}
