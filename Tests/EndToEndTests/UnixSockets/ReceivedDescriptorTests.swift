import Glibc
import SockTestSupport
import Testing

/// `recv --receive-fds`: a command gets the descriptors that peers pass. Without it they are closed.
@Suite(.endToEnd) struct ReceivedDescriptorTests {
  private static let types = ["stream", "seqpacket", "dgram"]
  private let directory: TemporaryDirectory
  private var path: String { directory("s") }

  init() throws {
    directory = try TemporaryDirectory()
    for name in ["a", "b"] { try writeFile(directory(name), Array("contents of \(name)\n".utf8)) }
  }

  private func start(
    _ arguments: [String], verb: String = "recv", type: String = "stream", output: RunningProcess.Output = .collected
  ) throws -> RunningProcess {
    let receiver = try Sock.start([verb, "-U", "--type", type] + arguments + [path], output: output)
    try SocketTable.waitForUnixSocket(path)
    return receiver
  }

  /// Passes descriptors for the two files, each the given number of times.
  private func pass(_ type: String = "stream", times: Int = 1, then end: String = "") throws -> PythonPeer {
    let kind = type == "stream" ? "SOCK_STREAM" : type == "dgram" ? "SOCK_DGRAM" : "SOCK_SEQPACKET"
    return try PythonPeer(
      """
      s = socket.socket(socket.AF_UNIX, socket.\(kind)); s.connect(sys.argv[1])
      files = [os.open(name, os.O_RDONLY) for name in sys.argv[2:]]
      socket.send_fds(s, [b'payload\\n'], files * \(times))

      """ + end, arguments: [path, directory("a"), directory("b")])
  }

