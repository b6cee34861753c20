import Foundation
import SockTestSupport
import Testing

/// Builds the programs of Examples/ and runs them against one another, on ports that the kernel picks.
@Suite("The examples", .timeLimit(.minutes(10)))
struct ExamplesTests {
  /// The root of the repository, from the place of this file.
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  /// Kept between runs: the second build is done in no time.
  static let scratch = root.appending(path: ".build/examples")

  /// Where the programs are, built once for all of the tests.
  ///
  /// The plan of the last build is not used again: it does not notice a file that was added to the library.
  static let programs = Result {
    let (status, output) = try run(
      "/usr/bin/env",
      [
        "swift", "build", "--disable-build-manifest-caching", "--package-path", root.appending(path: "Examples").path,
        "--scratch-path", scratch.path,
      ])
    guard status == 0 else { throw BuildFailure(output: output) }
    return scratch.appending(path: "debug")
  }

  struct BuildFailure: Error { let output: String }

  /// Runs a program to its end: its status, and what it printed.
  static func run(_ path: String, _ arguments: [String]) throws -> (status: CInt, output: String) {
    let running = try RunningExample(path, arguments)
    return (try running.finish(), try running.rest())
  }

  @Test("the server sends back what the client says")
  func tcp() throws {
    let programs = try Self.programs.get()
    let server = try RunningExample(programs.appending(path: "tcp-server").path, ["0"])
    let greeting = try server.line()
    let port = try #require(greeting.split(separator: ":").last.map(String.init))
    #expect(greeting == "listening on 0.0.0.0:\(port)")

    let client = try Self.run(programs.appending(path: "tcp-client").path, ["127.0.0.1", port, "hello there"])
    #expect(client.status == 0)
    #expect(client.output == "connected to 127.0.0.1:\(port)\nreceived: hello there\n")
    #expect(try server.finish() == 0)
    #expect(try server.rest().hasSuffix("\nreceived 11 bytes\n"))
  }

  @Test("the receiver prints what the sender sends")
  func udp() throws {
    let programs = try Self.programs.get()
    let receiver = try RunningExample(programs.appending(path: "udp-receiver").path, ["0"])
    let greeting = try receiver.line()
    let port = try #require(greeting.split(separator: ":").last.map(String.init))
    #expect(greeting == "receiving on 0.0.0.0:\(port)")

    let sender = try Self.run(programs.appending(path: "udp-sender").path, ["127.0.0.1", port, "one", "two", ""])
    #expect(sender.status == 0)
    #expect(sender.output.split(separator: "\n").count == 3)
    #expect(try receiver.finish() == 0)
    let lines = try receiver.rest().split(separator: "\n")
    #expect(lines.map { $0.split(separator: " ").last } == ["one", "two"])
    #expect(lines.allSatisfy { $0.hasPrefix("127.0.0.1:") })
  }

  @Test("what fails is said, and the status tells")
  func failing() throws {
    let programs = try Self.programs.get()
    let unknown = try Self.run(programs.appending(path: "tcp-client").path, ["127.0.0.1", "no-such-service"])
    #expect(unknown.status == 1)
    #expect(unknown.output == "tcp-client: no-such-service: no such service (EAI_SERVICE)\n")
  }
}

/// A program that runs beside the test; ended with it at the latest.
final class RunningExample {
  private let process: RunningProcess
  /// The place in the output behind the lines that were read.
  private var place = 0

  init(_ path: String, _ arguments: [String]) throws {
    process = try RunningProcess("/bin/sh", ["-c", "exec \"$0\" \"$@\" 2>&1", path] + arguments)
  }

  /// The next line that it prints.
  func line() throws -> String {
    let text = try #require(process.output)
    let count = place
    try eventually("a line") { text.bytes.dropFirst(count).contains(UInt8(ascii: "\n")) }
    let line = text.bytes.dropFirst(place).prefix { $0 != UInt8(ascii: "\n") }
    place += line.count + 1
    return String(decoding: line, as: UTF8.self)
  }

  /// Waits for its end, and gives its status.
  func finish() throws -> CInt { try process.wait(within: .seconds(600)).status }

  /// What it printed after the lines that were read.
  func rest() throws -> String {
    _ = try finish()
    return String(decoding: try #require(process.output).all().dropFirst(place), as: UTF8.self)
  }
}
