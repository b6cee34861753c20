import Glibc
import SockTestSupport
import Testing

/// What a hostile tester found: each was lost data, or a wrong answer, once.
@Suite(.endToEnd) struct HardCasesTests {
  @Test(arguments: [["recv"], ["listen"]])
  func `urgent data does not end a stream`(_ verb: [String]) throws {
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

  /// Where much is under way it is spliced, and splice(2) does not pass the mark.
  @Test(arguments: [["recv"], ["recv", "--limit-rate", "recv=100M"], ["listen"]], [true, false])
  func `urgent data in the middle of much stops nothing`(_ verb: [String], toPipe: Bool) throws {
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
      // Before the mark, and behind it.
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

  @Test func `two programs that share a file as their output overwrite nothing`() throws {
    let directory = try TemporaryDirectory()
    let script = """
      import subprocess, sys, socket
      out = open(sys.argv[2], "wb")
      def start():
        p = subprocess.Popen([sys.argv[1], "recv", "127.0.0.1", "0"], stdout=out, stderr=subprocess.PIPE, text=True)
        return p, int(p.stderr.readline().rsplit(":", 1)[1].split()[0])
      pairs = [start(), start()]
      peers = [socket.create_connection(("127.0.0.1", port)) for _, port in pairs]
      for _ in range(500):
        for peer in peers: peer.sendall(b"123456789")
      for peer in peers: peer.close()
      for p, _ in pairs: p.wait(20)
      """
    try RunningProcess("python3", ["-c", script, Sock.binary, directory("both")]).wait()
    let size = try Sock.outcome(of: try RunningProcess("sh", ["-c", "wc -c <\(directory("both"))"]))
    #expect(String(decoding: size.output, as: UTF8.self) == "9000\n")
  }

  @Test func `TERM while the peer is sending destroys nothing that was sent`() throws {
    let (peer, port) = try PythonPeer.server(
      """
      import threading, termios, fcntl, struct, time
      def flood():
        try:
          while True: c.sendall(b"x" * 65536)
        except OSError: pass
      threading.Thread(target=flood, daemon=True).start()
      def waiting(): return struct.unpack("i", fcntl.ioctl(c, termios.FIONREAD, b"0000"))[0]
      while waiting() < 30000: time.sleep(0.01)
      say("has it")
      hear()
      n = 0
      while True:
        d = c.recv(65536)
        if not d: break
        n += len(d)
      say(n)
      """)
    let input = try Pipe()
    try input.writer.write(String(repeating: "y", count: 30_000))
    let sock = try Sock.start(
      ["connect", "127.0.0.1", "\(port)"], input: .descriptor(input.reader), output: .null)
    #expect(try peer.reply() == "has it")
    sock.send(15)
    #expect(try sock.wait().status == 143)
    try peer.tell()
    #expect(try peer.reply() == "30000")
  }

  @Test(arguments: ["65536", "65616", "99999", ""])
  func `resolve refuses what is no port`(_ port: String) throws {
    #expect(try Sock.run(["resolve", "localhost", port]).status == 64)
  }

  @Test func `a dump that nobody reads does not keep sock from its deadline`() throws {
    let (_, port) = try PythonPeer.server(
      """
      try: c.sendall(b"x" * 10_000_000)
      except OSError: pass
      """)
    let errors = try Pipe()
    let sock = try Sock.start(
      ["connect", "-x", "--deadline", "1", "127.0.0.1", "\(port)"], output: .null, errors: .descriptor(errors.writer))
    #expect(try sock.wait(within: .seconds(10)).status == 75)
  }

  @Test func `a log that cannot be written is warned of once, the transfer goes on, and the end is 74`() throws {
    let (_, port) = try PythonPeer.server(
      "c.sendall(b'payload')\nc.recv(1)\nc.sendall(b' and more')\nreceive_all(c)\nc.close()")
    let outcome = try Sock.run(["connect", "--log", "/dev/full", "127.0.0.1", "\(port)"], input: .text("x"))
    #expect(outcome.status == 74 && outcome.text == "payload and more", "\(outcome)")
    #expect(outcome.errors.contains("ENOSPC"))
    #expect(outcome.errorLines.filter { $0.contains("warning: cannot write the log /dev/full") }.count == 1)
  }
}
