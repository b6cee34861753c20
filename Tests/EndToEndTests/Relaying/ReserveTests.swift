import SockTestSupport
import Testing

/// `relay`: connections that are opened ahead, and ends that come back.
@Suite(.endToEnd) struct ReserveTests {
  @Test(
    "With --connect-early a connection is ready before anybody comes, and then the next one; a closed one is replaced")
  func early() throws {
    let server = try PythonPeer(
      """
      l = listen()
      c, who = l.accept()
      say('first')
      hear()
      assert c.recv(100) == b'one'
      c.sendall(b'1'); c.close()
      c, who = l.accept()
      say('second')
      c.close()
      hear()
      while True:
        c, who = l.accept()
        if c.recv(100) == b'two': break
      c.sendall(b'2'); c.close()
      hear()
      """)
    let port = try server.port()
    let relay = try SockListener.relay(["--connect-early"], "127.0.0.1:\(port)")
    #expect(try server.reply() == "first")
    try server.tell()
    #expect(try Sock.run(["send", "127.0.0.1", "\(relay.port)", "one"]).text == "1")
    #expect(try server.reply() == "second")
    try server.tell()
    #expect(try Sock.run(["send", "127.0.0.1", "\(relay.port)", "two"]).text == "2")
    try server.tell()
  }

  @Test("--connect-early of a server that is not there is a warning, and served once it is")
  func late() throws {
    let port = try Ports.free()
    let relay = try SockListener.relay(["--connect-early"], "127.0.0.1:\(port)")
    try relay.errors.waitForLine(containing: "no connection in reserve")
    let server = try SockListener(running: try Sock.start(["relay", "127.0.0.1:\(port)", "echo:", "-v"]))
    #expect(try Sock.run(["send", "127.0.0.1", "\(relay.port)", "hello"]).text == "hello")
    _ = server
  }

  @Test("--connect-early is for rights that are connected to")
  func refused() throws {
    for words in [["0", "echo:"], ["0", "exec:cat"], ["0", "listen:0"], ["udp://0", "udp://localhost:9"]] {
      #expect(try Sock.run(["relay", "--connect-early"] + words).status == 64, "\(words)")
    }
  }

  @Test("With --retry a serial line that is unplugged is used again when it is back, on the left and on the right")
  func serial() throws {
    let directory = try TemporaryDirectory()
    let line = directory("tty")
    // Each `plug` is a new pseudo-terminal, whose other side answers what it gets in capitals.
    let plug = """
      import pty, tty
      def plug():
        m, s = os.openpty()
        tty.setraw(s)
        if os.path.islink('\(line)'): os.unlink('\(line)')
        os.symlink(os.ttyname(s), '\(line)')
        return m, s

      """
    let device = try PythonPeer(
      plug + """
        for n in range(2):
          hear()
          m, s = plug()
          say('plugged')
          os.write(m, os.read(m, 100).upper())
          hear()
          os.close(s); os.close(m); os.unlink('\(line)')
          say('unplugged')
        """)
    let relay = try SockListener.relay(["--retry", "forever", "--retry-delay", "50ms"], "serial:\(line)")
    for _ in 1...2 {
      let client = try PythonPeer.client(
        port: relay.port, "c.sendall(b'hello')\nsay(receive_exactly(c, 5).decode())\nhear()\nc.close()")
      try device.tell()
      #expect(try device.reply() == "plugged")
      #expect(try client.reply() == "HELLO")
      try device.tell()
      #expect(try device.reply() == "unplugged")
      try client.tell()
      try client.finish()
    }
    try device.finish()
  }

  @Test("With --retry a serial line on the left and a server that restarts are joined again")
  func serialOnTheLeft() throws {
    let directory = try TemporaryDirectory()
    let line = directory("tty")
    let device = try PythonPeer(
      """
      import pty, tty
      m, s = os.openpty()
      tty.setraw(s)
      os.symlink(os.ttyname(s), '\(line)')
      say('plugged')
      for n in range(3):
        hear()
        os.write(m, b'hello')
        say(os.read(m, 100).decode())
      """)
    #expect(try device.reply() == "plugged")
    let port = try Ports.free()
    let relay = try Sock.start(
      ["relay", "-v", "--retry", "forever", "--retry-delay", "50ms", "serial:\(line)", "127.0.0.1:\(port)"])
    for _ in 1...3 {
      let server = try PythonPeer(
        """
        l = socket.socket()
        l.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        l.bind(('127.0.0.1', \(port)))
        l.listen(1)
        c, who = l.accept()
        say('accepted')
        c.sendall(c.recv(100).upper())
        hear()
        """)
      #expect(try server.reply() == "accepted")
      try device.tell()
      #expect(try device.reply() == "HELLO")
      try server.tell()
      try server.finish()
    }
    #expect(relay.isRunning)
    relay.send(15)
    _ = try relay.wait()
  }
}
