import Glibc
import SockTestSupport
import Testing

/// SIGURG and SIGIO, in a process that blocks them from its start, and descriptors that it inherits.
@Suite(.endToEnd) struct ShellSignalTests {
  private static let connection = """
    set -e
    s = socket inet stream
    bind s 127.0.0.1:0
    listen s SOMAXCONN
    c = socket inet stream
    connect c $s.address
    a = accept s

    """

  private func shell(_ lines: String) throws -> Sock.Outcome {
    try Sock.run(["shell"], input: .text(Self.connection + lines + "\n"), within: .seconds(30))
  }

  @Test("Urgent data sends SIGURG to the owner, and sockatmark finds the mark")
  func urgentData() throws {
    let outcome = try shell(
      """
      fcntl a F_SETOWN
      fcntl a F_GETOWN
      assert $? > 1
      send c "!" MSG_OOB
      wait a SIGURG 5s
      sockatmark a
      assert $? == 1
      recv a 1 MSG_OOB
      ioctl a SIOCSPGRP 0
      ioctl a FIOGETOWN
      assert $? == 0
      """)
    #expect(outcome.status == 0, "\(outcome)")
  }

  @Test("Readiness sends SIGIO, which waits for it, and which a mask lets end ppoll and pselect")
  func readiness() throws {
    let outcome = try shell(
      """
      fcntl a F_SETOWN getpid()
      ioctl a FIOASYNC 1
      fcntl a F_GETFL
      assert $? == O_ASYNC
      send c "x"
      wait a SIGIO 5s
      set +e
      spawn { sleep 20ms; send c "y" }
      ppoll a:POLLRDBAND 5s 0
      assert errno EINTR
      wait
      spawn { sleep 20ms; send c "z" }
      pselect a:e 5s SIGURG
      assert errno EINTR
      wait
      send c "!"
      pselect a:e 50ms SIGIO|SIGURG
      assert errno 0
      wait a SIGIO 5s
      """)
    #expect(outcome.status == 0, "\(outcome)")
  }

  @Test("A signal that does not come is a failed expectation", arguments: ["SIGIO", "SIGURG"])
  func noSignal(_ name: String) throws {
    let outcome = try shell("fcntl a F_SETOWN\nwait a \(name) 20ms")
    #expect(outcome.status == 65 && outcome.errors.contains("no \(name) came"), "\(outcome)")
  }
}
