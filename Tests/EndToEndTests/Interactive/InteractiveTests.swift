import Glibc
import SockTestSupport
import Testing

/// `connect -I` and `listen -I` on a real terminal.
@Suite(.endToEnd) struct InteractiveTests {
  /// A peer that prints what it receives, and sends what it is told to.
  static let parrot = """
    threading.Thread(target=lambda: [say('got', repr(b)) for b in iter(lambda: c.recv(4096), b'')] + [say('end')],
      daemon=True).start()
    while True:
      line = hear()
      if line == 'close' or not line: break
      c.sendall(eval(line))
    c.close()
    """

  private let state: TemporaryDirectory
  private let peer: PythonPeer
  private let terminal: Terminal

  init() throws {
    state = try TemporaryDirectory()
    let port: Int
    (peer, port) = try PythonPeer.server(Self.parrot)
    terminal = try Terminal(["connect", "-I", "127.0.0.1", "\(port)"], state: state)
    try terminal.wait(for: "> ")
  }

  @Test("What the peer sends appears above the line being typed")
  func receivedTextAppearsAboveTheLine() throws {
    try terminal.type("hel")
    try terminal.wait(for: "hel")
    try peer.tell("b'first\\n'")
    try terminal.wait(for: "first\r\n> hel")
    try terminal.type("lo\r")
    #expect(try peer.reply() == "got b'hello\\n'")
  }

  @Test("An unfinished line from the peer becomes the prompt, and continues as it arrives")
  func unfinishedLineIsThePrompt() throws {
    try peer.tell("b'log'")
    try terminal.wait(for: "log")
    try terminal.type("bob")
    try terminal.wait(for: "bob")
    try peer.tell("b'in: '")
    try terminal.wait(for: "login: bob")
    try peer.tell("b'no\\r\\nagain: '")
    try terminal.wait(for: "login: no\r\nagain: bob")
    try terminal.type("\r")
    #expect(try peer.reply() == "got b'bob\\n'")
    try peer.tell("b'done\\n'")
    let rest = try terminal.wait(for: "done\r\n")
    #expect(!rest.contains("again"))
  }

  @Test("Control characters from the peer are shown, and have no effect")
  func controlCharactersAreShown() throws {
    try peer.tell("b'\\x1b[2Jbell\\x07 \\x9b31m \\xc2\\x9b caf\\xc3\\xa9\\n'")
    try terminal.wait(for: "^[[2Jbell^G \\x9b31m \\xc2\\x9b café\r\n")
  }

  @Test("Escapes do what they say")
  func escapesWork() throws {
    try terminal.type("~?\r")
    try terminal.wait(for: "~h          half-close")
    try terminal.wait(for: "\r\n\u{1b}[?2004h> ")
    try terminal.type("~x 41 420d0a\r")
    #expect(try peer.reply() == "got b'AB\\r\\n'")
    try terminal.wait(for: "h> ")
    try terminal.type("~~.\r")
    #expect(try peer.reply() == "got b'~.\\n'")
    try terminal.wait(for: "h> ")
    try terminal.type("~s\r")
    try terminal.wait(for: "sent 7 bytes, received 0 bytes")
    try terminal.wait(for: "TCP_INFO: ESTABLISHED, rtt ")
    try terminal.wait(for: "h> ")
    try terminal.type("~q\r")
    try terminal.wait(for: "no such escape")
    try terminal.wait(for: "h> ")
    try terminal.type("~h\r")
    #expect(try peer.reply() == "end")
    try peer.tell("b'still here\\n'")
    try terminal.wait(for: "still here")
    try terminal.type("~.")
    #expect(try terminal.process.wait().status == 0)
    #expect(try terminal.isAsBefore())
  }

  @Test("Urgent data arrives as such")
  func urgentDataArrives() throws {
    try terminal.type("~u abc\r")
    #expect(try peer.reply() == "got b'ab'")
  }

  @Test("Ctrl-C drops the line, and ends the program on an empty one")
  func interruptDropsTheLineOrEnds() throws {
    try terminal.type("dropped\u{3}")
    try terminal.wait(for: "^C")
    try terminal.wait(for: "> ")
    try terminal.type("kept\r")
    #expect(try peer.reply() == "got b'kept\\n'")
    try terminal.wait(for: "h> ")
    try terminal.type("\u{3}")
    #expect(try terminal.process.wait().status == 130)
    #expect(try terminal.isAsBefore())
  }

  @Test("The end of input half-closes, and the answer is shown")
  func endOfInputHalfCloses() throws {
    try terminal.type("\u{4}")
    #expect(try peer.reply() == "end")
    try peer.tell("b'answer'")
    try terminal.wait(for: "answer")
    try peer.tell("close")
    #expect(try terminal.process.wait().status == 0)
  }

  @Test("A signal restores the terminal", arguments: [SIGTERM, SIGHUP, SIGINT])
  func signalRestoresTheTerminal(_ number: CInt) throws {
    try terminal.type("half a line")
    try terminal.wait(for: "half a line")
    #expect(try !terminal.isAsBefore(), "nothing is edited")
    terminal.process.send(number)
    #expect(try terminal.process.wait().status == 128 + number)
    #expect(try terminal.isAsBefore())
  }

  @Test("The peer's end restores it, too")
  func peerEndRestoresTheTerminal() throws {
    try peer.tell("b'last words'")
    try terminal.wait(for: "last words")
    try peer.tell("close")
    #expect(try terminal.process.wait().status == 0)
    try terminal.wait(for: "last words\r\n")
    #expect(try terminal.isAsBefore())
  }

  @Test("A line fits a window that was resized")
  func lineFitsAResizedWindow() throws {
    try terminal.resize(rows: 24, columns: 20)
    // The redrawn prompt shows that the new size is known.
    try terminal.wait(for: "> ")
    try terminal.type("0123456789abcdefghij")
    // Readline breaks the line at the twentieth column.
    try terminal.wait(for: "0123456789abcdefgh")
    try terminal.wait(for: "j")
    try peer.tell("b'above\\n'")
    try terminal.wait(for: "above\r\n> 0123456789abcdefgh")
    try terminal.type("\r")
    #expect(try peer.reply() == "got b'0123456789abcdefghij\\n'")
  }

  @Test("The history is kept from one run to the next")
  func historyIsKept() throws {
    try terminal.type("remember me\r")
    #expect(try peer.reply() == "got b'remember me\\n'")
    try terminal.wait(for: "h> ")
    try terminal.type(" a secret\r")
    #expect(try peer.reply() == "got b' a secret\\n'")
    try terminal.wait(for: "h> ")
    try terminal.type("~.")
    #expect(try terminal.process.wait().status == 0)

    let next = try Terminal(["listen", "-I", "127.0.0.1", "0"], state: state)
    let report = try next.wait(for: " (tcp)")
    let client = try PythonPeer.client(port: try SockListener.port(in: report), "say(c.recv(100))")
    try next.wait(for: "> ")
    try next.type("\u{1b}[A")
    try next.wait(for: "remember me")
    try next.type("\r")
    #expect(try client.reply() == "b'remember me\\n'")
    let file = state("sock/conversations")
    #expect(fileStatus(file).map { $0.st_mode & 0o777 } == 0o600)
    #expect(fileStatus(state("sock")).map { $0.st_mode & 0o777 } == 0o700)
  }
}
