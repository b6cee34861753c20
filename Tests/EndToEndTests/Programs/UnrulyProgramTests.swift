import Glibc
import SockTestSupport
import Testing

/// Programs for peers that do not behave.
@Suite(.endToEnd) struct UnrulyProgramTests {
  @Test("A program that closes its output and lives on is ended five seconds after its peer has ended")
  func closesOutput() throws {
    let listener = try SockListener(["-v", "--shell-exec", "echo $$; exec >&-; exec sleep 600"])
    let peer = try PythonPeer.client(
      port: listener.port, "say(receive_all(c).decode().strip())\nc.close()")
    let identifier = try #require(pid_t(try peer.reply()))
    let outcome = try listener.outcome()
    #expect(outcome.status == 0 && (4...20).contains(outcome.seconds), "\(outcome)")
    #expect(kill(identifier, 0) == -1 && errno == ESRCH)
  }

  @Test("Hundreds of programs that exit at once leave neither zombies nor descriptors")
  func storm() throws {
    let listener = try SockListener(["-k", "--exec", "true"])
    let descriptors = { () throws -> Int in
      let list = try RunningProcess("ls", ["/proc/\(listener.process.identifier)/fd"])
      try list.wait()
      return list.output?.text.split(separator: "\n").count ?? 0
    }
    let before = try descriptors()
    let peer = try PythonPeer(
      """
      for turn in range(10):
        all = [socket.create_connection(('127.0.0.1', \(listener.port))) for n in range(40)]
        for c in all:
          try: receive_all(c)
          except ConnectionResetError: pass
          c.close()
      say('done')
      """)
    #expect(try peer.reply() == "done")
    let path = "/proc/\(listener.process.identifier)/task/\(listener.process.identifier)/children"
    try eventually("no child is left") { try readFile(path).isEmpty }
    try eventually("no descriptor is left") { try descriptors() <= before + 2 }
  }

  @Test("So is one whose peer stays")
  func closesOutputWhilePeerStays() throws {
    let listener = try SockListener(["-k", "-v", "--shell-exec", "exec >&-; exec sleep 600"])
    let peer = try PythonPeer.client(port: listener.port, "say(receive_all(c).decode() + 'end')\nhear()")
    #expect(try peer.reply() == "end")
    try listener.errors.waitForLine(containing: "closed", within: .seconds(20))
    try peer.tell()
  }

  @Test("On a terminal, a last line without its line feed does not hide the end")
  func unfinishedLineOnTerminal() throws {
    for (message, answer) in [("abc", "abcabc"), ("a\nb", "b"), ("abc\n", "abc"), ("", "")] {
      let listener = try SockListener(["--pty", "--exec", "cat"])
      let client = try Sock.run(["send", "--deadline", "20", "127.0.0.1", "\(listener.port)", message])
      #expect(client.status == 0 && client.text.contains(answer), "\(client)")
      #expect(try listener.outcome().status == 0)
    }
  }
}
