import Glibc
import SockTestSupport
import Testing

/// `listen --udp --exec`: a program for each datagram.
@Suite(.endToEnd) struct DatagramProgramTests {
  @Test("A datagram is the input of a program, and all that it writes is the answer; with -k for each datagram")
  func answers() throws {
    let listener = try SockListener(["-k", "-v", "--udp", "--exec", "tr a-z A-Z"])
    let peer = try PythonPeer(
      """
      s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      s.settimeout(20)
      s.connect(('127.0.0.1', \(listener.port)))
      for n in range(30): s.send(b'word %d' % n)
      say(sorted(s.recv(100) for n in range(30)) == sorted(b'WORD %d' % n for n in range(30)))
      data = b'x' * 60000
      s.send(data)
      say(s.recv(70000) == data.upper())
      """)
    #expect(try peer.reply() == "True")
    #expect(try peer.reply() == "True")
    _ = try listener.errors.waitForLine(containing: "sent 60000 bytes, received 60000 bytes")
    listener.process.send(SIGTERM)
    #expect(try listener.outcome().status == 143)
  }

  @Test("Without -k the first datagram is the only one, and the status is that of its program")
  func single() throws {
    let listener = try SockListener(["--udp", "--shell-exec", "cat; echo $SOCK_TRANSPORT $SOCK_PEER_PORT; exit 7"])
    let peer = try PythonPeer.datagrams(
      "s.settimeout(20)\ns.sendto(b'hello ', ('127.0.0.1', \(listener.port)))\nsay(s.recv(100).decode().strip())")
    #expect(try peer.peer.reply() == "hello udp \(peer.port)")
    let outcome = try listener.outcome()
    #expect(outcome.status == 7 && outcome.errors.contains("status 7"), "\(outcome)")
  }

  @Test("No more programs than --max-conns run at the same time, and none takes longer than --idle")
  func limits() throws {
    let directory = try TemporaryDirectory()
    let script =
      "read line; mkdir \(directory("one")) || echo two >\(directory("two")); sleep 0.05; rmdir \(directory("one")); echo $line"
    let listener = try SockListener(["-k", "--udp", "--max-conns", "1", "--shell-exec", script])
    let peer = try PythonPeer.datagrams(
      """
      s.settimeout(20)
      for n in range(10): s.sendto(b'%d\\n' % n, ('127.0.0.1', \(listener.port)))
      say(b' '.join(s.recv(10).strip() for n in range(10)).decode())
      """)
    #expect(try peer.peer.reply() == "0 1 2 3 4 5 6 7 8 9")
    #expect(!exists(directory("two")))
    let slow = try SockListener(["--udp", "-i", "0.2", "--exec", "sleep 600"])
    let other = try PythonPeer.datagrams("s.sendto(b'x', ('127.0.0.1', \(slow.port)))")
    try other.peer.finish()
    let outcome = try slow.outcome()
    #expect(outcome.status == 75 && outcome.errors.contains("has not ended for 200 ms"), "\(outcome)")
  }

  @Test("No output is no answer, and too much of it is an error; neither stops the server")
  func sizes() throws {
    let listener = try SockListener(["-k", "--udp", "--shell-exec", "head -c \"$(cat)\" /dev/zero"])
    let peer = try PythonPeer.datagrams(
      """
      s.settimeout(20)
      for size in (b'0', b'65508', b'1000000', b'65507', b'5'):
        s.sendto(size, ('127.0.0.1', \(listener.port)))
      say(*sorted(len(s.recv(70000)) for n in range(2)))
      """)
    #expect(try peer.peer.reply() == "5 65507")
    try eventually("both are reported") {
      listener.errors.text.split(separator: "\n").count { $0.contains("more than 65507 bytes") } == 2
    }
  }

  @Test("Only connections give a program a terminal or the socket")
  func refused() throws {
    for option in ["--pty", "--exec-direct"] {
      let outcome = try Sock.run(["listen", "127.0.0.1", "0", "--udp", "--exec", "cat", option])
      #expect(outcome.status == 64 && outcome.errors.contains(option), "\(outcome)")
    }
    let connect = try Sock.run(["connect", "127.0.0.1", "9", "--udp", "--exec", "cat"])
    #expect(connect.status == 64 && connect.errors.contains("--exec"), "\(connect)")
  }
}
