import Glibc
import SockTestSupport
import Testing

/// `listen --stall`, `--reset`, `--drop` and `--slow`: servers to test clients with.
@Suite(.endToEnd) struct TroublesomeServerTests {
  @Test("--stall neither reads nor sends; a peer that has ended its half is closed after --peer-timeout")
  func stall() throws {
    let listener = try SockListener(["--stall", "-v", "--peer-timeout", "0.3"])
    let peer = try PythonPeer.client(
      port: listener.port,
      """
      c.setblocking(False)
      try:
        while True: c.send(b'x' * 65536)
      except BlockingIOError: say('full')
      c.setblocking(True)
      c.settimeout(0.6)
      try: say(c.recv(1))
      except TimeoutError: say('nothing')
      d = socket.create_connection(('127.0.0.1', \(listener.port)))
      d.shutdown(socket.SHUT_WR)
      say(d.recv(1))
      """)
    #expect(try peer.reply() == "full")
    #expect(try peer.reply() == "nothing")
    #expect(try peer.reply() == "b''")
    _ = try listener.errors.waitForLine(containing: "sent 0 bytes, received 0 bytes")
  }

  @Test("Where descriptors run short, --stall closes those whose peers have ended, and serves on")
  func short() throws {
    let process = try RunningProcess(
      "bash", ["-c", "ulimit -n 40; exec \(Sock.binary) listen --stall -v 127.0.0.1 0"])
    let listener = try SockListener(running: process)
    let peer = try PythonPeer(
      """
      all = []
      for n in range(200):
        c = socket.create_connection(('127.0.0.1', \(listener.port)))
        c.shutdown(socket.SHUT_WR)
        all.append(c)
      say(all[0].recv(1))
      """)
    #expect(try peer.reply() == "b''")
    try eventually("all are accepted") {
      listener.errors.text.split(separator: "\n").count { $0.contains("accepted") } == 200
    }
  }

  @Test("--reset resets at once")
  func reset() throws {
    let listener = try SockListener(["--reset"])
    let peer = try PythonPeer.client(
      port: listener.port, "try: say(c.recv(1))\nexcept ConnectionResetError: say('reset')")
    #expect(try peer.reply() == "reset")
    listener.process.send(SIGTERM)
    #expect(try listener.outcome().status == 143)
  }

  @Test("--drop closes once so many bytes have come; more of them make a reset of it", arguments: ["", "-x"])
  func drop(_ option: String) throws {
    let listener = try SockListener(["--drop", "5"] + (option.isEmpty ? [] : [option]))
    let peer = try PythonPeer(
      """
      for n in (5, 9):
        c = socket.create_connection(('127.0.0.1', \(listener.port)))
        c.sendall(b'x' * 3)
        c.settimeout(0.2)
        try: say(c.recv(1))
        except TimeoutError: say('open')
        c.settimeout(20)
        c.sendall(b'x' * (n - 3))
        try: say(c.recv(1))
        except ConnectionResetError: say('reset')
      """)
    for wanted in ["open", "b''", "open", "reset"] { #expect(try peer.reply() == wanted) }
  }

  @Test("--slow limits the rate of an answer, and without one that of reading")
  func slow() throws {
    let listener = try SockListener(["--reply", "0123456789", "--slow", "20"])
    let client = try Sock.run(["connect", "127.0.0.1", "\(listener.port)"])
    #expect(client.text == "0123456789" && client.seconds > 0.4, "\(client)")
    let reader = try SockListener(["--slow", "100k", "-v"])
    let sender = try Sock.run(["send", "127.0.0.1", "\(reader.port)"], input: .bytes(RandomData.bytes(60_000)))
    #expect(sender.seconds > 0.5 && sender.status == 0, "\(sender)")
  }
}
