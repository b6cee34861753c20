import SockTestSupport
import Testing

/// nginx, whose TLS is its own use of OpenSSL: large transfers both ways, resumed sessions, early data.
@Suite(.heavy, .enabled(if: fileStatus("/usr/sbin/nginx") != nil, "needs nginx")) struct TLSWebServerTests {
  private struct Server {
    let directory: TemporaryDirectory
    let authority: TestAuthority
    let port: Int
    let process: RunningProcess

    init() throws {
      let directory = try TemporaryDirectory()
      self.directory = directory
      authority = try TestAuthority()
      port = try Ports.free()
      let pair = try authority.issue()
      let places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path \(directory($0));" }
      let configuration = """
        daemon off; master_process off; pid \(directory("pid")); error_log \(directory("errors"));
        events {}
        http {
          access_log off; \(places.joined(separator: " "))
          server {
            listen 127.0.0.1:\(port) ssl; root \(directory.path); client_max_body_size 0;
            ssl_certificate \(pair.certificate); ssl_certificate_key \(pair.key);
            ssl_protocols TLSv1.2 TLSv1.3; ssl_early_data on;
            location / { dav_methods PUT; }
          }
        }
        """
      try writeFile(directory("nginx.conf"), Array(configuration.utf8))
      process = try RunningProcess("/usr/sbin/nginx", ["-c", directory("nginx.conf")])
      try SocketTable.tcp.waitForListener(on: port)
    }

    func send(_ arguments: [String], input: RunningProcess.Input, output: RunningProcess.Output = .collected) throws
      -> RunningProcess
    {
      // nginx sends no close_notify if ours has come before it closes.
      try RunningProcess(
        Sock.binary,
        ["send", "--tls-truncation-ok", "tls://localhost:\(port)", "--tls-trust", authority.certificate] + arguments,
        input: input,
        output: output)
    }
  }

  @Test("What is sent and received arrives whole", arguments: ["1.2", "1.3"])
  func transfers(_ version: String) throws {
    let server = try Server()
    let input = try LargeTransfer.input(in: server.directory)
    let got = server.directory("got")
    let request = "GET /in HTTP/1.0\r\nHost: localhost\r\n\r\n"
    let receiver = try server.send(["--tls-version", version], input: .text(request), output: .file(got))
    #expect(try receiver.wait(within: LargeTransfer.limit).status == 0)
    let same = "sed '1,/^\\r$/d' \(got) | cmp - \(input)"
    #expect(try RunningProcess("sh", ["-c", same]).wait(within: LargeTransfer.limit).status == 0)
    let head = "PUT /up HTTP/1.0\\r\\nHost: localhost\\r\\nContent-Length: \(LargeTransfer.size)\\r\\n\\r\\n"
    let upload =
      "{ printf '\(head)'; cat \(input); } | \(Sock.binary) send --tls-truncation-ok tls://localhost:\(server.port) --tls-version \(version)"
      + " --tls-trust \(server.authority.certificate) | grep -q ' 201 ' && cmp \(input) \(server.directory("up"))"
    #expect(try RunningProcess("sh", ["-c", upload]).wait(within: LargeTransfer.limit).status == 0)
  }

  @Test("A session is resumed, with early data")
  func sessions() throws {
    let server = try Server()
    let arguments = ["-v", "--tls-session", server.directory("session"), "--tls-early-data"]
    for round in 0..<3 {
      let process = try server.send(
        arguments + ["GET /nginx.conf HTTP/1.0\r\nHost: localhost\r\n\r\n"], input: .null)
      let outcome = try Sock.outcome(of: process)
      #expect(outcome.status == 0 && outcome.text.hasPrefix("HTTP/1.1 200 OK"), "\(outcome)")
      #expect(outcome.errors.contains("resumed, early data\n") == (round > 0), "\(outcome)")
    }
  }
}
