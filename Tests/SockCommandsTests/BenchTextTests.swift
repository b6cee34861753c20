import Operations
import Sockets
import Testing

@testable import SockCommands

/// What bench says, of whatever was found.
@Suite("bench: text") struct BenchTextTests {
  @Test("Numbers of any size are written, and none ends the program", arguments: [0, 1.5, 1e15, 1e300, .infinity, -1])
  func decimals(_ value: Double) { #expect(!BenchText.decimal(value, 9).isEmpty) }

  @Test("The line fits its terminal", arguments: [0, 1, 10, 20, 79])
  func status(_ columns: Int) {
    var request = BenchRequest(
      endpoint: Endpoint(target: .internet(host: "h", service: "1")), transport: .tcp, options: ConnectionOptions())
    for work in BenchRequest.Work.allCases {
      request.work = work
      #expect(BenchText.status(BenchReport(), of: request, columns: columns).utf8.count <= columns)
    }
  }

  @Test("A rate of datagrams that was not reached is told", arguments: [(1_000_000, false), (900_000, true)])
  func rates(_ sent: UInt64, _ isTold: Bool) {
    var request = BenchRequest(
      endpoint: Endpoint(target: .internet(host: "h", service: "1")), transport: .tcp, options: ConnectionOptions())
    (request.work, request.rate) = (.datagrams, 1_000_000)
    var report = BenchReport()
    (report.sent, report.seconds, report.streams) = (sent, 1, 1)
    #expect(BenchText.text(report, of: request).contains("not reached") == isTold)
  }

  @Test(
    "Streams that were not at work at the same time are told",
    arguments: [(3, "3 streams,"), (2, "3 streams (2 at the same time),")])
  func atOnce(_ count: Int, _ wanted: String) {
    let request = BenchRequest(
      endpoint: Endpoint(target: .internet(host: "h", service: "1")), transport: .tcp, options: ConnectionOptions())
    var report = BenchReport()
    (report.streams, report.streamsAtOnce, report.seconds) = (3, count, 1)
    #expect(BenchText.text(report, of: request).hasPrefix("upload, " + wanted))
    #expect(BenchText.json(report, of: request).contains("\"streams-at-once\":\(count),"))
  }

  @Test(
    "One of a thing is one, and of a run too short to tell nothing is said of the processor",
    arguments: [(1, 0.00005), (2, 1)])
  func singular(_ number: Int, _ seconds: Double) {
    var request = BenchRequest(
      endpoint: Endpoint(target: .internet(host: "h", service: "1")), transport: .tcp, options: ConnectionOptions())
    var report = BenchReport()
    (report.sent, report.confirmed, report.seconds) = (UInt64(number), UInt64(number), seconds)
    (report.streams, report.streamsAtOnce, report.datagramsSent) = (1, 1, number)
    (report.userSeconds, report.systemSeconds) = (0.0001, 0.0001)
    for _ in 0..<number { report.times.record(1000) }
    for (work, words) in [
      (.upload, ["sent      N byteS", "arrived   N byteS,"]), (.latency, ["N roundS,"]),
      (.connects, ["N connectionS,"]), (.datagrams, ["sent      N datagramS,"]),
    ] as [(BenchRequest.Work, [String])] {
      request.work = work
      let text = BenchText.text(report, of: request)
      for word in words {
        let wanted = word.replacing("N", with: "\(number)").replacing("S", with: number == 1 ? "" : "s")
        #expect(text.contains(wanted), "\(text)")
      }
      #expect(text.contains("processor here") == (seconds >= 1), "\(text)")
    }
  }

  @Test("The rate is that of what arrived")
  func arrived() {
    let request = BenchRequest(
      endpoint: Endpoint(target: .internet(host: "h", service: "1")), transport: .tcp, options: ConnectionOptions())
    var report = BenchReport()
    (report.sent, report.confirmed, report.seconds) = (4 << 20, 2 << 20, 1)
    let text = BenchText.text(report, of: request)
    #expect(text.contains("sent      4.00 MiB\n") && text.contains("arrived   2.00 MiB, 2.00 MiB/s"), "\(text)")
  }
}
