import SocketLoop
import Sockets

extension Call {
  /// Waiting for several sockets.
  static let readiness: [Call] = [
    Call(
      "poll", "SOCKET:EVENTS… [TIME]",
      "waits for events: poll c:in s:in,out 500ms; events are in, out, pri, rdhup, or C names: POLLIN|POLLRDNORM; "
        + "$list:in watches every socket of a list; events ready = poll takes the events and the sockets that have some"
    ) { (call: Invocation) async throws(CallFailure) -> CallResult in
      let wanted = try call.watched(
        ["in": .readable, "out": .writable, "pri": .urgent, "rdhup": .peerEnded], takesConstants: true)
      var set = PollSet()
      for entry in wanted.entries { set.add(entry.socket.number, for: entry.events) }
      let deadline = MonotonicTime.after(wanted.time)
      while true {
        let count = try system { () throws(SystemError) in try set.wait(timeout: .zero) }
        if count > 0 || MonotonicTime.now >= deadline {
          let found = wanted.entries.indices.filter { !set.found(at: $0).isEmpty }
          let texts = found.map { "\(wanted.entries[$0].name):\(set.found(at: $0))" }
          return CallResult(
            .number(count),
            values: [.list(texts.map { .text($0) }), wanted.sockets { !set.found(at: $0).isEmpty }],
            text: ([String(count)] + texts).joined(separator: " "))
        }
        _ = try await Readiness.wait(wanted.entries.map { ($0.socket.number, $0.events) }, until: deadline)
      }
    },
    Call(
      "select", "SOCKET:SET… [TIME]",
      "waits like poll, with the sets r, w and e: select c:r $list:r,w 500ms; events r w e = select takes the events and the "
        + "sockets of each set"
    ) { (call: Invocation) async throws(CallFailure) -> CallResult in
      let wanted = try call.watched(
        ["r": .readable, "w": .writable, "e": .urgent], or: ["in": "r", "out": "w", "pri": "e"])
      let conditions: [(PollEvents, SelectSet.Condition, String)] = [
        (.readable, .readable, "r"), (.writable, .writable, "w"), (.urgent, .exceptional, "e"),
      ]
      var set = SelectSet()
      for entry in wanted.entries {
        for (event, condition, _) in conditions where entry.events.contains(event) {
          try system { () throws(SystemError) in try set.insert(entry.socket.number, for: condition) }
        }
      }
      let deadline = MonotonicTime.after(wanted.time)
      while true {
        let count = try system { () throws(SystemError) in try set.wait(timeout: .zero) }
        if count > 0 || MonotonicTime.now >= deadline {
          var texts: [String] = []
          for entry in wanted.entries where count > 0 {
            let found = conditions.filter { set.isReady(entry.socket.number, for: $0.1) }.map(\.2)
            if !found.isEmpty { texts.append("\(entry.name):\(found.joined(separator: ","))") }
          }
          let sets = conditions.map { condition in
            wanted.sockets { count > 0 && set.isReady(wanted.entries[$0].socket.number, for: condition.1) }
          }
          return CallResult(
            .number(count), values: [.list(texts.map { .text($0) })] + sets,
            text: ([String(count)] + texts).joined(separator: " "))
        }
        _ = try await Readiness.wait(wanted.entries.map { ($0.socket.number, $0.events) }, until: deadline)
      }
    },
  ]
}

/// The sockets that `poll` and `select` watch.
struct WatchedSockets {
  /// A socket and the events to wait for.
  struct Entry {
    var name: String
    var socket: ShellSocket
    var events: PollEvents
  }

  var entries: [Entry]
  var time: Duration?

  /// The sockets of some entries, each once, as a list.
  func sockets(_ isWanted: (Int) -> Bool) -> ShellValue {
    var found: [ShellSocket] = []
    for index in entries.indices where isWanted(index) && !found.contains(where: { $0 === entries[index].socket }) {
      found.append(entries[index].socket)
    }
    return .list(found.map { .socket($0) })
  }
}

@LoopActor
extension Invocation {
  /// `c:in s:in,out 500ms`: the sockets with their events, and the timeout at the end.
  ///
  /// - Parameters:
  ///   - others: alternative names.
  ///   - takesConstants: whether the C names of `poll` are taken, too.
  func watched(
    _ names: [String: PollEvents], or others: [String: String] = [:], takesConstants: Bool = false
  ) throws(CallFailure) -> WatchedSockets {
    var entries: [WatchedSockets.Entry] = []
    for index in 0..<count {
      let place = statement.arguments[index].position
      // Not expanded: `$clients:r` stands for every socket of the list.
      var word = ""
      if case .word(let written) = statement.arguments[index].kind { word = written }
      guard let colon = word.lastIndex(of: ":") else {
        let text = try self.word(index)
        guard index == count - 1, index > 0 else {
          throw misuse(
            "'\(text)' names no events: write SOCKET:\(names.keys.sorted().joined(separator: ","))", at: index)
        }
        return WatchedSockets(entries: entries, time: try duration(index))
      }
      var events: PollEvents = []
      for part in word[word.index(after: colon)...].split(whereSeparator: { $0 == "," || $0 == "|" }) {
        let name = part.lowercased()
        guard let event = names[others[name] ?? name] ?? (takesConstants ? try? PollEvents(named: name) : nil) else {
          throw misuse("'\(part)' is no event: there are \(names.keys.sorted().joined(separator: ", "))", at: index)
        }
        events.formUnion(event)
      }
      for (name, socket) in try watchedSockets(String(word[..<colon]), at: place) {
        entries.append(WatchedSockets.Entry(name: name, socket: socket, events: events))
      }
    }
    return WatchedSockets(entries: entries)
  }

  /// `c`, or `$clients` for all the sockets of a list, which are called by their descriptors.
  private func watchedSockets(
    _ text: String, at position: Position
  ) throws(CallFailure) -> [(name: String, socket: ShellSocket)] {
    guard let values = try values(of: text, at: position) else {
      guard case .socket(let socket)? = interpreter.value(of: text) else {
        throw misuse("'\(text)' is no socket", at: position)
      }
      return [(text, socket)]
    }
    var sockets: [(String, ShellSocket)] = []
    for value in values {
      guard case .socket(let socket) = value else {
        throw misuse("'\(text)' holds \(value.kindName), but sockets are expected", at: position)
      }
      sockets.append(("\(socket.number)", socket))
    }
    return sockets
  }
}
