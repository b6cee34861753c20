import Operations
import Sockets

/// What `sock list -v` shows below a socket.
enum SocketDetails {
  /// `inode 4711 cookie 5 …`, the memory, the options, and for TCP the values of `TCP_INFO` that are not 0.
  static func lines(_ entry: SocketListing.Entry) -> [String] {
    let socket = entry.socket
    var first = ["inode \(socket.inode)", "cookie \(socket.cookie)"]
    if socket.interface != 0 {
      first.append("interface \(NetworkInterface.name(of: socket.interface) ?? "\(socket.interface)")")
    }
    if let timer = SocketTable.timer(socket) { first.append("timer \(timer)") }
    if let name = socket.congestionControl { first.append("congestion \(name)") }
    for owner in entry.owners {
      first.append("\(TextReporter.printable(owner.name)):\(owner.processID):fd \(owner.descriptor)")
    }
    if let owner = entry.peerOwners.first { first.append("peer \(TextReporter.printable("\(owner)"))") }
    var lines = [first.joined(separator: ", ")]
    if let memory = socket.memory {
      lines.append(
        "memory: receiving \(memory.receiveUsed) of \(memory.receiveBuffer), sending \(memory.sendUsed) of "
          + "\(memory.sendBuffer) bytes, dropped \(memory.drops)")
    }
    if !socket.options.isEmpty {
      lines.append("options: " + socket.options.map { "\($0.name)=\($0.value)" }.joined(separator: " "))
    }
    if let tcp = socket.tcp {
      let values = tcp.values.filter { $0.value != 0 }.map { "\($0.field.name)=\($0.value)\($0.field.unit)" }
      lines.append("tcp: " + values.joined(separator: " "))
    }
    return lines
  }
}
