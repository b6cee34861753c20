import Glibc
import SockTestSupport
import Testing

/// Files that fail during a transfer: disks that fill up, files that shrink.
@Suite(.heavy) struct FailingFileTests {
  @Test(
    "A disk that fills under stdout is 74, and the count is what the disk holds",
    .enabled(if: Sock.canMakeNamespaces, "needs the privilege to mount a file system of 8 MiB"),
    arguments: [[], ["--log", "/dev/null"]])
  func fullDiskUnderStdoutIs74(_ options: [String]) throws {
    let outcome = try Sock.inNamespace(
      """
      mkdir $TMP.disk
      mount -t tmpfs -o size=8m none $TMP.disk
      head -c \(LargeTransfer.size) /dev/zero | socat -u - TCP:127.0.0.1:7000,retry=200,interval=0.05 2>/dev/null &
      status=0
      $SOCK recv --json \(options.joined(separator: " ")) 127.0.0.1 7000 > $TMP.disk/out || status=$?
      stat -c "$status %s" $TMP.disk/out
      """, within: LargeTransfer.limit)
    #expect(outcome.text == "74 \(8 << 20)\n", "\(outcome)")
    #expect(outcome.errors.contains("cannot write standard output"))
    #expect(outcome.errors.contains("ENOSPC"))
    #expect(try LargeTransfer.number("received", of: "closed", in: outcome.errors) == 8 << 20)
  }

  @Test(
    "A file that shrinks while it is sent is 74, with a message that says so",
    arguments: [[], ["--log", "/dev/null"], ["--limit-rate", "4G"]])
  func shrinkingFileIs74(_ options: [String]) throws {
    let directory = try TemporaryDirectory()
    let file = try LargeTransfer.input(in: directory)
    let (peer, port) = try PythonPeer.server(
      """
      hear()
      buffer, got = bytearray(1 << 20), 0
      try:
        while True:
          count = c.recv_into(buffer)
          if not count: break
          got += count
        say(got, 'the end')
      except ConnectionResetError: say(got, 'a reset')
      """)
    let sock = try Sock.start(
      ["send", "--json", "--no-reply"] + options + ["127.0.0.1", "\(port)"], input: .file(file))
    try sock.waitUntilIdle()
    #expect(truncate(file, off_t(LargeTransfer.size / 2)) == 0)
    try peer.tell()
    let outcome = try Sock.outcome(of: sock, within: LargeTransfer.limit)
    #expect(outcome.status == 74)
    #expect(
      outcome.errors.contains("shrank from \(LargeTransfer.size) to \(LargeTransfer.size / 2) bytes"),
      "\(outcome.errors)")
    let got = try peer.reply(within: LargeTransfer.limit)
    #expect(got == "\(LargeTransfer.size / 2) a reset")
    #expect(try LargeTransfer.number("sent", of: "closed", in: outcome.errors) == LargeTransfer.size / 2)
  }

  /// Files in `/sys` report a size of one page, and hold a few bytes.
  @Test("A file shorter than its reported size has not shrunk")
  func fileShorterThanItsSizeHasNotShrunk() throws {
    let (peer, port) = try PythonPeer.server("say(receive_all(c))")
    let outcome = try Sock.run(
      ["send", "127.0.0.1", "\(port)"], input: .file("/sys/kernel/mm/transparent_hugepage/enabled"))
    #expect(outcome.status == 0, "\(outcome)")
    try peer.finish()
  }
}
