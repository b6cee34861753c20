import Glibc
import Sockets

/// The service manager that has started this process, such as systemd: it is told by datagrams what goes on here, as
/// sd_notify(3) describes.
struct ServiceManager: Sendable {
  private let address: SocketAddress
  private let socket: Descriptor
  /// How often it wants to hear that the process is alive; nil for never.
  let watchdogInterval: Duration?

  /// The one whose socket `NOTIFY_SOCKET` names; nil if there is none.
  ///
  /// The variables are removed, since they are not meant for programs that are run for peers. The socket is opened now
  /// and kept: a later change of the root directory or of the user must not cut it off.
  static func ofProcess() -> ServiceManager? {
    let variables = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]
    guard let path = Environment.value(of: variables[0]) else { return nil }
    let microseconds = Environment.value(of: variables[1]).flatMap { Int64($0) } ?? 0
    let isOurs = Environment.value(of: variables[2]).map { $0 == "\(getpid())" } ?? true
    for variable in variables { Environment.remove(variable) }
    return ServiceManager(path, watchdog: isOurs && microseconds > 0 ? .microseconds(microseconds) : nil)
  }

  private init?(_ path: String, watchdog: Duration?) {
    guard path.hasPrefix("/") || path.hasPrefix("@"), let endpoint = try? Endpoint(["unix:" + path], role: .peer),
      case .written(let written) = endpoint.target, let address = try? written.address.socketAddress(),
      let transport = endpoint.transport?.with(type: .datagram),
      let socket = try? Socket.open(transport, family: address.family, mode: .nonBlocking)
    else { return nil }
    self.address = address
    // Connected, so that the path is looked up once. If that fails, each message says why.
    _ = try? socket.connect(to: address)
    self.socket = Descriptor(socket.release())
    watchdogInterval = watchdog
  }

  /// Sends assignments, one a line. Returns why that failed; nil if it did not.
  func tell(_ assignments: [String]) -> SystemError? {
    let bytes = Array(assignments.joined(separator: "\n").utf8)
    do throws(SystemError) {
      try bytes.span.withUnsafeBytes { (buffer) throws(SystemError) in _ = try socket.sendWithoutWaiting(buffer) }
      return nil
    } catch {
      return error.about("to \(address)")
    }
  }
}
