import Glibc
import SockTestSupport
import Testing

/// Urgent data (`MSG_OOB`) in a stream.
@Suite(.endToEnd) struct UrgentDataTests {
  @Test("Urgent data does not end a stream", arguments: [["recv"], ["listen"]])
  func urgentDataDoesNotEndAStream(_ verb: [String]) throws {
    let sock = try Sock.start(verb + ["127.0.0.1", "0"])
    let port = try SockListener.port(in: sock.errors?.waitForLine(containing: "listening") ?? "")
    let script = """
      import socket, time
      c = socket.create_connection(("127.0.0.1", \(port)))
      c.send(b"abc"); c.send(b"!", socket.MSG_OOB); time.sleep(0.2); c.sendall(b"def" * 1000); c.close()
      """
    try RunningProcess("python3", ["-c", script]).wait()
    #expect(try sock.wait().status == 0)
    #expect(sock.output?.text == "abc" + String(repeating: "def", count: 1000))
  }

  /// Bulk data is spliced, and splice(2) does not pass the urgent mark.
  @Test(
    "Urgent data in the middle of bulk data stops nothing",
    arguments: [["recv"], ["recv", "--limit-rate", "recv=100M"], ["listen"]], [true, false])
  func urgentDataInBulk(_ verb: [String], toPipe: Bool) throws {
    let directory = try TemporaryDirectory()
    let listener = try SockListener(
      Array(verb.dropFirst()), verb: verb[0], output: toPipe ? .collected : .file(directory("out")))
    let peer = try PythonPeer.client(
      port: listener.port,
      """
      for n in range(3):
        c.sendall(b'a' * 1000000)
        hear()
        c.send(b'!', socket.MSG_OOB)
        c.sendall(b'zz')
        hear()
      """)
    for count in 1...3 {
      // Before the mark and after it.
      for wanted in [count * 1_000_002 - 2, count * 1_000_002] {
        if toPipe {
          try listener.output.waitForBytes(wanted)
        } else {
          try eventually("all is there") { fileStatus(directory("out"))?.st_size ?? 0 == wanted }
        }
        try listener.process.waitUntilIdle()
        try peer.tell()
      }
    }
    #expect(try listener.outcome().status == 0)
  }
}
