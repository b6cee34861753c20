import Sockets
import Testing

@testable import Operations

/// The messages and the arithmetic of bench, tested without a socket.
@Suite struct BenchMeasureTests {
  @Test("An order and an answer are parsed as they were written", arguments: BenchRequest.Work.allCases)
  func messages(_ work: BenchRequest.Work) {
    let order = BenchOrder(work: work, milliseconds: 10_000, amount: 1 << 40, size: 1400)
    #expect(order.bytes.count == BenchOrder.length)
    #expect(BenchOrder(order.bytes) == order)
    var answer = BenchAnswer()
    (answer.port, answer.bytes, answer.nanoseconds) = (65_535, .max, 12)
    answer.processorMicroseconds = 77
    (answer.datagrams.received, answer.datagrams.reordered, answer.datagrams.duplicates) = (5, 6, 7)
    answer.datagrams.jitter = .microseconds(1500)
    #expect(answer.wireBytes.count == BenchAnswer.length)
    #expect(BenchAnswer(answer.wireBytes) == answer)
  }

  static let good = BenchOrder(work: .upload, milliseconds: 1, amount: 0, size: 1).bytes

  @Test(
    "A malformed order is refused",
    arguments: [
      [], Array(good.dropLast()), good + [0], Array("GET / HTTP/1.1\r\nHost: example\r\n\r\n".utf8),
      [UInt8](repeating: 255, count: 32), good.replacing(8, by: 2), good.replacing(9, by: 6),
      good.replacing(12, by: 255),
    ])
  func refusedOrders(_ bytes: [UInt8]) { #expect(BenchOrder(bytes) == nil) }

  @Test(
    "A malformed answer is refused",
    arguments: [
      [], [UInt8](repeating: 0, count: 64), Array(BenchAnswer().wireBytes.dropLast()),
    ])
  func refusedAnswers(_ bytes: [UInt8]) { #expect(BenchAnswer(bytes) == nil) }

  @Test("Percentiles are accurate to a thousandth over nine decades")
  func percentiles() {
    var histogram = LatencyHistogram()
    #expect(histogram.percentile(50) == 0)
    for value in 1...100_000 { histogram.record(value * 1000) }
    for percent in [0.1, 1, 50, 90, 99, 99.9, 100] {
      let exact = percent / 100 * 100_000_000
      let found = Double(histogram.percentile(percent))
      #expect(found >= exact * 0.999 && found <= exact * 1.0011, "p\(percent): \(found)")
    }
    #expect(histogram.count == 100_000 && histogram.lowest == 1000 && histogram.highest == 100_000_000)
    #expect(abs(histogram.mean - 50_000_500) < 1)
  }

  @Test("Every bucket is at most a thousandth wide", arguments: 0..<62)
  func buckets(_ bit: Int) {
    for value in [1 << bit, 1 << bit + 1, 1 << bit | 1 << max(0, bit - 1)] where value < 1 << 43 {
      var histogram = LatencyHistogram()
      histogram.record(value)
      histogram.record(.max)
      let found = histogram.percentile(50)
      #expect(found >= value && Double(found) <= Double(value) * 1.001, "\(value): \(found)")
    }
  }

  @Test("Two histograms can be added")
  func sum() {
    var (first, second) = (LatencyHistogram(), LatencyHistogram())
    first.record(10)
    second.record(30)
    first.add(second)
    #expect(first.count == 2 && first.percentile(50) == 10 && first.percentile(100) == 30 && first.mean == 20)
  }

  @Test("The duration of a run is the time in which any stream was active")
  func spans() {
    var spans = BenchSpans()
    #expect(spans.seconds == 0 && spans.processor == nil && spans.mostAtOnce == 0)
    // Two at the same time, then a third that waited for one of them, then a fourth after a pause.
    spans.add(from: 10, lasting: 1, processor: 0.5)
    spans.add(from: 10.5, lasting: 1, processor: 0.8)
    spans.add(from: 11, lasting: 1, processor: 0.6)
    spans.add(from: 20, lasting: 2, processor: 1)
    #expect(spans.seconds == 4 && spans.mostAtOnce == 2)
    #expect(abs((spans.processor ?? 0) - (0.5 + 0.4 + 0.3 + 1)) < 1e-9)
    // A stream that took no time still counts as one.
    var short = BenchSpans()
    short.add(from: 1, lasting: 0)
    #expect(short.seconds == 0 && short.processor == nil && short.mostAtOnce == 1)
  }

  @Test("Reordered and duplicate datagrams are counted, and absurd sequence numbers do no harm")
  func tally() {
    var tally = DatagramTally()
    for (number, arrived) in [(0, 10), (1, 20), (3, 40), (2, 45), (3, 50), (5, 60), (2, 61)] as [(UInt64, UInt64)] {
      tally.count(number: number, sent: number * 10, arrived: arrived)
    }
    #expect(tally.counts.received == 5 && tally.counts.reordered == 1 && tally.counts.duplicates == 2)
    #expect(tally.counts.jitter > .zero)
    for hostile in [UInt64.max, UInt64(Int.max), 1 << 40, 7] { tally.count(number: hostile, sent: .max, arrived: 0) }
    #expect(tally.counts.received >= 6)
  }

  @Test("Stray datagrams are not counted as the client's, whatever their order and clock")
  func sources() throws {
    func address(_ last: UInt8, _ port: UInt16) -> SocketAddress {
      SocketAddress(.ipv4(IPv4Address(number: 0xc000_0200 | UInt32(last))), port: port)
    }
    var sources = DatagramSources(of: address(1, 40_000))
    #expect(sources.best.bytes == 0 && sources.best.tally.counts.received == 0)
    let stray = { (sources: inout DatagramSources, host: UInt8, port: UInt16) in
      sources.count(number: 7, sent: 1 << 63, arrived: 5, bytes: 99, from: address(host, port))
    }
    // Ports of the same host are told apart only by how many datagrams came.
    #expect(stray(&sources, 1, 9))
    #expect(!stray(&sources, 2, 50_000))
    for number in 0..<100 as Range<UInt64> {
      let isNew = sources.count(
        number: number, sent: number * 10, arrived: number * 10 + 5, bytes: 20, from: address(1, 50_000))
      #expect(isNew)
      _ = stray(&sources, 2, 50_000)
      // More ports than are counted.
      _ = stray(&sources, 1, UInt16(number) + 100)
    }
    #expect(sources.best.bytes == 2000 && sources.best.tally.counts.received == 100)
    #expect(sources.best.tally.counts.jitter == .zero && sources.best.tally.counts.reordered == 0)
  }

  @Test("Jitter follows RFC 3550: a sixteenth of each change in transit time")
  func jitter() {
    var tally = DatagramTally()
    tally.count(number: 0, sent: 0, arrived: 1000)
    tally.count(number: 1, sent: 1000, arrived: 2160)
    #expect(tally.counts.jitter == .nanoseconds(10))
    // Absurd clocks must not overflow the sum.
    for number in 2...1000 as ClosedRange<UInt64> {
      tally.count(number: number, sent: number.isMultiple(of: 2) ? 0 : 1 << 63, arrived: 0)
    }
    #expect(tally.counts.jitter <= .seconds(1_000_000_000))
  }
}

extension [UInt8] {
  fileprivate func replacing(_ index: Int, by byte: UInt8) -> [UInt8] {
    var copy = self
    copy[index] = byte
    return copy
  }
}
