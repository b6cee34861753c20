import SockTestSupport
import Testing

/// A byte stream in datagrams of one size, many to a call, with every boundary where single calls would put it.
@Suite(.endToEnd) struct DatagramBatchTests {
  @Test(
    "A file is sent in datagrams of the requested size, in order, the last one shorter",
    arguments: [["send", "-u", "-q", "0"], ["connect", "-u", "-q", "0"]], [64, 1400])
  func fileIsSplitIntoDatagrams(
    _ arguments: [String], _ size: Int
  ) throws {
    let count = 40
    let (peer, port) = try PythonPeer.datagrams(
      host: "127.0.0.1",
      """
      sizes = []; data = b''
      while len(sizes) < \(count + 1):
          piece, who = s.recvfrom(70000); sizes.append(len(piece)); data += piece
      say(sizes.count(\(size)), sizes[-1], digest(data))
      """)
    let directory = try TemporaryDirectory()
    let sent = RandomData.bytes(count * size + 13, seed: UInt64(size))
    try writeFile(directory("in"), sent)
    let outcome = try Sock.run(
      arguments + ["--datagram-size", "\(size)", "127.0.0.1", "\(port)"], input: .file(directory("in")))
    #expect(outcome.status == 0)
    let hash = try RunningProcess("sha256sum", [directory("in")])
    try hash.wait()
    #expect(try peer.reply() == "\(count) 13 " + (hash.output?.text.prefix(64) ?? ""))
  }

  @Test(
    "Datagrams received in batches are written whole, and each is reported on request",
    arguments: [["recv", "-u"], ["udp-recv"], ["listen", "-u"], ["listen", "-u", "-k", "--recv-only"]])
  func runsAreWrittenWhole(
    _ arguments: [String]
  ) throws {
    let sent = RandomData.bytes(30 * 1000 + 5, seed: 4)
    let directory = try TemporaryDirectory()
    try writeFile(directory("in"), sent)
    for isTold in [false, true] {
      let listener = try SockListener(Array(arguments.dropFirst()) + (isTold ? ["--json"] : []), verb: arguments[0])
      let outcome = try Sock.run(
        ["send", "-u", "-q", "0", "--datagram-size", "1000", "127.0.0.1", "\(listener.port)"],
        input: .file(directory("in")))
      #expect(outcome.status == 0)
      try listener.output.waitForBytes(sent.count)
      #expect(listener.output.bytes == sent)
      // The first datagram starts the session, and the others follow. Stderr may be collected later than stdout.
      var told = 0
      if isTold {
        _ = try listener.errors.waitForLine(wanted: "31 events") { line in
          if line.contains("\"event\":\"received\"") { told += 1 }
          return told == 31
        }
      }
      #expect(isTold || !listener.errors.text.contains("received"))
    }
  }
}
