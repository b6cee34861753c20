import SocketLoop
import Sockets

extension Call {
  /// Waiting for several sockets.
  static let readiness: [Call] = [
    Call(
      "poll", "SOCKET:EVENTS… [TIME]",
      "waits for events: poll c:in s:in,out 500ms; events are in, out, pri, rdhup, or C names: POLLIN|POLLRDNORM; "
        + "$list:in watches every socket of a list; events ready = poll takes the events and the sockets that have some"
    ) { (call: Invocation) async throws(CallFailure) -> CallResult in try await poll(call, precisely: false) },
    Call(
      "ppoll", "SOCKET:EVENTS… [TIME] [MASK]",
      "waits like poll, to the nanosecond; a signal that MASK does not block ends it with EINTR: ppoll c:in 1s SIGIO, "
        + "0 blocks none"
    ) { (call: Invocation) async throws(CallFailure) -> CallResult in try await poll(call, precisely: true) },
    Call(
      "select", "SOCKET:SET… [TIME]",
      "waits like poll, with the sets r, w and e: select c:r $list:r,w 500ms; events r w e = select takes the events and "
        + "the sockets of each set"
    ) { (call: Invocation) async throws(CallFailure) -> CallResult in try await select(call, precisely: false) },
    Call(
      "pselect", "SOCKET:SET… [TIME] [MASK]", "waits like select, with the time and the MASK of ppoll"
    ) { (call: Invocation) async throws(CallFailure) -> CallResult in try await select(call, precisely: true) },
  ]

  @LoopActor
  private static func poll(_ call: Invocation, precisely: Bool) async throws(CallFailure) -> CallResult {
    let wanted = try call.watched(
      ["in": .readable, "out": .writable, "pri": .urgent, "rdhup": .peerEnded], takesConstants: true,
      takesMask: precisely)
    var set = PollSet()
    for entry in wanted.entries { set.add(entry.socket.number, for: entry.events) }
    return try await wait(wanted) { () throws(SystemError) -> CallResult in
      let count =
        precisely
        ? try set.waitPrecisely(timeout: .zero, blocking: wanted.blocked) : try set.wait(timeout: .zero)
      let found = wanted.entries.indices.filter { !set.found(at: $0).isEmpty }
      return result(
        count, found.map { "\(wanted.entries[$0].name):\(set.found(at: $0))" },
        [wanted.sockets { !set.found(at: $0).isEmpty }])
    }
  }

  @LoopActor
  private static func select(_ call: Invocation, precisely: Bool) async throws(CallFailure) -> CallResult {
    let wanted = try call.watched(
      ["r": .readable, "w": .writable, "e": .urgent], or: ["in": "r", "out": "w", "pri": "e"], takesMask: precisely)
    let conditions: [(PollEvents, SelectSet.Condition, String)] = [
      (.readable, .readable, "r"), (.writable, .writable, "w"), (.urgent, .exceptional, "e"),
    ]
    var set = SelectSet()
    for entry in wanted.entries {
      for (event, condition, _) in conditions where entry.events.contains(event) {
        try system { () throws(SystemError) in try set.insert(entry.socket.number, for: condition) }
      }
    }
    return try await wait(wanted) { () throws(SystemError) -> CallResult in
      let count =
        precisely
        ? try set.waitPrecisely(timeout: .zero, blocking: wanted.blocked) : try set.wait(timeout: .zero)
      var texts: [String] = []
      for entry in wanted.entries where count > 0 {
        let found = conditions.filter { set.isReady(entry.socket.number, for: $0.1) }.map(\.2)
        if !found.isEmpty { texts.append("\(entry.name):\(found.joined(separator: ","))") }
      }
      let sets = conditions.map { condition in
        wanted.sockets { count > 0 && set.isReady(wanted.entries[$0].socket.number, for: condition.1) }
      }
      return result(count, texts, sets)
    }
  }

  /// - Parameter sockets: the lists of sockets to assign after the events.
  private static func result(_ count: Int, _ texts: [String], _ sockets: [ShellValue]) -> CallResult {
    CallResult(
      .number(count), values: [.list(texts.map { .text($0) })] + sockets,
      text: ([String(count)] + texts).joined(separator: " "))
  }

