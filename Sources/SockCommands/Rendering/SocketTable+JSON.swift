import Operations
import Sockets

extension SocketTable {
  /// An object for each socket.
  static func json(_ listing: SocketListing) -> String {
    JSONObject.lines(
      listing.entries.map { entry in
        var object = JSONObject()
        add(entry, to: &object)
        return object
      })
  }

  /// The object for what a watch reports.
  static func json(_ change: SocketWatch.Change) -> String {
    let (word, entry) = parts(of: change)
    var object = JSONObject(event: word)
    add(entry, to: &object)
    return JSONObject.lines([object])
  }

  private static func add(_ entry: SocketListing.Entry, to object: inout JSONObject) {
    let socket = entry.socket
    object.add("transport", socket.kind.rawValue)
    object.add("state", socket.state)
    object.add("local", socket.netlinkProtocol == nil ? "\(socket.local)" : local(socket))
    object.add("peer", entry.peer.map { "\($0)" })
    object.add("receive-queue", number: socket.receiveQueue)
    object.add("send-queue", number: socket.sendQueue)
    object.add("uid", number: socket.user)
    object.add("processes", json: processes(entry.owners))
    if !entry.peerOwners.isEmpty { object.add("peer-processes", json: processes(entry.peerOwners)) }
    object.add("inode", number: socket.inode)
    object.add("cookie", number: socket.cookie)
    object.add("interface", socket.interface == 0 ? nil : NetworkInterface.name(of: socket.interface))
    if let timer = socket.timer {
      var member = JSONObject()
      member.add("name", timer.name)
      member.add("seconds", json: JSONReporter.seconds(Double(timer.milliseconds) / 1000))
      member.add("expirations", number: timer.expirations)
      object.add("timer", json: member.rendered)
    }
    if let memory = socket.memory { object.add("memory", json: json(memory)) }
    if !socket.options.isEmpty {
      var member = JSONObject()
      for option in socket.options { member.add(option.name, number: option.value) }
      object.add("options", json: member.rendered)
    }
    object.add("congestion-control", socket.congestionControl)
    if let tcp = socket.tcp {
      var member = JSONObject()
      for (field, value) in tcp.values { member.add(field.name, number: value) }
      object.add("tcp", json: member.rendered)
    }
  }

  private static func json(_ memory: ListedSocket.Memory) -> String {
    var member = JSONObject()
    member.add("receive-used", number: memory.receiveUsed)
    member.add("receive-buffer", number: memory.receiveBuffer)
    member.add("send-used", number: memory.sendUsed)
    member.add("send-buffer", number: memory.sendBuffer)
    member.add("dropped", number: memory.drops)
    return member.rendered
  }

  private static func processes(_ owners: [SocketOwner]) -> String {
    let objects = owners.map { owner in
      var member = JSONObject()
      member.add("name", owner.name)
      member.add("pid", number: owner.processID)
      member.add("descriptor", number: owner.descriptor)
      return member.rendered
    }
    return "[" + objects.joined(separator: ",") + "]"
  }
}
