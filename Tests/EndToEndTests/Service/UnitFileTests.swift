import Glibc
import SockTestSupport
import Testing

/// The example units of systemd.
@Suite(.endToEnd) struct UnitFileTests {
  private static let units = [
    "sock-echo.socket", "sock-echo.service", "sock-relay.service", "sock-upper.socket", "sock-upper@.service",
  ]

  @Test(
    "systemd-analyze finds nothing wrong with them",
    .enabled(if: access("/usr/bin/systemd-analyze", X_OK) == 0, "systemd-analyze"))
  func verified() throws {
    let directory = try TemporaryDirectory()
    for unit in Self.units {
      let text = String(decoding: try readFile("Examples/systemd/" + unit), as: UTF8.self)
      // It looks for the program, which is not installed here.
      try writeFile(directory(unit), Array(text.replacing("/usr/bin/sock", with: Sock.binary).utf8))
    }
    let process = try RunningProcess("systemd-analyze", ["verify", "--man=no"] + Self.units.map { directory($0) })
    let outcome = try Sock.outcome(of: process)
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome)")
  }
}
