import Glibc
import Sockets

/// `--user`, `--group`, `--chroot`: whom a server becomes once it is bound, and where.
struct Privileges: Sendable {
  private var user: UInt32?
  private var group: UInt32?
  private var supplementaryGroups: [UInt32] = []
  private let root: String?

  /// Looks up the names, while those who know them can still be asked.
  ///
  /// - Returns: nil if nothing is to change.
  /// - Throws: if a name is unknown, or if we may not change anything.
  init?(_ settings: ServiceSettings) throws(OperationError) {
    guard settings.user != nil || settings.group != nil || settings.root != nil else { return nil }
    root = settings.root
    if let root { try Self.check(root: root) }
    if let name = settings.group {
      guard let number = Self.number(name) ?? getgrnam(name)?.pointee.gr_gid else {
        throw OperationError(.usage, "--group \(name): there is no such group: write a group's name or number")
      }
      group = number
    }
    if let name = settings.user { try become(user: name) }
    if user ?? geteuid() == geteuid(), group ?? getegid() == getegid(), root == nil { return nil }
    guard geteuid() == 0 else {
      throw OperationError(
        .notPermitted, "--user, --group and --chroot need root: start sock as root, or leave them out")
    }
  }

  private static func check(root: String) throws(OperationError) {
    guard let status = FileSystem.status(of: root.utf8CString.map { $0 }, followsLink: true) else {
      throw OperationError(.usage, "--chroot \(root): there is no such directory")
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw OperationError(.usage, "--chroot \(root): it is no directory")
    }
  }

  private mutating func become(user name: String) throws(OperationError) {
    let number = Self.number(name)
    let entry = number.map { getpwuid($0) } ?? getpwnam(name)
    guard let identifier = entry?.pointee.pw_uid ?? number else {
      throw OperationError(.usage, "--user \(name): there is no such user: write a user's name or number")
    }
    user = identifier
    guard let entry else {
      // Nobody knows the groups of a number without a name.
      guard group != nil else {
        throw OperationError(.usage, "--user \(name): nothing is known of that user's group: add --group")
      }
      return
    }
    let group = group ?? entry.pointee.pw_gid
    self.group = group
    supplementaryGroups = Self.groups(of: entry.pointee.pw_name, group)
  }

  private static func groups(of name: UnsafePointer<CChar>, _ group: UInt32) -> [UInt32] {
    var count: CInt = 64
    while count < 65_536 {
      var groups = [UInt32](repeating: 0, count: Int(count))
      if getgrouplist(name, group, &groups, &count) >= 0 { return Array(groups.prefix(Int(count))) }
      count = max(count, CInt(groups.count * 2))
    }
    return [group]
  }

  /// A user's or group's number. The highest one stands for no user in the calls of the kernel.
  private static func number(_ text: String) -> UInt32? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      return nil
    }
    return UInt32(text).flatMap { $0 == .max ? nil : $0 }
  }

  /// Gives up what was there before, for good: first the root directory, for which root is needed, and the user last.
  func drop() throws(OperationError) {
    do throws(SystemError) {
      if let root { try ProcessIdentity.enter(root: root) }
      if let group {
        try ProcessIdentity.become(groups: supplementaryGroups)
        try ProcessIdentity.become(group: group)
      }
      if let user { try ProcessIdentity.become(user: user) }
    } catch {
      throw OperationError(
        .notPermitted, "cannot give up the privileges of root: \(error)", errorNumber: error.number)
    }
    guard let user, user != 0 else { return }
    // Whoever takes over this process must not become root again.
    let isBack = (try? ProcessIdentity.become(user: 0)) != nil
    guard !isBack, getuid() == user, geteuid() == user, group == nil || getegid() == group else {
      throw OperationError(.internalFault, "the privileges of root could be regained: nothing is served")
    }
  }
}
