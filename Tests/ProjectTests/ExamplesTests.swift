import Foundation
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
  static func run(_ path: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let running = try RunningExample(path, arguments)
    return (running.finish(), running.rest())
  }

  @Test("the server sends back what the client says")
  func tcp() throws {
    let programs = try Self.programs.get()
    let server = try RunningExample(programs.appending(path: "tcp-server").path, ["0"])
    let greeting = try #require(server.line())
    let port = try #require(greeting.split(separator: ":").last.map(String.init))
    #expect(greeting == "listening on 0.0.0.0:\(port)")

    let client = try Self.run(programs.appending(path: "tcp-client").path, ["127.0.0.1", port, "hello there"])
    #expect(client.status == 0)
    #expect(client.output == "connected to 127.0.0.1:\(port)\nreceived: hello there\n")
    #expect(server.finish() == 0)
    #expect(server.rest().hasSuffix("\nreceived 11 bytes\n"))
  }

  @Test("the receiver prints what the sender sends")
  func udp() throws {
    let programs = try Self.programs.get()
    let receiver = try RunningExample(programs.appending(path: "udp-receiver").path, ["0"])
    let greeting = try #require(receiver.line())
    let port = try #require(greeting.split(separator: ":").last.map(String.init))
    #expect(greeting == "receiving on 0.0.0.0:\(port)")

    let sender = try Self.run(programs.appending(path: "udp-sender").path, ["127.0.0.1", port, "one", "two", ""])
    #expect(sender.status == 0)
    #expect(sender.output.split(separator: "\n").count == 3)
    #expect(receiver.finish() == 0)
    let lines = receiver.rest().split(separator: "\n")
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
  private let process = Process()
  private let output = Pipe()

  init(_ path: String, _ arguments: [String]) throws {
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
  }

  /// The next line that it prints; nil at its end.
  func line() -> String? {
    var bytes: [UInt8] = []
    while let byte = try? output.fileHandleForReading.read(upToCount: 1)?.first {
      if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(byte)
    }
    return nil
  }

  private var remainder: Data?

  /// Waits for its end, and gives its status.
  func finish() -> Int32 {
    // Its output first: with a full pipe it would never end.
    if remainder == nil { remainder = (try? output.fileHandleForReading.readToEnd()) ?? Data() }
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// What it printed after the lines that were read.
  func rest() -> String {
    _ = finish()
    return String(decoding: remainder ?? Data(), as: UTF8.self)
  }

  deinit {
    if process.isRunning { process.terminate() }
  }
}
