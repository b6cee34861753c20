import SockTestSupport
import Sockets
import Testing

/// The capabilities that the catalogue says an option requires, asked of this kernel.
@Suite(.endToEnd) struct OptionPrivilegeTests {
  /// Runs lines of the shell with these capabilities only, as a user who has no others.
  private func shell(_ capabilities: [String], _ lines: [String]) throws -> [String] {
    let added = capabilities.map { ",+" + $0.dropFirst("CAP_".count).lowercased() }.joined()
    var words = ["--reuid=65534", "--regid=65534", "--clear-groups"]
    words += ["bounding-set", "inh-caps", "ambient-caps"].map { "--\($0)=-all\(added)" }
    let process = try RunningProcess(
      "setpriv", words + [Sock.binary, "shell"], input: .text(lines.joined(separator: "\n") + "\n"), output: .collected,
      errors: .collected)
    let outcome = try Sock.outcome(of: process)
    #expect(outcome.status == 0, "\(outcome)")
    return outcome.lines
  }

  private static let destinationOptions = "x\"00000104 00000000\""
  /// An option, a socket that has it, and a value that takes the privilege.
  static let cases = [
    ("SO_DEBUG", "inet dgram", "on"), ("SO_MARK", "inet dgram", "7"), ("SO_PRIORITY", "inet dgram", "7"),
    ("SO_PREFER_BUSY_POLL", "inet dgram", "on"), ("SO_BUSY_POLL_BUDGET", "inet dgram", "1000"),
    ("SO_RCVBUFFORCE", "inet dgram", "1M"), ("SO_SNDBUFFORCE", "inet dgram", "1M"),
    ("SO_TXTIME", "inet dgram", "clock=tai"), ("IP_TRANSPARENT", "inet dgram", "on"),
    ("IPV6_TRANSPARENT", "inet6 dgram", "on"), ("IPV6_HOPOPTS", "inet6 dgram", destinationOptions),
    ("IPV6_DSTOPTS", "inet6 dgram", destinationOptions), ("IPV6_RTHDRDSTOPTS", "inet6 dgram", destinationOptions),
    ("IPV6_JOIN_ANYCAST", "inet6 dgram", "x\"20010db8000000000000000000000001 01000000\""),
    ("TCP_REPAIR", "inet stream", "1"),
  ]

  @Test(
    "An option that requires a capability is refused without it, and not for lack of it with any one that is named",
    .enabled(if: Privileges.isRoot, "needs root, to drop privileges"), arguments: cases)
  func requirementsHold(_ name: String, _ socket: String, _ value: String) throws {
    let requirement = try #require(SocketOption.named(name)?.requirement, "\(name) has no requirement")
    let lines = ["s = socket \(socket)", "setsockopt s \(name) \(value)", "print $errno"]
    #expect(["EPERM", "EACCES"].contains(try shell([], lines).last), "\(name) needs nothing")
    for capability in requirement.capabilities {
      let error = try shell([capability], lines).last
      #expect(error != "EPERM" && error != "EACCES", "\(name) is refused with \(capability)")
    }
  }

  @Test(
    "An option without a requirement is not refused for lack of one",
    .enabled(if: Privileges.isRoot, "needs root, to drop privileges"))
  func othersNeedNothing() throws {
    for (socket, kind) in [("inet dgram", SocketType.datagram), ("inet6 dgram", .datagram), ("inet stream", .stream)] {
      let family: AddressFamily = socket.hasPrefix("inet6") ? .ipv6 : .ipv4
      var lines: [String] = []
      var names: [String] = []
      for option in SocketOption.catalogue
      where option.applies(to: family, kind, .automatic) && option.isSettable && option.requirement == nil
        && option.condition == nil
      {
        // A condition may be what the kernel refuses it for.
        names.append(option.name)
        let level = "\(option.level.rawValue) \(option.number)"
        lines += ["s = socket \(socket)", "setsockopt s \(level) x\"01000000\"", "print $errno"]
      }
      let errors = try shell([], ["set -q"] + lines)
      #expect(errors.count == names.count)
      for (name, error) in zip(names, errors) {
        #expect(error != "EPERM", "\(socket): \(name)")
      }
    }
  }
}
