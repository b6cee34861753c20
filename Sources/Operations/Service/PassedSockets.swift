import Glibc
import SocketLoop
import Sockets

/// The sockets that a service manager has opened for this process: systemd as sd_listen_fds(3) describes, inetd(8) as
/// standard input.
package enum PassedSockets {
  private struct Passed {
    let number: CInt
    let name: String
  }

  /// What `LISTEN_FDS` announces. The variables are removed, since they are about this process alone.
  private static let all: Result<[Passed], OperationError> = {
    let variables = ["LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"]
    defer { for variable in variables { Environment.remove(variable) } }
    guard let count = Environment.value(of: variables[0]) else { return .success([]) }
    guard let process = Environment.value(of: variables[1]), process == "\(getpid())" else {
      return .failure(
        OperationError(
          .usage,
          "systemd: LISTEN_PID is \(Environment.value(of: variables[1]) ?? "not set"), and this process is \(getpid()):"
            + " the sockets were passed to another one"))
    }
    guard let count = Int(count), (0...1024).contains(count) else {
      return .failure(OperationError(.usage, "systemd: LISTEN_FDS is '\(count)', which is no number of sockets"))
    }
    let names = (Environment.value(of: variables[2]) ?? "").split(separator: ":", omittingEmptySubsequences: false)
    return .success(
      (0..<count).map { Passed(number: CInt(3 + $0), name: $0 < names.count ? String(names[$0]) : "unknown") })
  }()

  /// The descriptors of those with a name, or of all.
  static func numbers(named name: String?) throws(OperationError) -> [CInt] {
    let all = try all.get()
    guard !all.isEmpty else {
      throw OperationError(
        .usage,
        "systemd: has passed no socket: start sock by a .socket unit, or try it with systemd-socket-activate(1)")
    }
    let wanted = all.filter { name == nil || $0.name == name }
    guard !wanted.isEmpty else {
      throw OperationError(
        .usage, "systemd:\(name ?? ""): no socket has that name: there is \(all.map(\.name).joined(separator: ", "))")
    }
    return wanted.map(\.number)
  }

  // MARK: - inetd

  /// The socket that standard input was, after ``takeStandardInput()``: one that listens, or a connection.
  package static var ofStandardInput: CInt? { try? inetd.get().number }

  /// Whether what is written to standard output would have gone to that socket.
  static var replacesOutput: Bool { (try? inetd.get().replacesOutput) ?? false }

  /// Moves the socket of `--inetd` away from standard input, and from standard output and error where inetd has put it
  /// there as well: a peer must see neither events nor errors. They are `/dev/null` then.
  package static func takeStandardInput() throws(OperationError) { _ = try inetd.get() }

  private static let inetd: Result<(number: CInt, replacesOutput: Bool), OperationError> = {
    guard let own = FileSystem.status(of: .standardInput), own.st_mode & S_IFMT == S_IFSOCK else {
      return .failure(
        OperationError(
          .usage, "--inetd: standard input is no socket: it is for inetd(8), and units with StandardInput=socket"))
    }
    func isSame(_ descriptor: Descriptor) -> Bool {
      FileSystem.status(of: descriptor).map { $0.st_dev == own.st_dev && $0.st_ino == own.st_ino } ?? false
    }
    let replacesOutput = isSame(.standardOutput)
    let same = [Descriptor.standardOutput, .standardError].filter(isSame)
    do throws(SystemError) {
      let null = try OwnedDescriptor.open("/dev/null", O_RDWR)
      let socket = try Descriptor.standardInput.duplicate()
      for descriptor in [.standardInput] + same { try descriptor.become(null.borrowed) }
      return .success((socket.release(), replacesOutput))
    } catch {
      return .failure(OperationError(.system, "--inetd: \(error)", errorNumber: error.number))
    }
  }()
}