  @Test("The command has the descriptors as 3 and up, after the bytes they came with", arguments: types)
  func commandGetsDescriptors(_ type: String) throws {
    let command = """
      cat <&3; cat <&4; echo $SOCK_FDS $LISTEN_FDS
      for n in /proc/self/fd/*; do echo ${n##*/}; done | sort -n | tr '\\n' ' '
      grep -E 'Sig(Blk|Ign)' /proc/self/status
      """
    let receiver = try start(["-v", "--count", "1", "--receive-fds", command], type: type)
    try pass(type).finish()
    let outcome = try Sock.outcome(of: receiver)
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("sock: ran the command with 2 descriptors from "), "\(outcome)")
    #expect(outcome.errors.contains(": status 0 in "), "\(outcome)")
    let lines = outcome.lines
    #expect(lines.prefix(4) == ["payload", "contents of a", "contents of b", "2 2"], "\(outcome)")
    // The next number is the shell's own, for reading the directory.
    let numbers = lines[4].split(separator: " ").prefix { $0.allSatisfy(\.isNumber) }
    #expect(numbers == ["0", "1", "2", "3", "4", "5"] || numbers == ["0", "1", "2", "3", "4"], "\(outcome)")
    #expect(outcome.text.contains("SigBlk:\t0000000000000000"), "\(outcome)")
    // glibc leaves its own signals 32 and 33 ignored in what posix_spawn(3) starts.
    let ignored = try #require(outcome.text.firstMatch(of: /SigIgn:\t([0-9a-f]+)/)).1
    #expect((UInt64(ignored, radix: 16) ?? 1) & 0x7fff_ffff == 0, "\(outcome)")
  }

  @Test("sock receives what sock passes, and each message runs the command", arguments: ["stream", "seqpacket"])
  func eachMessageRunsTheCommand(_ type: String) throws {
    let receiver = try start(["--count", "2", "--receive-fds", "cat <&3; cat <&4 2>/dev/null; true"], type: type)
    for (number, message) in [("3", "one "), ("4", "two ")] {
      let sender = try RunningProcess(
        "sh",
        ["-c", #"exec 3<"$1" 4<"$2"; shift 2; exec "$@""#, "sh", directory("a"), directory("b"), Sock.binary, "send"]
          + ["--pass-fd", number, "--type", type, "-U", path, message])
      #expect(try Sock.outcome(of: sender).status == 0)
    }
    let outcome = try Sock.outcome(of: receiver)
    #expect(outcome.status == 0 && outcome.text == "one contents of a\ntwo contents of b\n", "\(outcome)")
  }

  @Test("A stream continues after the command, and a pipe ends with it")
  func streamContinuesAfterTheCommand() throws {
    let receiver = try start(["--receive-fds", "echo from the command >&3"])
    let peer = try PythonPeer(
      """
      s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])
      for round in range(3):
        r, w = os.pipe()
        socket.send_fds(s, [b'%d ' % round], [w])
        os.close(w)
        say(os.read(r, 100).decode().strip(), os.read(r, 100))
      s.sendall(b'end')
      """, arguments: [path])
    for _ in 0..<3 { #expect(try peer.reply() == "from the command b''") }
    let outcome = try Sock.outcome(of: receiver)
    #expect(outcome.status == 0 && outcome.text == "0 1 2 end", "\(outcome)")
  }

  @Test(
    "The status of a failed command is that of sock",
    arguments: [("exit 3", 3, "ended with status 3"), ("kill -9 $$", 137, "was ended by signal 9")])
  func statusOfTheCommand(_ command: String, _ status: CInt, _ words: String) throws {
    let receiver = try start(["--json", "--receive-fds", command])
    try pass().finish()
    let outcome = try Sock.outcome(of: receiver)
    #expect(outcome.status == status, "\(outcome)")
    #expect(outcome.errors.contains(#""event":"command""#) && outcome.errors.contains(#""status":\#(status),"#))
    #expect(outcome.errors.contains("the command \(words)") && outcome.text == "payload\n", "\(outcome)")
  }

  @Test("Each failed run is reported at once, and the number of them at the end")
  func failuresAreReportedAndCounted() throws {
    let receiver = try start(["--count", "3", "--receive-fds", "exit $(cat <&3 | wc -l)"], type: "dgram")
    for file in ["/dev/null", directory("a"), "/dev/null"] {
      try PythonPeer(
        """
        s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.connect(sys.argv[1])
        socket.send_fds(s, [b''], [os.open(sys.argv[2], os.O_RDONLY)])
        """, arguments: [path, file]
      ).finish()
    }
    let outcome = try Sock.outcome(of: receiver)
    #expect(outcome.status == 1, "\(outcome)")
    #expect(outcome.errors.contains("the command ended with status 1\nsock: 1 of 3 runs of the command failed: "))
  }

  @Test(
    "A signal ends the command and all it started",
    arguments: [
      "echo group $$; sleep 600; sleep 600", "trap '' TERM; echo group $$; sleep 600; sleep 600",
    ])
  func signalEndsTheProcessGroup(_ command: String) throws {
    let receiver = try start(["--receive-fds", command])
    _ = try pass(then: "hear()")
    let group = try receiver.output?.waitForLine(containing: "group ").dropFirst(6) ?? ""
    receiver.send(SIGTERM)
    let outcome = try Sock.outcome(of: receiver)
    #expect(outcome.status == 143 && outcome.seconds < 5, "\(outcome)")
    let identifier = try #require(pid_t(group))
    try eventually("the group of the command is gone", within: .seconds(5)) { kill(-identifier, 0) != 0 }
  }

  @Test("--deadline ends it, too")
  func deadlineEndsTheCommand() throws {
    let receiver = try start(["--deadline", "500ms", "--receive-fds", "exec sleep 600"])
    _ = try pass(then: "hear()")
    let outcome = try Sock.outcome(of: receiver)
    #expect(outcome.status == 75 && outcome.seconds < 5, "\(outcome)")
  }

  @Test("Descriptors lost to the limit on open files are reported")
  func descriptorsOverTheLimitAreReported() throws {
    let receiver = try RunningProcess(
      "sh",
      ["-c", #"ulimit -n 24; exec "$@""#, "sh", Sock.binary, "recv", "--receive-fds", "echo $SOCK_FDS", "-U", path])
    try SocketTable.waitForUnixSocket(path)
    try pass(times: 30).finish()
    let outcome = try Sock.outcome(of: receiver)
    #expect(outcome.errors.contains("are lost (MSG_CTRUNC)"), "\(outcome)")
    let count = try #require(Int(outcome.lines.last ?? ""))
    #expect(outcome.status == 0 && (1..<24).contains(count), "\(outcome)")
  }

  @Test("Without the option they are closed, and this is reported", arguments: types, ["pipe", "file"])
  func unwantedDescriptorsAreClosed(_ type: String, _ output: String) throws {
    let receiver = try start(
      ["--count", "1"], type: type, output: output == "pipe" ? .collected : .file(directory("out")))
    // The peer sees that its pipe has no writer left.
    let kind = type == "stream" ? "SOCK_STREAM" : type == "dgram" ? "SOCK_DGRAM" : "SOCK_SEQPACKET"
    let peer = try PythonPeer(
      """
      s = socket.socket(socket.AF_UNIX, socket.\(kind)); s.connect(sys.argv[1])
      r, w = os.pipe()
      socket.send_fds(s, [b'payload'], [w, w])
      os.close(w)
      say(os.read(r, 1))
      """, arguments: [path])
    #expect(try peer.reply() == "b''")
    let outcome = try Sock.outcome(of: receiver)
    let text = output == "pipe" ? outcome.text : String(decoding: try readFile(directory("out")), as: UTF8.self)
    #expect(outcome.status == 0 && text == "payload", "\(outcome)")
    #expect(outcome.errors.contains("descriptors were passed and closed: sock recv --receive-fds"), "\(outcome)")
  }

  @Test("A peer that sends only credentials passes no descriptor")
  func credentialsAloneAreNoDescriptors() throws {
    let receiver = try start(["-o", "SO_PASSCRED=on"])
    #expect(try Sock.run(["send", "--no-reply", "-U", path, "x"]).status == 0)
    let outcome = try Sock.outcome(of: receiver)
    #expect(outcome.status == 0 && outcome.errors.isEmpty && outcome.text == "x", "\(outcome)")
  }

  @Test(
    "Misuse is refused",
    arguments: [
      ("--receive-fds true 127.0.0.1 0", "descriptors are passed over Unix sockets, and not over tcp: add --unix"),
      ("--receive-fds true -u 127.0.0.1 0", "not over udp"), ("--receive-fds= -U /nowhere/s", "needs a command"),
      ("--receive-fds true --resume -U /nowhere/s", "exclude each other"),
    ])
  func misuseIsRefused(_ line: String, _ complaint: String) throws {
    let outcome = try Sock.run(["recv"] + line.split(separator: " ").map(String.init))
    #expect(outcome.status == 64 && outcome.errors.contains(complaint), "\(outcome)")
  }

  @Test("An inherited socket is checked for whether it can pass any")
  func inheritedSocketIsChecked() throws {
    let (socket, _) = try Descriptor.listening()
    let outcome = try Sock.run(["recv", "--receive-fds", "true", "fd:3"], descriptors: [3: socket])
    #expect(outcome.status == 64 && outcome.errors.contains("fd:3 is none"), "\(outcome)")
  }
}
