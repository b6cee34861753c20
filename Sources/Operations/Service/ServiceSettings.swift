/// How a server behaves towards the system that runs it.
package struct ServiceSettings: Sendable {
  /// `--grace`: how long connections may go on after SIGTERM.
  package var grace = Duration.seconds(5)
  /// `--pidfile`: the file that holds our process ID; nil for none.
  package var pidFile: String?
  /// `--user`: whose rights it has once it is bound, by name or number; nil for ours.
  package var user: String?
  /// `--group`: the same for the group.
  package var group: String?
  /// `--chroot`: the directory that it takes for the root directory then; nil for ours.
  package var root: String?

  /// The defaults.
  package init() {}
}
