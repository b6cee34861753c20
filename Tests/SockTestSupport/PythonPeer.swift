/// A peer that does what no installed tool does: a few lines of Python on plain sockets.
///
/// The lines run after the prelude below. They talk to the test with `say(…)`, whose lines `reply()` returns one by
/// one, and listen to it with `hear()`, which waits for `tell(…)`.
package final class PythonPeer: Sendable {
  package let process: RunningProcess
  private let heard = Monitor(0)

  /// Runs a script that opens its own sockets.
  package init(_ script: String, arguments: [String] = []) throws {
    process = try RunningProcess(
      PythonPeer.interpreter, ["-I", "-S", "-c", PythonPeer.prelude + script] + arguments, input: .pipe)
  }

  /// A server whose script has the first connection as `c`, and the listening socket as `l`.
  package static func server(host: String = "127.0.0.1", _ script: String) throws -> (peer: PythonPeer, port: Int) {
    let peer = try PythonPeer("l = listen('\(host)')\nc, who = l.accept()\n" + script)
    return (peer, try peer.port())
  }

  /// A client whose script has its connection as `c`.
  package static func client(host: String = "127.0.0.1", port: Int, _ script: String) throws -> PythonPeer {
    try PythonPeer("c = socket.create_connection(('\(host)', \(port)))\n" + script)
  }

  /// A UDP socket, bound and called `s`.
  package static func datagrams(host: String = "127.0.0.1", _ script: String) throws -> (peer: PythonPeer, port: Int) {
    let peer = try PythonPeer("s = bound('\(host)')\n" + script)
    return (peer, try peer.port())
  }

  /// The port that the script reported.
  package func port() throws -> Int {
    let line = try reply()
    guard line.hasPrefix("port "), let port = Int(line.dropFirst(5)) else { throw TestFailure("no port in \(line)") }
    return port
  }

  /// The next line from `say`.
  package func reply(within limit: Duration = .seconds(30)) throws -> String {
    let index = heard.update { count in
      defer { count += 1 }
      return count
    }
    var seen = -1
    guard let output = process.output else { throw TestFailure("the peer has no standard output") }
    do {
      return try output.waitForLine(within: limit, wanted: "line \(index + 1) of the Python peer") { _ in
        seen += 1
        return seen == index
      }
    } catch { throw TestFailure("\(error)\nits stderr: \(process.errors?.text ?? "")") }
  }

  /// Lets the next `hear()` return.
  package func tell(_ line: String = "go") throws { try process.input?.write(line + "\n") }

  /// Waits until the script has ended, and fails if it failed.
  package func finish(within limit: Duration = .seconds(30)) throws {
    let ending = try process.wait(within: limit)
    if ending.status != 0 { throw TestFailure("the Python peer failed, \(ending): \(process.errors?.text ?? "")") }
  }

  /// Debian's own interpreter: a shim in the PATH may take a tenth of a second to start.
  package static let interpreter = fileStatus("/usr/bin/python3") == nil ? "python3" : "/usr/bin/python3"

  private static let prelude = """
    import fcntl, hashlib, json, os, select, signal, socket, struct, sys, threading, time
    signal.alarm(300)  # so that it never outlives its test
    def say(*words):
      print(*words, flush=True)
    def hear():  # from the buffer, so that what follows the line can be read as bytes
      return sys.stdin.buffer.readline().decode().strip()
    def family(host):
      return socket.AF_INET6 if ':' in host else socket.AF_INET
    def listen(host='127.0.0.1', buffer=None):
      l = socket.socket(family(host), socket.SOCK_STREAM)
      l.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
      if buffer: l.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
      l.bind((host, 0))
      l.listen(512)
      say('port', l.getsockname()[1])
      return l
    def bound(host='127.0.0.1'):
      s = socket.socket(family(host), socket.SOCK_DGRAM)
      s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
      s.bind((host, 0))
      say('port', s.getsockname()[1])
      return s
    def receive_all(c):
      parts = []
      while True:
        part = c.recv(1 << 20)
        if not part: return b''.join(parts)
        parts.append(part)
    def receive_exactly(c, count):
      data = b''
      while len(data) < count:
        part = c.recv(count - len(data))
        if not part: raise SystemExit('the end after %d of %d bytes' % (len(data), count))
        data += part
      return data
    def unacknowledged(c):
      return struct.unpack('i', fcntl.ioctl(c, 0x5411, bytes(4)))[0]  # SIOCOUTQ
    def wait_until_acknowledged(c):
      while unacknowledged(c): time.sleep(0.001)
    def reset(c):
      c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
      c.close()
    def digest(data):
      return hashlib.sha256(data).hexdigest()

    """
}
