import Glibc
import Operations
import Testing

@testable import SockCommands

@Suite("The program")
struct ProgramTests {
  @Test(
    "Each cause has its status",
    arguments: [
      (OperationError.Cause.usage, 64), (.malformedData, 65), (.nameNotFound, 68), (.unreachable, 69),
      (.internalFault, 70), (.system, 71), (.cannotCreate, 73), (.connectionLost, 74), (.timedOut, 75),
      (.peerProtocol, 76), (.notPermitted, 77), (.notSupported, 78), (.signal(15), 143), (.signal(2), 130),
      (.outputClosed, 141),
    ] as [(OperationError.Cause, CInt)])
  func statuses(_ cause: OperationError.Cause, _ status: CInt) {
    #expect(ExitStatus.of(cause) == status)
  }

  @Test("Help has an example, and fits its width; -h fits a screen too", arguments: Verb.allCases)
  func help(_ verb: Verb) throws {
    for words in [[verb.rawValue, "--help"], [verb.rawValue, "-h"], ["help", verb.rawValue]] {
      let text = try #require(Help.text(for: words))
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(text.contains("USAGE: sock \(verb.rawValue)") && text.contains("Example: sock \(verb.rawValue)"))
      #expect(text.contains("man sock-\(verb.rawValue)"))
      // The verbs that have most options have more than a hundred.
      #expect(lines.count - 1 <= (words.last == "-h" ? 30 : 160), "\(verb)")
      #expect(lines.allSatisfy { $0.count <= Help.columns })
    }
  }

  @Test("-h shows some options and names --help, which shows all under headings")
  func twoLengths() throws {
    let short = try #require(Help.text(for: ["connect", "-h"]))
    let long = try #require(Help.text(for: ["connect", "--help"]))
    #expect(short.contains("All options: sock connect --help."))
    #expect(short.contains("--timeout") && !short.contains("--sctp-ppid") && long.contains("--sctp-ppid"))
    for heading in ["\nProtocol:\n", "\nTime limits:\n", "\nReports:\n"] {
      #expect(short.contains(heading) && long.contains(heading))
    }
    #expect(
      try #require(Help.text(for: ["send", "--help"], columns: 60)).split(separator: "\n").contains { $0.count > 50 })
  }

  @Test("The overview names every verb; the version is told")
  func overview() throws {
    for verb in Verb.allCases { #expect(Help.overview.contains("  \(verb.rawValue) ")) }
    #expect(try #require(Help.text(for: ["--version"])) == "sock \(Program.version)\n")
    #expect(Help.text(for: ["--help"])?.contains("USAGE: sock VERB") == true)
  }

  @Test("Mistakes end with 64 and two lines on stderr, or one of JSON")
  func mistakes() async throws {
    let text = try await #require(
      processExitsWith: .exitCode(64), observing: [\.standardErrorContent]
    ) {
      exit(Program.run(["connect", "--tiemout", "5", "h", "1"]))
    }
    #expect(
      String(decoding: text.standardErrorContent, as: UTF8.self)
        == "sock: unknown option '--tiemout': did you mean --timeout?\nTry 'sock connect --help'.\n")
    let json = try await #require(processExitsWith: .exitCode(64), observing: [\.standardErrorContent]) {
      exit(Program.run(["connect", "--json", "--tiemout", "5", "h", "1"]))
    }
    let line = String(decoding: json.standardErrorContent, as: UTF8.self)
    #expect(line.hasPrefix("{\"time\":") && line.hasSuffix("\"}\n") && line.contains("\"event\":\"error\""))
  }

  @Test("Without a verb the overview goes to stderr, and the status is 64")
  func nothing() async throws {
    let result = try await #require(processExitsWith: .exitCode(64), observing: [\.standardErrorContent]) {
      exit(Program.run([]))
    }
    #expect(String(decoding: result.standardErrorContent, as: UTF8.self) == Help.overview)
    await #expect(processExitsWith: .exitCode(64)) { exit(Program.run(["help", "nosuch"])) }
    await #expect(processExitsWith: .exitCode(0)) { exit(Program.run(["help"])) }
  }

  @Test("A reader that has gone is 141, a full disk 74, a closed stdout 74")
  func output() async {
    await #expect(processExitsWith: .exitCode(141)) {
      signal(SIGPIPE, SIG_IGN)
      var ends: [CInt] = [0, 0]
      pipe(&ends)
      close(ends[0])
      dup2(ends[1], 1)
      exit(Program.run(["--help"]))
    }
    await #expect(processExitsWith: .exitCode(74)) {
      dup2(open("/dev/full", O_WRONLY), 1)
      exit(Program.run(["families"]))
    }
    await #expect(processExitsWith: .exitCode(74)) {
      close(1)
      exit(Program.run(["families"]))
    }
  }

  @Test("A slow reader of a non-blocking pipe gets all of a long output")
  func slowReader() async {
    await #expect(processExitsWith: .success) {
      var ends: [CInt] = [0, 0]
      pipe(&ends)
      _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
      let saved = dup(1)
      dup2(ends[1], 1)
      let length = 1 << 20
      let child = fork_reader(ends[0], ends[1], expecting: length)
      let error = ConsoleOutput.output.write(String(repeating: "x", count: length))
      close(ends[1])
      dup2(saved, 1)
      var status: CInt = 0
      waitpid(child, &status, 0)
      exit(error == nil && status == 0 ? 0 : 1)
    }
  }
}

/// A `dd` that reads a pipe to its end, and fails where that is not so many bytes.
private func fork_reader(_ reading: CInt, _ writing: CInt, expecting length: Int) -> pid_t {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  posix_spawn_file_actions_adddup2(&actions, reading, 0)
  posix_spawn_file_actions_addclose(&actions, 1)
  posix_spawn_file_actions_addclose(&actions, writing)
  var child = pid_t()
  let words = ["sh", "-c", "test $(wc -c) -eq \(length)"]
  var arguments = words.map { strdup($0) } + [nil]
  posix_spawn(&child, "/bin/sh", &actions, nil, &arguments, environ)
  return child
}
