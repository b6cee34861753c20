import SockTestSupport
import Testing

/// `relay` between random pairs: transports, amounts each way, early half-closes, late readers. Each is known by its seed.
@Suite(.heavy) struct RandomPairTests {
  @Test("What random pairs send each other arrives whole, and both ends are in good order", arguments: [1, 101, 201])
  func pairs(_ first: Int) throws {
    let directory = try TemporaryDirectory()
    let peer = try PythonPeer(Self.script, arguments: [Sock.binary, directory("s"), "\(first)"])
    for _ in 0..<12 { #expect(try peer.reply(within: .seconds(120)) == "good") }
  }

  private static let script = """
    import random, subprocess
    sock, path, first = sys.argv[1], sys.argv[2], int(sys.argv[3])
    def listener(kind, n):
      if kind == 'tcp':
        l = socket.socket()
        l.bind(('127.0.0.1', 0))
        where = '127.0.0.1:%d' % l.getsockname()[1]
      else:
        l = socket.socket(socket.AF_UNIX)
        where = 'unix:%s%d' % (path, n)
        l.bind(where[5:])
      l.listen(1)
      l.settimeout(30)
      return l, where
    def talk(c, data, rng, how, result):
      def send():
        try:
          place = 0
          while place < len(data):
            n = rng.choice([1, 100, 1448, 65536] if len(data) < 65536 else [65536, 1 << 20])
            c.sendall(data[place:place + n])
            place += n
          c.shutdown(socket.SHUT_WR)
        except OSError as e: result.append(repr(e))
      sender = threading.Thread(target=send, daemon=True)
      sender.start()
      if how == 'early': sender.join()  # the half-close comes before anything is read
      if how == 'late': time.sleep(rng.random() * 0.3)
      got = hashlib.sha256()
      try:
        while True:
          part = c.recv(rng.choice([1000, 65536, 1 << 20]))
          if not part: break
          got.update(part)
        sender.join(60)
        result.append(got.hexdigest())
      except OSError as e: result.append(repr(e))
    for seed in range(first, first + 12):
      rng = random.Random(seed)
      kinds = rng.choice(['tcp', 'unix']), rng.choice(['tcp', 'unix'])
      there, back = (rng.randbytes(rng.choice([0, 1, 1000, 65536, 200000, 3 << 20])) for _ in range(2))
      hows = rng.choice(['early', 'late', '']), rng.choice(['late', ''])
      if hows[0] == 'early': there = there[:100000]
      l, right = listener(kinds[1], seed)
      left = '127.0.0.1:0' if kinds[0] == 'tcp' else 'unix:%sl%d' % (path, seed)
      relay = subprocess.Popen([sock, 'relay', '-v', '--once', left, right], stderr=subprocess.PIPE, text=True)
      line = relay.stderr.readline()
      threading.Thread(target=relay.stderr.read, daemon=True).start()
      if kinds[0] == 'tcp':
        c = socket.create_connection(('127.0.0.1', int(line.split(' (')[0].rsplit(':', 1)[1])))
      else:
        c = socket.socket(socket.AF_UNIX)
        c.connect(left[5:])
      s, _ = l.accept()
      results = [], []
      threads = [
        threading.Thread(target=talk, args=(c, there, random.Random(seed * 2), hows[0], results[0]), daemon=True),
        threading.Thread(target=talk, args=(s, back, random.Random(seed * 2 + 1), hows[1], results[1]), daemon=True)]
      for t in threads: t.start()
      for t in threads: t.join(60)
      for x in (c, s, l): x.close()
      status = relay.wait(20)
      good = results == ([digest(back)], [digest(there)]) and status == 0
      say('good' if good else 'seed %d: %s %s, status %d' % (seed, kinds, results, status))

    """
}
