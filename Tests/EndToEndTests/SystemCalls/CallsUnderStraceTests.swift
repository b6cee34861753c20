import Glibc
import SockTestSupport
import Testing

/// The observer of the gateway and strace(1) see the same calls: nothing that works on a descriptor is called around it.
@Suite(.endToEnd, .enabled(if: StraceRun.isPossible, "needs strace(1), and the right to trace"))
struct CallsUnderStraceTests {
  private func coverage(of run: StraceRun, status: CInt = 0) throws -> GatewayCoverage {
    #expect(try run.process.wait(within: .seconds(60)).status == status)
    let coverage = GatewayCoverage(try run.threads())
    for fault in coverage.faults.prefix(10) { Issue.record("\(fault)") }
    return coverage
  }

  private func expect(_ wanted: [String], in coverage: GatewayCoverage) {
    var rest = wanted[...]
    for name in coverage.names where name == rest.first { rest = rest.dropFirst() }
    #expect(rest.isEmpty, "not seen, or not in this order: \(rest) in \(coverage.names)")
  }

  @Test func `connect by name: the look-up's thread is seen too`() throws {
    let (peer, port) = try PythonPeer.server("c.sendall(receive_all(c))\nc.close()")
    let run = try StraceRun(["connect", "localhost", "\(port)"], input: .text("hello\n"))
    let coverage = try coverage(of: run)
    expect(["fcntl", "socket", "connect", "epoll_wait", "shutdown", "close"], in: coverage)
    #expect(coverage.names.contains("getaddrinfo"))
    #expect(run.process.output?.text == "hello\n")
    try peer.finish()
  }

  @Test func `connect that is refused`() throws {
    let run = try StraceRun(["connect", "127.0.0.1", "1"])
    expect(["socket", "connect", "close", "poll", "write"], in: try coverage(of: run, status: 69))
  }

  @Test func `listen -k serves a peer, and ends by a signal`() throws {
    let run = try StraceRun(["listen", "-k", "127.0.0.1", "0"], input: .pipe)
    let line = try #require(run.process.errors).waitForLine(containing: "listening", within: .seconds(60))
    let port = try SockListener.port(in: line)
    #expect(try Sock.run(["send", "--no-reply", "127.0.0.1", "\(port)", "hello"]).status == 0)
    try run.process.output?.waitForBytes(5)
    try run.send(SIGTERM)
    let coverage = try coverage(of: run, status: 143)
    expect(["signalfd", "socket", "bind", "listen", "epoll_create1", "accept4"], in: coverage)
  }

  @Test func `udp-send, and the answer`() throws {
    let (peer, port) = try PythonPeer.datagrams("data, a = s.recvfrom(100)\ns.sendto(data, a)")
    let run = try StraceRun(["udp-send", "--reply", "1", "--wait", "30", "127.0.0.1", "\(port)", "hello"])
    expect(["socket", "connect", "send", "recvmmsg", "close"], in: try coverage(of: run))
    #expect(run.process.output?.text.hasPrefix("hello") == true)
    try peer.finish()
  }

  @Test(arguments: [["localhost"], ["--legacy", "localhost"], ["127.0.0.1"]])
  func resolve(words: [String]) throws {
    let coverage = try coverage(of: StraceRun(["resolve"] + words))
    // At the start, fcntl(2) tells which of the standard descriptors are open.
    #expect(GatewayCoverage.lookups.contains(coverage.names.first { $0 != "fcntl" } ?? ""))
    #expect(coverage.names.last == "write")
  }

  @Test func `opts asks the kernel about every option`() throws {
    let coverage = try coverage(of: StraceRun(["opts"]))
    expect(["socket", "getsockopt", "close", "write"], in: coverage)
    #expect(coverage.names.filter { $0 == "getsockopt" }.count > 100)
  }

  @Test(.enabled(if: getuid() == 0, "needs root"))
  func `ping`() throws {
    expect(
      ["socket", "connect", "send", "recvmsg", "pwritev2"],
      in: try coverage(of: StraceRun(["ping", "--count", "1", "127.0.0.1"])))
  }
}
