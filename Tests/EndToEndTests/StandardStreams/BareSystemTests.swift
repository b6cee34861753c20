import SockTestSupport
import Testing

/// A sandbox that lacks what other systems have: `/proc`, `/dev/null`.
@Suite(.endToEnd, .enabled(if: Sock.canMakeNamespaces, "needs the privilege to mount over /proc and /dev"))
struct BareSystemTests {
  /// Runs the program where a directory is empty.
  static func withoutContents(of path: String) -> String {
    "unshare -m sh -c 'mount -t tmpfs none \(path) && exec \"$0\" \"$@\"' $SOCK"
  }
  static let withoutProc = withoutContents(of: "/proc")
  static let withoutDevices = withoutContents(of: "/dev")

  @Test("Without /proc the arguments are those of execve")
  func argumentsWithoutProc() throws {
    let version = try Sock.inNamespace("\(Self.withoutProc) --version")
    #expect(version.status == 0 && version.text.hasPrefix("sock "), "\(version)")
    let usage = try Sock.inNamespace("\(Self.withoutProc) connect --no-such-option \u{e9} 1")
    #expect(usage.status == 64 && usage.errors.contains("--no-such-option"), "\(usage)")
  }

  @Test("Without /proc a connection works, also with stdout a named pipe")
  func connectionWithoutProc() throws {
    let outcome = try Sock.inNamespace(
      """
      mkfifo $TMP.pipe
      socat -u EXEC:'echo answer' TCP-LISTEN:7000,reuseaddr &
      cat <$TMP.pipe & reader=$!
      exec 8>$TMP.pipe
      until \(Self.withoutProc) connect 127.0.0.1 7000 </dev/null >&8 2>/dev/null; do sleep 0.05; done
      exec 8>&-
      wait $reader
      """)
    #expect(outcome.text == "answer\n", "\(outcome)")
  }

  @Test(
    "Without /dev/null, a closed descriptor is never the connection",
    arguments: ["<&-", "2>&-", "<&- 2>&-"])
  func closedDescriptorWithoutNullDevice(_ closed: String) throws {
    let outcome = try Sock.inNamespace(
      """
      echo question >$TMP
      socat -u TCP-LISTEN:7000,reuseaddr STDOUT & peer=$!
      until \(Self.withoutDevices) connect -v -q 1 127.0.0.1 7000 <$TMP \(closed) >$TMP.out; do sleep 0.05; done
      wait $peer
      """)
    #expect(outcome.text == (closed.hasPrefix("<&-") ? "" : "question\n"), "\(outcome)")
    #expect(!outcome.errors.contains("EEXIST"), "\(outcome)")
  }

  @Test("Without /dev/null, a program that only sends discards what comes")
  func sendOnlyWithoutNullDevice() throws {
    let outcome = try Sock.inNamespace(
      """
      socat TCP-LISTEN:7000,reuseaddr EXEC:cat &
      until \(Self.withoutDevices) send --no-reply 127.0.0.1 7000 question 2>$TMP; do sleep 0.05; done
      cat $TMP >&2
      """)
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome)")
  }
}
