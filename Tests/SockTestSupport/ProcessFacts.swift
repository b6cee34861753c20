import Glibc

/// What /proc says about a running process.
extension RunningProcess {
  /// Its peak resident memory in bytes.
  ///
  /// Read while it runs: afterwards it is gone, and the figure of wait4(2) includes the memory of the test process that
  /// spawned it.
  package func peakResidentBytes() throws -> Int { try bytes("VmHWM:") }

  /// Its resident memory in bytes.
  package func residentBytes() throws -> Int { try bytes("VmRSS:") }

  private func bytes(_ name: String) throws -> Int {
    for line in String(decoding: try readFile("/proc/\(identifier)/status"), as: UTF8.self).split(separator: "\n")
    where line.hasPrefix(name) {
      return (Int(line.split(separator: " ")[1].filter(\.isNumber)) ?? 0) * 1024
    }
    throw TestFailure("no \(name) for \(commandLine): it has ended")
  }

  /// The CPU time it has used so far.
  package func processorTime() throws -> Duration {
    let text = String(decoding: try readFile("/proc/\(identifier)/stat"), as: UTF8.self)
    guard let afterName = text.lastIndex(of: ")") else { throw TestFailure("no times for \(commandLine)") }
    let fields = text[text.index(after: afterName)...].split(separator: " ")
    let ticks = (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0)
    return .milliseconds(ticks * 1000 / sysconf(CInt(_SC_CLK_TCK)))
  }

  /// Its voluntary context switches, in which even a quick polling loop shows up.
  package func voluntarySwitches() throws -> Int {
    for line in String(decoding: try readFile("/proc/\(identifier)/status"), as: UTF8.self).split(separator: "\n")
    where line.hasPrefix("voluntary_ctxt_switches:") {
      return Int(line.split(separator: "\t")[1].filter(\.isNumber)) ?? 0
    }
    throw TestFailure("no context switches for \(commandLine): it has ended")
  }

  /// Waits until it sleeps in the kernel, with nothing left to do.
  package func waitUntilIdle(within limit: Duration = .seconds(10)) throws {
    var before = -1
    try eventually("\(commandLine) is idle", within: limit, every: .milliseconds(50)) {
      let now = try voluntarySwitches()
      defer { before = now }
      return now == before
    }
  }
}

/// Reads a whole small file; files in /proc have no length.
package func readFile(_ path: String) throws -> [UInt8] {
  let file = try Descriptor.open(path, O_RDONLY)
  var bytes: [UInt8] = []
  while let more = try file.read() { bytes += more }
  return bytes
}

/// Writes a whole file.
package func writeFile(_ path: String, _ bytes: [UInt8]) throws {
  try Descriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC, permissions: 0o644).write(bytes)
}

/// Polls a condition outside this process until it holds.
package func eventually(
  _ wanted: String, within limit: Duration = .seconds(30), every pause: Duration = .milliseconds(5),
  _ holds: () throws -> Bool
) throws {
  let deadline = ContinuousClock.now + limit
  while try !holds() {
    guard ContinuousClock.now < deadline else { throw TestFailure("not within \(limit): \(wanted)") }
    usleep(UInt32(pause / .microseconds(1)))
  }
}
