import SockTestSupport
import Testing

/// `--proxy-protocol` with other programs.
@Suite(.endToEnd) struct ProxyProtocolPeerTests {
  /// haproxy, with the body of a configuration.
  private func haproxy(_ sections: String, port: Int) throws -> RunningProcess {
    let directory = try TemporaryDirectory()
    let timeouts = "defaults\n mode tcp\n timeout client 30s\n timeout server 30s\n timeout connect 5s\n"
    try writeFile(directory("haproxy.cfg"), Array((timeouts + sections + "\n").utf8))
    let process = try RunningProcess("haproxy", ["-db", "-f", directory("haproxy.cfg")])
    try SocketTable.tcp.waitForListener(on: port)
    return process
  }

  private static let request = "GET / HTTP/1.0\r\n\r\n"

  @Test(
    "haproxy sends its header in each form",
    arguments: ["send-proxy", "send-proxy-v2", "send-proxy-v2 proxy-v2-options crc32c,authority,unique-id"])
  func fromHAProxy(_ how: String) throws {
    let listener = try SockListener(["-v", "--proxy-protocol", "accept", "--proxy-protocol-from", "127.0.0.0/8"])
    let port = try Ports.free()
    _ = try haproxy(
      "frontend f\n bind 127.0.0.1:\(port)\n unique-id-format id-%ts\n default_backend b\n"
        + "backend b\n server s 127.0.0.1:\(listener.port) \(how)", port: port)
    let client = try PythonPeer.client(port: port, "say(c.getsockname()[1])\nc.sendall(b'hello')\nc.close()")
    let source = try client.reply()
    let outcome = try listener.outcome()
    #expect(outcome.status == 0 && outcome.text == "hello", "\(outcome)")
    #expect(outcome.errors.contains("accepted 127.0.0.1:\(source)\n"), "\(outcome)")
    #expect(outcome.errors.contains("to 127.0.0.1:\(port)"), "\(outcome)")
  }

  @Test("haproxy takes ours in each version, and what a relay passes on", arguments: ["send", "send-v1", "pass"])
  func toHAProxy(_ how: String) throws {
    let port = try Ports.free()
    _ = try haproxy(
      "frontend f\n mode http\n bind 127.0.0.1:\(port) accept-proxy\n"
        + #" http-request return status 200 content-type text/plain lf-string "%[src]:%[src_port]>%[dst]:%[dst_port]""#,
      port: port)
    let relay = try SockListener.relay(["--proxy-protocol", how], "127.0.0.1:\(port)")
    let header = how == "pass" ? ProxyProtocolTests.line.replacing("\\r\\n", with: "\r\n") : ""
    let client = try PythonPeer.client(
      port: relay.port,
      "c.sendall(b'''\(header)\(Self.request)'''.replace(b'\\n', b'\\r\\n'))\nsay(c.getsockname()[1], receive_all(c).split(b'\\n')[-1].decode())"
    )
    let reply = try client.reply().split(separator: " ")
    #expect(
      reply[1]
        == (how == "pass" ? "203.0.113.7:5000>198.51.100.2:443" : "127.0.0.1:\(reply[0])>127.0.0.1:\(relay.port)"),
      "\(reply)")
  }

  @Test("nginx takes ours in each version", arguments: ["send", "send-v1"])
  func toNGINX(_ how: String) throws {
    let (port, directory) = (try Ports.free(), try TemporaryDirectory())
    let configuration = """
      daemon off; master_process off; pid \(directory("pid")); error_log stderr;
      events {}
      http {
        access_log off;
        client_body_temp_path \(directory("b")); proxy_temp_path \(directory("p")); fastcgi_temp_path \(directory("f"));
        uwsgi_temp_path \(directory("u")); scgi_temp_path \(directory("s"));
        server {
          listen 127.0.0.1:\(port) proxy_protocol;
          location / { return 200 "$proxy_protocol_addr:$proxy_protocol_port"; }
        }
      }
      """
    try writeFile(directory("nginx.conf"), Array(configuration.utf8))
    let nginx = try RunningProcess("nginx", ["-e", "stderr", "-c", directory("nginx.conf")])
    try SocketTable.tcp.waitForListener(on: port)
    let outcome = try Sock.run(
      ["send", "-v", "127.0.0.1", "\(port)", "--proxy-protocol", how, "--source", "127.0.0.9", Self.request])
    #expect(outcome.text.contains("\r\n\r\n127.0.0.9:"), "\(outcome)")
    withExtendedLifetime((nginx, directory)) {}
  }

  @Test("curl sends its header of version 1")
  func curl() throws {
    let listener = try SockListener(
      ["-v", "--proxy-protocol", "accept"], input: .text("HTTP/1.0 200 OK\r\n\r\nyes"))
    let curl = try RunningProcess(
      "curl", ["-s", "--noproxy", "*", "--haproxy-protocol", "http://127.0.0.1:\(listener.port)/"])
    #expect(try curl.wait().status == 0)
    #expect(try curl.output?.all() == Array("yes".utf8))
    #expect(try listener.outcome().errors.contains("(PROXY v1)"))
  }
}
