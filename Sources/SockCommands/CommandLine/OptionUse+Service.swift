import Glibc
import Operations
import Sockets

// Options of servers.
extension OptionUse {
  /// Whether `--group` is about users: multicast groups are addresses, with dots or colons.
  var isGroupOfUsers: Bool {
    option === Option.group && text?.isEmpty == false && text?.utf8.contains { ".:@,".utf8.contains($0) } == false
  }
}

extension OptionUse {
  /// How many processes serve.
  func workers() throws(OperationError) -> Int {
    guard text != "auto" else { return max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN))) }
    guard let text, let number = try? Int(parsingSize: text), (1...1024).contains(number) else {
      throw .usage("\(self) '\(text ?? "")' is no number of processes: write 1 to 1024, or auto")
    }
    return number
  }
}

extension ParsedArguments {
  /// Refuses `--workers` where there is one peer, or where each would have something of its own that has to be the same.
  func checkWorkers(_ options: ConnectionOptions, servesMany: Bool) throws(OperationError) {
    guard has(.workers) else { return }
    if !servesMany { throw .usage("\(Option.workers) is for a server of many: add \(Option.keepOpen)") }
    if joinsGroups { throw .usage("\(Option.workers): each would receive what is sent to a group: give one process") }
    if options.tls != nil, !has(.tlsCert) {
      throw .usage("\(Option.workers): each would make a certificate of its own: add \(Option.tlsCert)")
    }
  }

  /// Refuses a grace where nothing goes on after SIGTERM.
  func checkGrace(_ options: ConnectionOptions, servesMany: Bool) throws(OperationError) {
    guard has(.grace), options.service.grace > .zero, !servesMany else { return }
    throw .usage(
      "\(Option.grace) is for a server of many, since a single connection ends at once: add \(Option.keepOpen)")
  }

  /// Whether multicast groups are joined.
  var joinsGroups: Bool { uses.contains { $0.option === Option.group && !$0.isGroupOfUsers } }
}
