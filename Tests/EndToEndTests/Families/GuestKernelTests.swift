import Glibc
import SockTestSupport
import Testing

/// Families that this machine's kernel may lack, in a guest kernel that has them: see scripts/guest-run.
@Suite(.heavy, .serialized)
struct GuestKernelTests {
  static let programs: [String] = ["/usr/bin/linux.uml", "/usr/bin/busybox", "/usr/bin/socat", "/usr/bin/ncat"]
  static let hasGuest = programs.allSatisfy { path in access(path, X_OK) == 0 }

  @Test(
    "Another kernel carries data over every transport, with what each protocol reports",
    .enabled(if: hasGuest, "user-mode-linux, busybox, socat or ncat is missing: scripts/install-dependencies test"),
    arguments: [("guest-transports", 50), ("guest-messages", 17)])
  func transports(_ name: String, _ count: Int) throws {
    let sock = try #require(realpath(Sock.binary, nil).map { String(cString: $0) })
    let (ending, lines) = try run([projectRoot + "scripts/" + name, sock])
    #expect(ending.status == 0)
    #expect(lines.count == count, "\(lines)")
    for line in lines { #expect(line.hasPrefix("ok "), "\(line)") }
  }

  @Test(
    "Another kernel has every socket option as in the catalogue",
    .enabled(if: hasGuest, "user-mode-linux or busybox is missing: scripts/install-dependencies test"))
  func options() throws {
    // The same tests that query this kernel, run again in the guest from this very test binary.
    let (ending, lines) = try run([
      "sh", "-c", "exec \"$@\" 2>&1", "sh", Self.tests, "--testing-library", "swift-testing", "--filter",
      "OptionsOnTheKernelTests",
    ])
    #expect(ending.status == 0, "\(lines.filter { $0.contains("✘") || $0.contains("↳") }.joined(separator: "\n"))")
    #expect(lines.contains { $0.contains("Test run with 6 tests") }, "\(lines)")
    #expect(!lines.contains { $0.contains("skipped") }, "\(lines)")
  }

  /// The test binary.
  static let tests = realpath("/proc/self/exe", nil).map { String(cString: $0) } ?? ""

  private func run(_ command: [String]) throws -> (RunningProcess.Ending, lines: [Substring]) {
    let process = try RunningProcess(projectRoot + "scripts/guest-run", ["-t", "300"] + command)
    let ending = try process.wait(within: .seconds(320))
    return (ending, String(decoding: process.output?.bytes ?? [], as: UTF8.self).split(separator: "\n"))
  }
}
