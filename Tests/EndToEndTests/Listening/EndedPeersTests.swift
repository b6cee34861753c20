import SockTestSupport
import Testing

/// `listen -k`: peers that have ended their half and wait for our input.
@Suite(.endToEnd) struct EndedPeersTests {
  @Test("Where descriptors run short, those that have waited for longest are closed, and nobody is kept waiting")
  func shortage() throws {
    let process = try RunningProcess(
      "bash", ["-c", "ulimit -n 40; exec \(Sock.binary) listen -k -v 127.0.0.1 0"], input: .pipe)
    let listener = try SockListener(running: process)
    let peer = try PythonPeer(
      """
      all = []
      for n in range(200):
        c = socket.create_connection(('127.0.0.1', \(listener.port)))
        c.settimeout(30)
        c.sendall(b'x')
        c.shutdown(socket.SHUT_WR)
        all.append(c)
      say('sent')
      say(all[0].recv(1).decode() + 'end')
      hear()
      say(receive_exactly(all[-1], 5).decode())
      """)
    #expect(try peer.reply() == "sent")
    #expect(try peer.reply() == "end")
    try listener.output.waitForBytes(200)
    #expect(!listener.errors.text.contains("waiting until connections end"), "\(listener.errors.text)")
    // The latest one still waits, and gets what comes.
    try peer.tell()
    try process.input?.write("later")
    #expect(try peer.reply() == "later")
  }

  @Test("No more than 1,000 wait")
  func thousand() throws {
    let listener = try SockListener(["-k"], input: .pipe)
    let peer = try PythonPeer(
      """
      import resource
      resource.setrlimit(resource.RLIMIT_NOFILE, (3000, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
      all = []
      for n in range(1100):
        c = socket.create_connection(('127.0.0.1', \(listener.port)))
        c.settimeout(30)
        c.sendall(b'x')
        c.shutdown(socket.SHUT_WR)
        all.append(c)
      for c in all[:100]:
        if c.recv(1) != b'': say('data')
      say('closed')
      hear()
      say(sum(1 for c in all[100:] if receive_exactly(c, 5) == b'later'))
      """)
    #expect(try peer.reply() == "closed")
    try listener.output.waitForBytes(1100)
    try peer.tell()
    try listener.process.input?.write("later")
    #expect(try peer.reply() == "1000")
  }
}
