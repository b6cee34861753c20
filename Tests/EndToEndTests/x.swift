import SockTestSupport
import Testing

@Test func `a python peer talks`() async throws {
  let (peer, port) = try PythonPeer.server("c.sendall(b'hi'); say(hear())")
  let nc = try RunningProcess("nc.openbsd", ["-d", "127.0.0.1", "\(port)"])
  try peer.tell("x y")
  #expect(try peer.reply() == "x y")
  try peer.finish()
  #expect(try nc.wait().status == 0)
  #expect(nc.output?.text == "hi")
  #expect(Sock.canMakeNamespaces)
}
