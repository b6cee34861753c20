import Glibc
import LoopTestSupport
import SocketLoop
import Testing

@testable import Shell

/// Control messages as the kernel delivers them, and as a script writes them.
@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct ControlMessageTests {
  @LoopActor private func received(_ lines: String...) async throws -> String {
    let shell = ShellRun()
    for line in lines { try await shell(line) }
    return shell.output.last ?? ""
  }

  @Test(arguments: [
    ("SO_TIMESTAMP", "SCM_TIMESTAMP {tv_sec=", "tv_usec="), ("SO_TIMESTAMPNS", "SCM_TIMESTAMPNS {tv_sec=", "tv_nsec="),
    ("SO_TIMESTAMP_NEW", "SCM_TIMESTAMP {", "tv_usec="), ("SO_TIMESTAMPNS_NEW", "SCM_TIMESTAMPNS {", "tv_nsec="),
    (
      "SO_TIMESTAMPING SOF_TIMESTAMPING_SOFTWARE|SOF_TIMESTAMPING_RX_SOFTWARE", "SCM_TIMESTAMPING {software={tv_sec=",
      "tv_nsec="
    ),
  ])
  @LoopActor func `timestamps have the name and the members of their struct`(
    _ option: String, _ start: String, _ member: String
  ) async throws {
    let setting = option.contains(" ") ? option : option + " 1"
    let shell = ShellRun()
    for line in ["u = socket inet dgram", "bind u 127.0.0.1:0", "setsockopt u \(setting)"] { try await shell(line) }
    var text = ""
    // The kernel begins to stamp packets a little after the first socket has asked for it.
    for _ in 0..<100 where !text.contains("[\(start)") {
      try await shell("sendto u \"x\" 0 $u.address")
      try await shell("recvmsg u 10")
      text = shell.output.last ?? ""
    }
    #expect(text.contains("[\(start)") && text.contains(member), "\(text)")
  }

  @Test(
    .enabled(if: geteuid() == 0, "needs root, for hop-by-hop options"),
    arguments: [
      (
        "IPV6_RECVHOPOPTS", "IPV6_HOPOPTS:0000050200000100",
        "IPV6_HOPOPTS {ip6h_nxt=17, ip6h_len=0, options=[5 \"\\x00\\x00\"]}"
      ),
      (
        "IPV6_RECVDSTOPTS", "SOL_IPV6/IPV6_DSTOPTS/x\"00 00 1e 02 61 62 01 00\"",
        "IPV6_DSTOPTS {ip6h_nxt=17, ip6h_len=0, options=[30 \"ab\"]}"
      ),
      ("IPV6_RECVDSTOPTS", "41/59/00001e0261620100", "options=[30 \"ab\"]"),
      ("IPV6_FLOWINFO", "IPV6_FLOWINFO:0x12345", "[IPV6_FLOWINFO 0x12345]"),
      ("IPV6_RECVTCLASS", "IPPROTO_IPV6/67/07000000 IPV6_DONTFRAG:1", "[IPV6_TCLASS 0x7]"),
      ("IPV6_RECVHOPLIMIT", "SOL_IPV6/IPV6_HOPLIMIT/ x\"05000000\"", "[IPV6_HOPLIMIT 5]"),
    ])
  @LoopActor func `what sendmsg attaches arrives`(_ option: String, _ control: String, _ text: String) async throws {
    let line = try await received(
      "u = socket inet6 dgram", "bind u [::1]:0", "setsockopt u \(option) 1",
      "sendmsg u \"x\" to:$u.address \(control)", "recvmsg u 10")
    #expect(line.contains(text), "\(line)")
  }

  @Test @LoopActor func `a header in a variable keeps every byte`() async throws {
    let line = try await received(
      "u = socket inet6 dgram", "bind u [::1]:0", "setsockopt u IPV6_RECVDSTOPTS 1", "h = inet6_opt_init",
      "h = inet6_opt_append $h 30 x\"ff fe 00 80\" 4", "h = inet6_opt_finish $h",
      "sendmsg u \"x\" to:$u.address IPV6_DSTOPTS:$h", "recvmsg u 10")
    #expect(line.contains("[30 \"\\xff\\xfe\\x00\\x80\"]"), "\(line)")
  }

  @Test @LoopActor func `IPv4 options arrive`() async throws {
    let line = try await received(
      "u = socket inet dgram", "bind u 127.0.0.1:0", "setsockopt u IP_RECVOPTS 1",
      "sendmsg u \"x\" to:$u.address IP_RETOPTS:94040000", "recvmsg u 10")
    #expect(line.contains("[IP_RECVOPTS \"\\x94\\x04\\x00\\x00\"]"), "\(line)")
  }

  @Test(arguments: [
    "sendmsg p \"x\" SOL_SOCKET/NOPE/00", "sendmsg p \"x\" SOL_SOCKET/SCM_RIGHTS/0", "sendmsg p \"x\" SOL_SOCKET/1",
    "sendmsg p \"x\" SOL_SOCKET/1/xy", "sendmsg p \"x\" IPV6_DSTOPTS:xy", "sendmsg p \"x\" SOL_NOPE/1/00",
  ])
  @LoopActor func `malformed ones are refused before anything is sent`(_ line: String) async throws {
    guard case .misuse? = await ShellRun().ending("p q = socketpair unix dgram", line) else {
      Issue.record("\(line) was taken")
      return
    }
  }
}
