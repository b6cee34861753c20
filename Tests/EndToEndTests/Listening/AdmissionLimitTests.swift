import Glibc
import SockTestSupport
import Testing

/// `--max-conns`, `--max-per-host`, `--max-served`, `--max-lifetime`.
@Suite(.endToEnd) struct AdmissionLimitTests {
  @Test("With --max-conns one too many waits until another has ended")
  func waits() throws {
    let listener = try SockListener(["-k", "-v", "--max-conns", "1"])
    let first = try PythonPeer.client(port: listener.port, "c.sendall(b'1')\nhear()")
    try listener.output.waitForBytes(1)
    let second = try PythonPeer.client(port: listener.port, "c.sendall(b'2')\nsay('sent')\nhear()")
    #expect(try second.reply() == "sent")
    try listener.process.waitUntilIdle()
    #expect(listener.output.text == "1")
    try first.tell()
    try listener.output.waitForBytes(2)
    #expect(listener.output.text == "12")
  }

  @Test("With --max-conns-reject one too many is closed without a byte")
  func rejects() throws {
    let listener = try SockListener(["-k", "-v", "--max-conns", "1", "--max-conns-reject"])
    let first = try PythonPeer.client(port: listener.port, "c.sendall(b'1')\nhear()")
    try listener.output.waitForBytes(1)
    let second = try PythonPeer.client(port: listener.port, "say(receive_all(c).decode() + 'end')")
    #expect(try second.reply() == "end")
    try listener.errors.waitForLine(containing: "as many connections as --max-conns allows: 1")
    try first.tell()
    try listener.errors.waitForLine(containing: "closed")
    #expect(try Sock.run(["send", "--no-reply", "127.0.0.1", "\(listener.port)", "3"]).status == 0)
    try listener.output.waitForBytes(2)
  }

  @Test("--max-per-host counts each address by itself, and gives places back")
  func perHost() throws {
    let listener = try SockListener(["-k", "-v", "--max-per-host", "1"])
    let first = try PythonPeer.client(port: listener.port, "c.sendall(b'1')\nhear()")
    try listener.output.waitForBytes(1)
    let second = try PythonPeer.client(port: listener.port, "say(receive_all(c).decode() + 'end')")
    #expect(try second.reply() == "end")
    let other = ["send", "--no-reply", "-s", "127.0.0.2", "127.0.0.1", "\(listener.port)", "2"]
    #expect(try Sock.run(other).status == 0)
    try listener.output.waitForBytes(2)
    try first.tell()
    try eventually("a place for the host") {
      _ = try Sock.run(["send", "--no-reply", "127.0.0.1", "\(listener.port)", "3"])
      return listener.output.text.contains("3")
    }
  }

  @Test("--max-served ends the run with 0 after so many", arguments: [["listen", "-k"], ["relay"]])
  func served(_ verb: [String]) throws {
    let target = try SockListener(["-k"])
    let ends = verb[0] == "relay" ? ["127.0.0.1:0", "127.0.0.1:\(target.port)"] : ["127.0.0.1", "0"]
    let server = try SockListener(running: Sock.start(verb + ["-v", "--max-served", "2"] + ends, input: .null))
    for _ in 0..<2 {
      #expect(try Sock.run(["send", "--no-reply", "127.0.0.1", "\(server.port)", "x"]).status == 0)
    }
    #expect(try server.outcome().status == 0)
    #expect(try Sock.run(["send", "127.0.0.1", "\(server.port)", "x"]).status == 69)
  }

  @Test("--max-lifetime closes a connection, and a single one's run ends with 75")
  func lifetime() throws {
    let listener = try SockListener(["--max-lifetime", "200ms"], input: .pipe)
    let peer = try PythonPeer.client(port: listener.port, "say(receive_all(c).decode() + 'end')")
    #expect(try peer.reply() == "end")
    let outcome = try listener.outcome()
    #expect(outcome.status == 75 && outcome.errors.contains("--max-lifetime"), "\(outcome)")
  }

  @Test("With -k the others stay, and the server too")
  func lifetimeOfEach() throws {
    let listener = try SockListener(["-k", "-v", "--max-lifetime", "200ms"], input: .pipe)
    for _ in 0..<2 {
      let peer = try PythonPeer.client(port: listener.port, "say(receive_all(c).decode() + 'end')")
      #expect(try peer.reply() == "end")
    }
    #expect(listener.process.isRunning)
  }

  @Test(
    "Limits are refused where there is nothing to limit",
    arguments: [
      ("listen --max-conns 1 127.0.0.1 0", "add --keep-open"), ("listen -k --max-conns 0 127.0.0.1 0", "'0'"),
      ("listen -k --max-conns-reject 127.0.0.1 0", "needs --max-conns"),
      ("listen -u -k --max-served 1 127.0.0.1 0", "udp has none"),
      ("relay --allow 127.0.0.1 - 127.0.0.1:9", "neither side"),
      ("relay --max-conns 2 udp:127.0.0.1:0 udp:127.0.0.1:9", "for streams"),
      ("relay --once --max-conns 2 127.0.0.1:0 127.0.0.1:9", "exclude each other"),
    ])
  func refusals(_ line: String, _ part: String) throws {
    let outcome = try Sock.run(line.split(separator: " ").map(String.init))
    #expect(outcome.status == 64 && outcome.errors.contains(part), "\(outcome)")
  }

  @Test(
    "Peers that have ended their half give up their places to others, in the order in which they ended",
    arguments: [["--max-conns", "2"], ["--max-conns", "2", "--max-conns-reject"], ["--max-per-host", "2"]])
  func endedPeers(_ options: [String]) throws {
    let listener = try SockListener(["-k", "-v"] + options, input: .pipe)
    for number in 1...2 {
      let peer = try PythonPeer.client(port: listener.port, "c.sendall(b'\(number)')\nsay('sent')\nc.close()")
      #expect(try peer.reply() == "sent")
      try listener.output.waitForBytes(number)
      try listener.process.waitUntilIdle()
    }
    let third = try PythonPeer.client(
      port: listener.port, "c.sendall(b'3')\nsay(receive_exactly(c, 5).decode())\nhear()")
    try listener.output.waitForBytes(3)
    try listener.process.input?.write("hello")
    #expect(try third.reply() == "hello")
    #expect(!listener.errors.text.contains("as many connections as"))
  }

  @Test("A peer that waits for a place gets that of the next one that ends its half")
  func endsWhileAnotherWaits() throws {
    let listener = try SockListener(["-k", "--max-conns", "1"], input: .pipe)
    let first = try PythonPeer.client(
      port: listener.port, "c.sendall(b'1')\nhear()\nc.shutdown(socket.SHUT_WR)\nsay(receive_all(c).decode() + 'end')")
    try listener.output.waitForBytes(1)
    let second = try PythonPeer.client(port: listener.port, "c.sendall(b'2')\nsay('sent')\nhear()")
    #expect(try second.reply() == "sent")
    try listener.process.waitUntilIdle()
    #expect(listener.output.text == "1")
    try first.tell()
    try listener.output.waitForBytes(2)
    #expect(try first.reply() == "end")
    try second.tell()
  }
}
