import Glibc

/// The program under test, as built.
package enum Sock {
  /// Its path: `SOCK_BINARY`, or next to the test bundle.
  package static let binary: String = {
    if let path = getenv("SOCK_BINARY") { return String(cString: path) }
    let bundle = CommandLine.arguments[0]
    let folder = bundle.contains("/") ? String(bundle[..<(bundle.lastIndex(of: "/") ?? bundle.startIndex)]) : "."
    let beside = folder + "/sock"
    return access(beside, X_OK) == 0 ? beside : ".build/debug/sock"
  }()

  /// What a run left behind.
  package struct Outcome: Sendable, CustomStringConvertible {
    package let status: CInt
    package let output: [UInt8]
    package let errors: String
    package let seconds: Double

    package var text: String { String(decoding: output, as: UTF8.self) }
    package var lines: [String] { text.split(separator: "\n").map(String.init) }
    package var errorLines: [String] { errors.split(separator: "\n").map(String.init) }
    package var description: String { "status \(status), stdout \(describe(output)), stderr '\(errors)'" }
  }

  /// Runs it and waits until it ends.
  package static func run(
    _ arguments: [String], rawArguments: [[UInt8]] = [], input: RunningProcess.Input = .null,
    environment: [String: String] = [:], descriptors: [CInt: Descriptor] = [:], within limit: Duration = .seconds(30)
  ) throws -> Outcome {
    let started = ContinuousClock.now
    let process = try RunningProcess(
      binary, arguments, rawArguments: rawArguments, input: input, environment: environment, descriptors: descriptors)
    return try outcome(of: process, started: started, within: limit)
  }

  /// Starts it.
  package static func start(
    _ arguments: [String], input: RunningProcess.Input = .null, output: RunningProcess.Output = .collected,
    errors: RunningProcess.Output = .collected, descriptors: [CInt: Descriptor] = [:]
  ) throws -> RunningProcess {
    try RunningProcess(
      binary, arguments, input: input, output: output, errors: errors, descriptors: descriptors)
  }

  /// Waits until a process ends whose outputs are collected.
  package static func outcome(
    of process: RunningProcess, started: ContinuousClock.Instant = .now, within limit: Duration = .seconds(30)
  ) throws -> Outcome {
    let ending = try process.wait(within: limit)
    let seconds = (ContinuousClock.now - started) / .seconds(1)
    return Outcome(
      status: ending.status, output: try process.output?.all() ?? [],
      errors: String(decoding: try process.errors?.all() ?? [], as: UTF8.self), seconds: seconds)
  }

  /// Runs a shell script in its own namespaces, where `$SOCK` is the program; needs root.
  ///
  /// The network and mount namespaces confine what the script changes. The process namespace ends everything the script
  /// started along with it. `$TMP` is a file for it to use.
  package static func inNamespace(
    _ script: String, input: RunningProcess.Input = .null, within limit: Duration = .seconds(30)
  ) throws -> Outcome {
    let started = ContinuousClock.now
    let directory = try TemporaryDirectory()
    let process = try RunningProcess(
      "unshare", namespaces + ["sh", "-e", "-c", "ip link set lo up\n" + script], input: input,
      environment: ["SOCK": binary, "TMP": directory("file")])
    return try outcome(of: process, started: started, within: limit)
  }

  private static let namespaces = ["-n", "-m", "-p", "--fork", "--kill-child", "--mount-proc"]

  /// Whether this machine lets us create namespaces.
  package static let canMakeNamespaces: Bool = {
    guard let process = try? RunningProcess("unshare", namespaces + ["ip", "link", "set", "lo", "up"]) else {
      return false
    }
    return (try? process.wait().status) == 0
  }()
}
