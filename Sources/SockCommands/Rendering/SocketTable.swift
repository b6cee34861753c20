import Glibc
import Operations
import Sockets

/// The output of `sock list` as text.
enum SocketTable {
  /// A line for each socket, below a heading.
  ///
  /// - Parameters:
  ///   - isVerbose: whether a second line shows everything else.
  ///   - columns: the width of the terminal, if it goes to one.
  static func text(_ listing: SocketListing, isVerbose: Bool, columns: Int?) -> String {
    var table = Table(heading: heading)
    var users = UserNames()
    for entry in listing.entries { table.add(cells(entry, &users)) }
    guard isVerbose else { return table.rendered(within: columns, leavingOut: [7, 6, 3, 2], readable: 12) }
    let lines = table.rendered.split(separator: "\n", omittingEmptySubsequences: false)
    var text = (lines.first ?? "") + "\n"
    for (line, entry) in zip(lines.dropFirst(), listing.entries) {
      text += line + "\n"
      for detail in SocketDetails.lines(entry) { text += "    " + detail + "\n" }
    }
    return String(text)
  }

  private static let heading = [
    "TRANSPORT", "STATE", "RECV-Q", "SEND-Q", "LOCAL", "PEER", "USER", "TIMER", "PROCESS",
  ]

  private static func cells(_ entry: SocketListing.Entry, _ users: inout UserNames) -> [String] {
    let socket = entry.socket
    return [
      socket.kind.rawValue, socket.state, count(socket.receiveQueue), count(socket.sendQueue), local(socket),
      peer(entry), socket.user.map { users.name(of: $0) } ?? "-", timer(socket) ?? "-", processes(entry.owners),
    ]
  }

  /// What a watch reports: `opened tcp established 127.0.0.1:1100 127.0.0.1:40000 nginx (pid 812)`.
  static func line(_ change: SocketWatch.Change) -> String {
    let (word, entry) = parts(of: change)
    let socket = entry.socket
    let state = word == "closed" ? "" : " " + socket.state
    return "\(word) \(socket.kind.rawValue)\(state) \(local(socket)) \(peer(entry)) \(processes(entry.owners))\n"
  }

  /// The word for a change, and the socket.
  static func parts(of change: SocketWatch.Change) -> (String, SocketListing.Entry) {
    switch change {
    case .opened(let entry): ("opened", entry)
    case .closed(let entry): ("closed", entry)
    case .changed(let entry): ("changed", entry)
    }
  }

  private static func count(_ number: Int?) -> String { number.map { "\($0)" } ?? "-" }

  /// The local address.
  static func local(_ socket: ListedSocket) -> String { socket.localText.map(TextReporter.printable) ?? "-" }

  /// The peer's address, or for a Unix socket without a name the process at the other end.
  static func peer(_ entry: SocketListing.Entry) -> String {
    guard let peer = entry.peer else { return "-" }
    if case .unix(.unnamed) = peer.contents, let owner = entry.peerOwners.first {
      return TextReporter.printable("\(owner)")
    }
    return TextReporter.printable("\(peer)")
  }

  /// `nginx (pid 812), nginx (pid 813)`; a process that has it open several times is named once.
  private static func processes(_ owners: [SocketOwner]) -> String {
    var names: [String] = []
    for owner in owners where names.last != "\(owner)" { names.append("\(owner)") }
    return names.isEmpty ? "-" : TextReporter.printable(names.joined(separator: ", "))
  }

  /// `keepalive 12.5 s`; nil if none is running.
  static func timer(_ socket: ListedSocket) -> String? {
    socket.timer.map { timer in
      "\(timer.name) \(timer.milliseconds / 1000).\(timer.milliseconds / 100 % 10) s"
        + (timer.expirations > 0 ? ", \(timer.expirations) times" : "")
    }
  }
}

/// The names of users, each looked up once.
struct UserNames {
  private var known: [UInt32: String] = [:]

  /// The name of a user, or the number if it has none.
  mutating func name(of number: UInt32) -> String {
    if let name = known[number] { return name }
    let name = getpwuid(number).map { String(cString: $0.pointee.pw_name) } ?? "\(number)"
    known[number] = name
    return name
  }
}
