import SockTestSupport
import Testing

/// `send --pass-fd`: a Python peer gets the descriptor, and reads the file behind it.
@Suite(.endToEnd) struct DescriptorPassingTests {
  @Test(arguments: [("SOCK_STREAM", [] as [String]), ("SOCK_SEQPACKET", ["--type", "seqpacket"])])
  func `descriptors travel with the message`(_ type: String, _ options: [String]) throws {
    let directory = try TemporaryDirectory()
    for name in ["a", "b"] { try writeFile(directory(name), Array("contents of \(name)".utf8)) }
    let peer = try PythonPeer(
      """
      l = socket.socket(socket.AF_UNIX, socket.\(type)); l.bind(sys.argv[1]); l.listen()
      say('ready')
      c, _ = l.accept()
      data, fds, flags, _ = socket.recv_fds(c, 100, 10)
      say(data.decode(), *[os.read(fd, 100).decode() for fd in fds])
      """, arguments: [directory("s")])
    #expect(try peer.reply() == "ready")
    let sock = try RunningProcess(
      "sh",
      ["-c", #"exec 7<"$1" 8<"$2"; shift 2; exec "$@""#, "sh", directory("a"), directory("b"), Sock.binary, "send"]
        + ["--pass-fd", "7", "--pass-fd", "8", "-U"] + options + [directory("s"), "hello"])
    #expect(try peer.reply() == "hello contents of a contents of b")
    #expect(try Sock.outcome(of: sock).status == 0)
  }

  @Test(arguments: [
    ("--pass-fd 99 -U /s x", "'99' is no open descriptor"), ("--pass-fd 0 127.0.0.1 9 x", "add --unix"),
    ("--pass-fd 0 -U /s", "a message of at least one byte"),
    ("--pass-fd 0 -U --type dgram /s x", "stream or seqpacket"),
  ])
  func `what cannot be passed is refused`(_ line: String, _ complaint: String) throws {
    let outcome = try Sock.run(["send"] + line.split(separator: " ").map(String.init))
    #expect(outcome.status == 64 && outcome.errors.contains(complaint), "\(outcome)")
  }
}
