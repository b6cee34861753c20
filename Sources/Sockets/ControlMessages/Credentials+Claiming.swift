import Glibc

extension Credentials {
  /// The credentials of this process: its process ID, effective user and effective group.
  ///
  /// Calls `getpid(2)`, `geteuid(2)` and `getegid(2)`.
  public static var own: Credentials { Credentials(processID: getpid(), userID: geteuid(), groupID: getegid()) }

  /// Parses credentials to claim, `pid=N,uid=N,gid=N`; omitted parts are those of this process. Returns nil for any
  /// other form.
  public init?(claim text: String) {
    var claim: [Substring: UInt32] = [:]
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", maxSplits: 1)
      guard sides.count == 2, ["pid", "uid", "gid"].contains(sides[0]), claim[sides[0]] == nil,
        sides[1].utf8.first != UInt8(ascii: "+"), let number = UInt32(sides[1])
      else { return nil }
      claim[sides[0]] = number
    }
    let own = Credentials.own
    guard let process = claim["pid"].map({ CInt(exactly: $0) }) ?? own.processID, process > 0 else { return nil }
    self.init(processID: process, userID: claim["uid"] ?? own.userID, groupID: claim["gid"] ?? own.groupID)
  }

  /// The capabilities required to send these in `SCM_CREDENTIALS`; none for this process's own.
  ///
  /// Calls `getpid(2)`, `getuid(2)`, `geteuid(2)`, `getgid(2)` and `getegid(2)`.
  public var capabilities: [String] {
    var capabilities: [String] = []
    if processID != getpid() { capabilities.append("CAP_SYS_ADMIN") }
    if ![getuid(), geteuid()].contains(userID) { capabilities.append("CAP_SETUID") }
    if ![getgid(), getegid()].contains(groupID) { capabilities.append("CAP_SETGID") }
    return capabilities
  }
}
