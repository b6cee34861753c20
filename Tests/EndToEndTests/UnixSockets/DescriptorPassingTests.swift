import SockTestSupport
import Testing

/// `send --pass-fd`: a Python peer gets the descriptor and reads the file behind it.
@Suite(.endToEnd) struct DescriptorPassingTests {
  @Test(
    "Descriptors travel with the message",
    arguments: [("SOCK_STREAM", [] as [String]), ("SOCK_SEQPACKET", ["--type", "seqpacket"])])
  func descriptorsTravelWithAMessage(_ type: String, _ options: [String]) throws {
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

  @Test(
    "What cannot be passed is refused",
    arguments: [
      ("--pass-fd 99 -U /s x", "'99' is no open descriptor"), ("--pass-fd 0 127.0.0.1 9 x", "add --unix"),
      ("--pass-fd 0 -U /s", "a message of at least one byte"),
      ("--pass-credentials pid=1 127.0.0.1 9 x", "add --unix"), ("--pass-credentials pid=1 -U /s", "at least one byte"),
      ("--pass-credentials pid=0 -U /s x", "pid=N,uid=N,gid=N"), ("--pass-credentials 1,2,3 -U /s x", "pid=N,uid=N"),
      ("--pass-credentials pid=1,pid=2 -U /s x", "pid=N,uid=N"), ("--pass-credentials uid=-1 -U /s x", "pid=N,uid=N"),
    ])
  func unpassableDescriptorIsRefused(_ line: String, _ complaint: String) throws {
    let outcome = try Sock.run(["send"] + line.split(separator: " ").map(String.init))
    #expect(outcome.status == 64 && outcome.errors.contains(complaint), "\(outcome)")
  }

  @Test("Descriptors travel with a datagram, too")
  func descriptorsTravelWithADatagram() throws {
    let directory = try TemporaryDirectory()
    try writeFile(directory("a"), Array("contents".utf8))
    let peer = try PythonPeer(
      """
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(sys.argv[1])
      say('ready')
      data, fds, flags, _ = socket.recv_fds(s, 100, 10)
      say(data.decode(), *[os.read(fd, 100).decode() for fd in fds])
      """, arguments: [directory("s")])
    #expect(try peer.reply() == "ready")
    let sock = try RunningProcess(
      "sh",
      ["-c", #"exec 7<"$1"; shift; exec "$@""#, "sh", directory("a"), Sock.binary, "send", "--no-reply"]
        + ["--pass-fd", "7", "-U", "--type", "dgram", directory("s"), "hello"])
    #expect(try peer.reply() == "hello contents")
    #expect(try Sock.outcome(of: sock).status == 0)
  }

  /// Receives one message over a Unix socket of a type, and prints the sender's credentials.
  private func claim(_ type: String, _ claim: String, to path: String) throws -> (heard: String, Sock.Outcome) {
    let isStream = type != "dgram"
    let peer = try PythonPeer(
      """
      s = socket.socket(socket.AF_UNIX, socket.\(["dgram": "SOCK_DGRAM", "seqpacket": "SOCK_SEQPACKET"][type] ?? "SOCK_STREAM"))
      s.bind(sys.argv[1])
      s.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
      if \(isStream ? "True" : "False"): s.listen()
      say('ready')
      if \(isStream ? "True" : "False"): s, _ = s.accept(); s.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
      data, control, _, _ = s.recvmsg(100, 100)
      say(data.decode(), *struct.unpack('3i', control[0][2]))
      """, arguments: [path])
    #expect(try peer.reply() == "ready")
    let outcome = try Sock.run(
      ["send", "--no-reply", "--pass-credentials", claim, "-U", "--type", type, path, "hello"])
    return (outcome.status == 0 ? try peer.reply() : "", outcome)
  }

  @Test(
    "A message carries the credentials that were given",
    .enabled(if: Privileges.isRoot, "needs root, to claim credentials"),
    arguments: ["stream", "dgram", "seqpacket"])
  func credentialsAreClaimed(_ type: String) throws {
    let directory = try TemporaryDirectory()
    let (heard, outcome) = try claim(type, "pid=1,gid=77", to: directory("s"))
    #expect(heard == "hello 1 0 77", "\(outcome)")
  }

  @Test("A process that does not exist has no credentials")
  func missingProcessHasNoCredentials() throws {
    let directory = try TemporaryDirectory()
    let (_, outcome) = try claim("dgram", "pid=\(CInt.max)", to: directory("s"))
    #expect(outcome.status == (Privileges.isRoot ? 64 : 77), "\(outcome)")
    #expect(outcome.errors.contains(Privileges.isRoot ? "no process \(CInt.max)" : "CAP_SYS_ADMIN"), "\(outcome)")
  }

  @Test(
    "Claiming credentials without the privilege names it",
    .enabled(if: Privileges.isRoot, "needs root, to drop privileges"), arguments: ["stream", "dgram"])
  func missingRightToClaimIsNamed(_ type: String) throws {
    let outcome = try Sock.inNamespace(
      """
      $SOCK recv -v -U --type \(type) $TMP.s 2>$TMP & until grep -q listening $TMP; do :; done
      setpriv \(Privileges.dropped.joined(separator: " ")) $SOCK send --no-reply \
        --pass-credentials pid=1,uid=77 -U --type \(type) $TMP.s x
      """)
    #expect(outcome.status == 77 && outcome.errors.contains("CAP_SYS_ADMIN and CAP_SETUID"), "\(outcome)")
  }
}
