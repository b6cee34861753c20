import Glibc

/// Running a program with fewer privileges.
enum Privileges {
  /// `setpriv` needs root to drop privileges, and the tests need root for that to mean anything.
  static let isRoot = getuid() == 0
  /// Arguments of `setpriv`: no capabilities.
  static let dropped = ["--bounding-set=-all", "--inh-caps=-all"]
  /// A prefix that runs a command as the user nobody.
  static let nobody = "setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all --inh-caps -all "
}
