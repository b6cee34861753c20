import Operations
import Sockets

/// The output of `sock resolve`: the addresses of a name, or the names of an address.
enum ResolvedNames {
  /// One result per line.
  static func text(_ names: [ResolvedName], request: ResolveRequest) -> String {
    if request.isReverse {
      var table = Table()
      for found in names { table.add([found.name ?? found.address.host, found.service ?? ""]) }
      return table.rendered
    }
    return names.map { request.service == nil ? $0.address.host : $0.address.description }
      .map { TextReporter.printable($0) + "\n" }.joined()
  }

  /// A JSON object for each result.
  static func json(_ names: [ResolvedName]) -> String {
    JSONObject.lines(
      names.map { found in
        var object = JSONObject()
        object.add("address", found.address.host)
        object.add("port", number: found.address.port.flatMap { $0 == 0 ? nil : $0 })
        object.add("family", found.address.family.description)
        object.add("name", found.name)
        object.add("service", found.service)
        return object
      })
  }
}
