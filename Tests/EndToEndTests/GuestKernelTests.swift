import Glibc
import SockTestSupport
import Testing

/// Families that this machine's kernel may lack, in a kernel that has them: see scripts/guest-run.
@Suite("Another kernel", .heavy)
struct GuestKernelTests {
  static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
  static let programs: [String] = ["/usr/bin/linux.uml", "/usr/bin/busybox", "/usr/bin/socat", "/usr/bin/ncat"]
  static let hasGuest = programs.allSatisfy { path in access(path, X_OK) == 0 }

  @Test(
    "carries data over every transport",
    .enabled(if: hasGuest, "user-mode-linux, busybox, socat or ncat is missing: scripts/install-dependencies test"))
  func transports() throws {
    let sock = try #require(realpath(Sock.binary, nil).map { String(cString: $0) })
    let process = try RunningProcess(
      Self.root + "/scripts/guest-run", ["-t", "150", Self.root + "/scripts/guest-transports", sock])
    let ending = try process.wait(within: .seconds(170))
    let lines = String(decoding: process.output?.bytes ?? [], as: UTF8.self).split(separator: "\n")
    #expect(ending.status == 0)
    #expect(lines.count == 32, "\(lines)")
    for line in lines { #expect(line.hasPrefix("ok "), "\(line)") }
  }
}