  /// Repeats a call that does not wait until it finds something, the time is over, or a signal comes.
  @LoopActor
  private static func wait(
    _ wanted: WatchedSockets, _ attempt: () throws(SystemError) -> CallResult
  ) async throws(CallFailure) -> CallResult {
    let deadline = MonotonicTime.after(wanted.time)
    let signals = wanted.interrupting
    while true {
      let found = try system(attempt)
      if found.result.number != 0 || MonotonicTime.now >= deadline { return found }
      var descriptors = wanted.entries.map { (descriptor: $0.socket.number, events: $0.events) }
      for signal in signals {
        if try system({ () throws(SystemError) in try ShellSignals.take(signal) }) {
          throw .system(SystemError(call: "ppoll", number: .interrupted))
        }
        descriptors.append(
          (try system { () throws(SystemError) in try ShellSignals.descriptor(of: signal) }, .readable))
      }
      _ = try await Readiness.wait(descriptors, until: deadline)
    }
  }
}

/// The sockets that `poll` and `select` watch.
struct WatchedSockets {
  /// A socket and the events to wait for.
  struct Entry {
    var name: String
    var socket: ShellSocket
    var events: PollEvents
  }

  var entries: [Entry] = []
  var time: Duration?
  /// The signals that the call blocks; nil leaves them as they are, which is blocked.
  var mask: [CInt]?

  /// The mask for the kernel. The signals of sockets stay blocked: the shell takes them from their descriptors.
  var blocked: [CInt]? { mask.map { $0 + ShellSignals.names.map(\.value) } }
  /// The signals that end the call.
  var interrupting: [CInt] {
    guard let mask else { return [] }
    return Set(ShellSignals.names.map(\.value)).subtracting(mask).sorted()
  }

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
  /// `c:in s:in,out 500ms`: the sockets with their events, and at the end the timeout and the signals to block.
  ///
  /// - Parameters:
  ///   - others: alternative names.
  ///   - takesConstants: whether the C names of `poll` are taken, too.
  fileprivate func watched(
    _ names: [String: PollEvents], or others: [String: String] = [:], takesConstants: Bool = false,
    takesMask: Bool = false
  ) throws(CallFailure) -> WatchedSockets {
    var result = WatchedSockets()
    for index in 0..<count {
      let place = statement.arguments[index].position
      // Not expanded: `$clients:r` stands for every socket of the list.
      var word = ""
      if case .word(let written) = statement.arguments[index].kind { word = written }
      guard let colon = word.lastIndex(of: ":") else {
        let text = try self.word(index)
        guard index >= count - (takesMask ? 2 : 1), index > 0 else {
          throw misuse(
            "'\(text)' names no events: write SOCKET:\(names.keys.sorted().joined(separator: ","))", at: index)
        }
        try takeEnd(from: index, into: &result, takesMask: takesMask)
        return result
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
        result.entries.append(WatchedSockets.Entry(name: name, socket: socket, events: events))
      }
    }
    return result
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

  /// The words behind the sockets: a time, then a mask; either may be left out.
  private func takeEnd(from start: Int, into result: inout WatchedSockets, takesMask: Bool) throws(CallFailure) {
    var index = start
    let first = try word(index).uppercased()
    let isMask = takesMask && first.hasPrefix("SIG")
    if !isMask {
      result.time = try duration(index)
      index += 1
    }
    guard takesMask, index < count else { return }
    if index < count - 1 { throw misuse("one word too many behind '\(try word(index))'", at: index + 1) }
    var mask: [CInt] = []
    for part in try word(index).split(separator: "|") where part != "0" {
      guard let number = Constants.value(named: String(part)) ?? Int(part), (1...64).contains(number) else {
        throw misuse("'\(part)' is no signal: write SIGURG|SIGIO, or 0 to block none", at: index)
      }
      mask.append(CInt(number))
    }
    result.mask = mask
  }
}
