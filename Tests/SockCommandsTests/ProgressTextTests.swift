import Operations
import Testing

@testable import SockCommands

@Suite("Progress in words")
struct ProgressTextTests {
  @Test(
    "Sizes have three digits",
    arguments: [
      (0, "0 B"), (1, "1 B"), (999, "999 B"), (1000, "0.98 KiB"), (1023, "1.00 KiB"), (1024, "1.00 KiB"),
      (1536, "1.50 KiB"), (10_230, "9.99 KiB"), (10_239, "10.0 KiB"), (12_595, "12.3 KiB"), (102_300, "99.9 KiB"),
      (102_400, "100 KiB"), (1_023_000, "999 KiB"), (1_023_500, "0.98 MiB"), (1 << 20, "1.00 MiB"),
      (3_000_000, "2.86 MiB"), (5 << 30, "5.00 GiB"), (1 << 40, "1.00 TiB"), (1 << 50, "1.00 PiB"),
      (1 << 60, "1.00 EiB"), (.max, "16.0 EiB"),
    ] as [(UInt64, String)])
  func sizes(_ bytes: UInt64, _ text: String) { #expect(ProgressText.size(bytes) == text) }

  @Test(
    "Times",
    arguments: [
      (0, "0:00"), (0.2, "0:01"), (5, "0:05"), (59.1, "1:00"), (754, "12:34"), (3600, "1:00:00"), (3723, "1:02:03"),
      (360_000, "100:00:00"), (4e6, "over 999 h"), (.infinity, "over 999 h"), (-1, "0:00"),
    ] as [(Double, String)])
  func clocks(_ seconds: Double, _ text: String) { #expect(ProgressText.clock(seconds) == text) }

  @Test(
    "Durations",
    arguments: [
      (0, "0.000 s"), (0.0015, "0.002 s"), (9.999, "9.999 s"), (9.9996, "10.0 s"), (12.34, "12.3 s"), (59.94, "59.9 s"),
      (59.96, "1:00"), (3723, "1:02:03"),
    ] as [(Double, String)])
  func durations(_ seconds: Double, _ text: String) { #expect(ProgressText.duration(seconds) == text) }

  private static let half = ProgressReport(
    sent: .init(bytes: 2_621_440, bytesPerSecond: 262_144, total: 5_242_880), received: .init(bytes: 0),
    seconds: 9.9)

  @Test("A direction without bytes is not told of beside one with bytes")
  func sentence() {
    #expect(ProgressText.sentence(Self.half) == "sent 2.50 MiB of 5.00 MiB, 50 %, 256 KiB/s, 0:09, ETA 0:10")
    var both = Self.half
    both.received?.bytes = 7
    both.sent?.total = nil
    #expect(ProgressText.sentence(both) == "sent 2.50 MiB, 256 KiB/s, received 7 B, 0 B/s, 0:09")
    #expect(
      ProgressText.sentence(ProgressReport(sent: .init(bytes: 0), received: .init(bytes: 0))) == "sent 0 B, 0 B/s, 0:00"
    )
    #expect(
      ProgressText.sentence(ProgressReport(received: .init(bytes: 0), connections: 3))
        == "3 connections, received 0 B, 0 B/s, 0:00")
  }

  @Test("The time left needs a rate; the end tells a share only where something is missing")
  func ends() {
    var stalled = Self.half
    stalled.sent?.bytesPerSecond = 0
    #expect(ProgressText.sentence(stalled) == "sent 2.50 MiB of 5.00 MiB, 50 %, 0 B/s, 0:09, ETA -:--")
    var done = Self.half
    done.sent?.bytes = 5_242_880
    #expect(ProgressText.sentence(done) == "sent 5.00 MiB of 5.00 MiB, 100 %, 256 KiB/s, 0:09")
    done.isLast = true
    #expect(ProgressText.sentence(done) == "sent 5.00 MiB, 256 KiB/s, in 9.900 s")
    var broken = Self.half
    broken.isLast = true
    #expect(ProgressText.sentence(broken) == "sent 2.50 MiB of 5.00 MiB, 50 %, 256 KiB/s, in 9.900 s")
    // The input has grown while it was sent.
    var grown = Self.half
    grown.sent?.total = 1
    #expect(ProgressText.sentence(grown) == "sent 2.50 MiB of 1 B, 100 %, 256 KiB/s, 0:09")
  }

  @Test(
    "A line fits its terminal, and what is worth least goes first",
    arguments: [
      (120, "sent 2.50 MiB of 5.00 MiB, 50 %, 256 KiB/s, 0:09, ETA 0:10 [###############---------------]"),
      (79, "sent 2.50 MiB of 5.00 MiB, 50 %, 256 KiB/s, 0:09, ETA 0:10 [#########---------]"),
      (60, "sent 2.50 MiB of 5.00 MiB, 50 %, 256 KiB/s, 0:09, ETA 0:10"),
      (50, "sent 2.50 MiB, 50 %, 256 KiB/s, ETA 0:10"), (39, "sent 2.50 MiB, 50 %, ETA 0:10"),
      (29, "sent 2.50 MiB, 50 %, ETA 0:10"), (25, "sent 2.50 MiB, ETA 0:10"), (13, "sent 2.50 MiB"), (6, "sent 2"),
      (0, ""),
    ])
  func lines(_ columns: Int, _ text: String) {
    let line = ProgressText.line(Self.half, columns: columns)
    #expect(line.prefix { $0 != "[" } == text.prefix { $0 != "[" })
    #expect(line == text || columns == 39, "\(line)")
    #expect(line.utf8.count <= columns)
  }

  @Test("As JSON")
  func json() {
    var event = Event(.progress)
    event.time = 1_795_407_247_250_000_000
    event.progress = Self.half
    event.sent = Self.half.sent?.bytes
    event.received = 0
    event.seconds = 9.9
    #expect(
      JSONReporter.text(event)
        == #"{"time":"2026-11-23T04:14:07.250Z","event":"progress","sent":2621440,"received":0,"sent-rate":262144,"#
        + #""received-rate":0,"total":5242880,"seconds-left":10.000000,"connections":1,"seconds":9.900000}"#)
  }

  @Test("When it is shown")
  func choice() throws {
    let words = "h p"
    #expect(try arguments(.send, words).reporter().progressInterval == nil)
    #expect(try arguments(.send, "--progress=never " + words).reporter().progressInterval == nil)
    #expect(try arguments(.send, "--progress=always " + words).reporter().progressInterval != nil)
    #expect(try arguments(.send, "--progress=always --json " + words).reporter().progressInterval == .seconds(1))
    #expect(usageError { _ = try arguments(.send, "--progress=often " + words).connectionOptions() } != nil)
    #expect(
      usageError { _ = try arguments(.send, "--progress -x " + words).connectionOptions() }?.contains("--log-hex")
        == true)
    #expect(
      usageError { _ = try arguments(.connect, "--progress -I " + words).connectionOptions() }?.contains("~s") == true)
  }
}
