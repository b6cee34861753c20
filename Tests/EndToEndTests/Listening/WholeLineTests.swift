import SockTestSupport
import Testing

/// `listen -k`: what many peers send at the same time.
@Suite(.endToEnd) struct WholeLineTests {
  /// Eight peers send 500 lines each, in pieces that end anywhere; the last line of each lacks its line feed.
  private static func received(_ options: [String]) throws -> [Substring] {
    let server = try SockListener(["-k"] + options)
    try PythonPeer(
      """
      def send(n):
        c = socket.create_connection(('127.0.0.1', \(server.port)))
        c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        data = b'\\n'.join(b'peer %d line %d %s' % (n, k, b'.' * (k * 7 % 900 + 1)) for k in range(500))
        for at in range(0, len(data), 613): c.sendall(data[at:at + 613])
        c.close()
      all = [threading.Thread(target=send, args=(n,)) for n in range(8)]
      for t in all: t.start()
      for t in all: t.join()
      """
    ).finish()
    try eventually("4000 lines") { server.output.text.utf8.count { $0 == 0x0a } == 4000 }
    return server.output.text.split(separator: "\n")
  }

  @Test("--frame line never tears a line")
  func lines() throws {
    let lines = try Self.received(["--frame", "line"])
    var next = Array(repeating: 0, count: 8)
    for line in lines {
      let words = line.split(separator: " ")
      guard words.count >= 4, let peer = Int(words[1]), let number = Int(words[3]), number == next[peer] else {
        Issue.record("torn or out of order: \(line)")
        return
      }
      next[peer] += 1
    }
    #expect(next == Array(repeating: 500, count: 8))
  }

  @Test("--prefix says whose each line is, over connections and datagrams")
  func prefix() throws {
    let lines = try Self.received(["--prefix"])
    let peers = Dictionary(grouping: lines) { $0.split(separator: " ")[0] }
    #expect(peers.count == 8)
    for (prefix, own) in peers {
      #expect(prefix.hasPrefix("127.0.0.1:") && prefix.hasSuffix(":"))
      #expect(own.count == 500 && Set(own.map { $0.split(separator: " ")[2] }).count == 1)
    }
    let server = try SockListener(["-k", "-u", "--prefix"])
    _ = try Sock.run(["udp-send", "127.0.0.1", "\(server.port)", "hello"])
    let line = try server.output.waitForLine(containing: "hello")
    #expect(line.hasPrefix("127.0.0.1:") && line.hasSuffix(": hello"))
  }

  @Test("--prefix needs several peers")
  func refused() throws {
    #expect(try Sock.run(["listen", "--prefix", "127.0.0.1", "0"]).status == 64)
  }

  @Test(
    "A line that is not finished when its session is ended is written, with its line feed",
    arguments: [["--frame", "line"], ["--prefix"]],
    [["--idle", "300ms"], ["--max-lifetime", "300ms"], ["--deadline", "2"], ["--grace", "300ms"], []])
  func unfinished(_ options: [String], _ limits: [String]) throws {
    let server = try SockListener(["-k"] + options + limits)
    let peer = try PythonPeer.client(port: server.port, "c.sendall(b'one\\ntwo')\nsay('sent')\nhear()")
    #expect(try peer.reply() == "sent")
    try server.output.waitForLine(containing: "one")
    if limits.isEmpty { server.process.send(2) } else if limits[0] == "--grace" { server.process.send(15) }
    try server.output.waitForLine(containing: "two")
    #expect(server.output.text.hasSuffix("two\n"))
    try peer.tell()
  }

  @Test("So is one whose peer is silent for --wait after our input has ended, without a pause")
  func unfinishedAfterWait() throws {
    let server = try SockListener(["-k", "--frame", "line", "--wait", "300ms"], input: .pipe)
    let peer = try PythonPeer.client(
      port: server.port, "c.sendall(b'one\\ntwo')\nsay('sent')\nsay(receive_all(c).decode() + 'end')")
    #expect(try peer.reply() == "sent")
    try server.output.waitForLine(containing: "one")
    server.process.input?.close()
    #expect(try peer.reply(within: .seconds(4)) == "end")
    try server.output.waitForLine(containing: "two")
  }
}
