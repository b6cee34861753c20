import Operations

// Options of servers.
extension OptionUse {
  /// Whether `--group` is about users: multicast groups are addresses, with dots or colons.
  var isGroupOfUsers: Bool {
    option === Option.group && text?.isEmpty == false && text?.utf8.contains { ".:@,".utf8.contains($0) } == false
  }
}

extension ParsedArguments {
  /// Whether multicast groups are joined.
  var joinsGroups: Bool { uses.contains { $0.option === Option.group && !$0.isGroupOfUsers } }
}
