import SocketLoop
import Sockets

extension Call {
  /// Waiting for several sockets.
  static let readiness: [Call] = [
    Call(
      "poll", "SOCKET:EVENTS… [TIME]",
      "waits for events: poll c:in s:in,out 500ms; events are in, out, pri, rdhup, or C names: "
        + "POLLIN|POLLRDNORM"
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
            .number(count), values: [.list(texts.map { .text($0) })],
            text: ([String(count)] + texts).joined(separator: " "))
        }
        _ = try await Readiness.wait(wanted.entries.map { ($0.socket.number, $0.events) }, until: deadline)
      }
    },
    Call(
      "select", "SOCKET:SET… [TIME]", "waits like poll, with the sets r, w and e: select c:r s:r,w 500ms"
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
          return CallResult(
            .number(count), values: [.list(texts.map { .text($0) })],
            text: ([String(count)] + texts).joined(separator: " "))
        }
        _ = try await Readiness.wait(wanted.entries.map { ($0.socket.number, $0.events) }, until: deadline)
      }
    },
  ]
}

@LoopActor
extension Invocation {
  /// A socket and the events to wait for.
  struct Watched {
    var name: String
    var socket: ShellSocket
    var events: PollEvents
  }

  /// `c:in s:in,out 500ms`: the sockets with their events, and the timeout at the end.
  ///
  /// - Parameters:
  ///   - others: alternative names.
  ///   - takesConstants: whether the C names of `poll` are taken, too.
  fileprivate func watched(
    _ names: [String: PollEvents], or others: [String: String] = [:], takesConstants: Bool = false
  ) throws(CallFailure) -> (entries: [Watched], time: Duration?) {
    var entries: [Watched] = []
    for index in 0..<count {
      let word = try word(index)
      guard let colon = word.lastIndex(of: ":") else {
        guard index == count - 1, index > 0 else {
          throw misuse(
            "'\(word)' names no events: write SOCKET:\(names.keys.sorted().joined(separator: ","))", at: index)
        }
        return (entries, try duration(index))
      }
      let name = String(word[..<colon])
      guard case .socket(let socket)? = interpreter.value(of: name) else {
        throw misuse("'\(name)' is no socket", at: index)
      }
      var events: PollEvents = []
      for part in word[word.index(after: colon)...].split(whereSeparator: { $0 == "," || $0 == "|" }) {
        let name = part.lowercased()
        guard let event = names[others[name] ?? name] ?? (takesConstants ? try? PollEvents(named: name) : nil) else {
          throw misuse("'\(part)' is no event: there are \(names.keys.sorted().joined(separator: ", "))", at: index)
        }
        events.formUnion(event)
      }
      entries.append(Watched(name: name, socket: socket, events: events))
    }
    return (entries, nil)
  }
}
