import Glibc
import SockTestSupport
import Testing

/// The benchmark script measures, and rejects a run that lost bytes.
@Suite(.endToEnd, .enabled(if: Sock.canMakeNamespaces, "needs the privilege to create namespaces"))
struct BenchmarkScriptTests {
  private func bench(_ program: String, _ rows: String, _ directory: TemporaryDirectory) throws -> Sock.Outcome {
    try Sock.outcome(
      of: RunningProcess(
        projectRoot + "Benchmarks/bench",
        [
          "--sock", program, "--rows", rows, "--runs", "1", "--size", "1M", "--peers", "none", "--results",
          directory("results.json"),
        ]), within: .seconds(60))
  }

  @Test("Rows are measured, stored and shown")
  func rowsAreMeasured() throws {
    let directory = try TemporaryDirectory()
    let outcome = try bench(Sock.binary, "file-socket,socket-cat,both,relay,datagrams-out", directory)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.lines.filter { $0.hasPrefix("| **sock** | ") }.count == 5, "\(outcome)")
    #expect(outcome.lines.filter { $0.hasPrefix("| C | ") }.count == 5, "\(outcome)")
    let kept = try Sock.outcome(
      of: RunningProcess(
        projectRoot + "Benchmarks/bench", ["--tables", "--results", directory("results.json")]))
    #expect(kept.text.contains("## socket → pipe to cat"), "\(kept)")
  }

  @Test("A program that loses bytes is detected")
  func lossyProgramIsDetected() throws {
    let directory = try TemporaryDirectory()
    let path = directory("loser")
    let file = open(path, O_WRONLY | O_CREAT, 0o755)
    let script =
      "#!/bin/sh\n[ \"$1\" != --version ] || { echo sock 0; exit; }\nhead -c 100000 | \(Sock.binary) \"$@\"\n"
    #expect(script.withCString { write(file, $0, strlen($0)) } == script.utf8.count)
    close(file)
    let outcome = try bench(path, "file-socket", directory)
    #expect(outcome.status == 1, "\(outcome)")
    #expect(outcome.text.contains("sock is left out: sock changed or lost bytes"), "\(outcome)")
  }

  @Test("An unknown row is named, with the list of rows")
  func unknownRowIsNamed() throws {
    let outcome = try bench(Sock.binary, "file-sokcet", TemporaryDirectory())
    #expect(outcome.status == 1)
    #expect(outcome.errors.hasPrefix("bench: no row 'file-sokcet': there are file-socket, "), "\(outcome)")
  }
}
