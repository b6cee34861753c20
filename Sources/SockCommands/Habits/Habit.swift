import Operations

/// An option of nc, ncat, socat, ping or traceroute that sock spells otherwise, does by itself, or does not have: a row
/// that says what to write.
struct Habit {
  /// The option as people write it.
  let spellings: [String]
  /// The verbs it is tried with.
  let verbs: VerbSet
  /// What to write instead.
  let answer: String

  init(_ spellings: String, _ verbs: VerbSet, _ answer: String) {
    self.spellings = spellings.split(separator: " ").map(String.init)
    self.verbs = verbs
    self.answer = answer
  }

  /// A row for every verb.
  init(_ spellings: String, _ answer: String) { self.init(spellings, .all, answer) }

  /// What to write instead of an option that the verb does not have; nil if nothing is known about it.
  static func answer(to spelling: String, of verbs: VerbSet) -> String? {
    options.first { !$0.verbs.isDisjoint(with: verbs) && $0.matches(spelling) }?.answer
  }

  /// Whether the spelling is one of the row's; one that ends with `*` matches whatever follows.
  private func matches(_ spelling: String) -> Bool {
    spellings.contains { $0 == spelling || $0.hasSuffix("*") && spelling.hasPrefix($0.dropLast()) }
  }

  /// What to write instead of a value that other tools give an option; nil for others.
  static func answer(toValue text: String, of option: Option) -> String? {
    guard text == "-1" else { return nil }
    if option === Option.wait { return "leave it out: without it sock waits until the peer ends" }
    return option === Option.timeout || option === Option.idle ? "write 0 for no limit" : nil
  }
}

extension Habit {
  private static let listeners: VerbSet = [.listen, .recv, .udpRecv]
  static let noProxy = "sock connects directly, and through no proxy yet"

  /// The rows. The first that matches the option and the verb answers.
  static let options: [Habit] = [
    // ping and traceroute.
    Habit("-W", .ping, "write --timeout SECS"), Habit("-i", .ping, "write --interval SECS"),
    Habit("-t", .ping, "write --ttl HOPS"),
    Habit("-I", .ping, "write --interface NAME, or --source ADDRESS"),
    Habit("-I", .traceRoute, "write --icmp"), Habit("-T", .traceRoute, "write --tcp HOST PORT"),
    Habit("-q", .traceRoute, "write --probes N"), Habit("-i", .traceRoute, "write --interface NAME"),
    Habit("-N", .probes, "leave it out: probes are sent one after the other"),
    Habit("-n", .probes, "leave it out: addresses are shown as numbers"),
    Habit("-6 -4", .families, "write sock families AF_INET6, or AF_INET"),
    // Listening.
    Habit("-l -L --listen", listeners, "leave it out: this verb listens; write HOST PORT, or PORT alone, behind it"),
    Habit("-l -L --listen", "to listen write sock listen PORT, or sock listen HOST PORT"),
    Habit("-p --port --source-port", listeners, "write the port as a word: HOST PORT, or PORT alone"),
    Habit("-s --source --bind", listeners, "write the address as a word before the port: ADDRESS PORT"),
    Habit("--port --host", "write HOST PORT as two words"),
    Habit(
      "-k --keep-open", [.recv, .udpRecv], "write --count N to receive from several peers, or sock listen --keep-open"),
    Habit("-k --keep-open", .clients, "that is for sock listen; a client stays until the peer and stdin have ended"),
    Habit("-m", [.listen, .relay], "write --max-conns N"),
    Habit("-m --max-conns", listeners, "leave it out: that is for a server of many, such as sock listen --keep-open"),
    Habit("--allowfile", listeners, "write --allow @FILE"), Habit("--denyfile", listeners, "write --deny @FILE"),
    Habit("--broker --chat --talk", "listen --keep-open sends stdin to all peers, and does not pass on what they send"),
    // Programs.
    Habit("-e", [.listen, .connect], "write --exec COMMAND"),
    Habit("-c --sh-exec --system", [.listen, .connect], "write --shell-exec COMMAND"),
    Habit("--lua-exec", [.listen, .connect], "write --exec 'lua FILE'"),
    Habit("-e --exec", listeners, "to run a program for each peer write sock listen HOST PORT --exec COMMAND"),
    Habit(
      "-c --sh-exec --system", listeners,
      "to run a program for each peer write sock listen HOST PORT --shell-exec COMMAND"),
    Habit("--lua-exec", listeners, "to run a program for each peer write sock listen HOST PORT --exec 'lua FILE'"),
    Habit(
      "-e --exec", .all.subtracting(.relay), "to join a program to a peer write sock connect HOST PORT --exec COMMAND"),
    Habit(
      "-c --sh-exec --system", .transfers,
      "to join a program to a peer write sock connect HOST PORT --shell-exec COMMAND"),
    Habit("--lua-exec", .transfers, "to join a program to a peer write sock connect HOST PORT --exec 'lua FILE'"),
    Habit(
      "-e --exec -c --sh-exec --system --lua-exec", .relay, "write the program as an end: exec:COMMAND or shell:COMMAND"
    ),
    // TLS.
    Habit(
      "--tls* --starttls --alpn --ssl*", .relay,
      "write tls:// in front of an end, and behind it what else is about TLS, as in tls://HOST:PORT?tls-trust=FILE"),
    Habit("--ssl-verify", [.connect, .send], "leave it out: with --tls the peer is always verified"),
    Habit("--ssl-trustfile", [.connect, .send], "write --tls-trust FILE"),
    Habit("--ssl-trustfile", [.listen, .recv], "write --tls-client-trust FILE"),
    Habit("--ssl-verify", [.listen, .recv], "to demand a certificate of clients write --tls-client-trust FILE"),
    Habit("--ssl-cert", .sessions, "write --tls-cert FILE"), Habit("--ssl-key", .sessions, "write --tls-key FILE"),
    Habit("--ssl-servername", .sessions, "write --tls-name NAME"), Habit("--ssl-alpn", .sessions, "write --alpn NAMES"),
    Habit("--ssl-ciphers", .sessions, "write --tls-ciphers LIST"), Habit("--ssl*", .sessions, "write --tls"),
    Habit("-R", [.connect, .send], "write --tls-trust FILE"), Habit("-K", .sessions, "write --tls-key FILE"),
    Habit("-H", .sessions, "write --tls-pin sha256//HASH"),
    Habit("--ssl*", "TLS is for listen, connect, send, recv and relay"),
    // The ends of a conversation.
    Habit("-N", "leave it out: the end of stdin is passed on to the peer; --on-eof keep prevents that"),
    Habit("--no-shutdown", "write --on-eof keep"),
    Habit("-d", "write --recv-only to leave stdin alone, or --limit-rate to slow down"),
    Habit("-w", [.listen, .recv, .udpRecv], "write --idle SECS, or --deadline SECS for the whole run"),
    Habit("-w", .udpSend, "write --wait SECS for the answers of --reply, or --deadline SECS for the whole run"),
    Habit("--delay", "write --limit-rate RATE"), Habit("--idle-timeout", "write --idle SECS"),
    Habit("-W", "write --count N to udp-recv, or --reply N to udp-send"),
    // Names and addresses.
    Habit("-n --nodns", "leave it out: addresses are shown as numbers, and only names are looked up"),
    Habit("--unixsock", "write --unix"), Habit("--vsock", "write vsock:CID:PORT"),
    Habit("--bind", "write --source ADDRESS"), Habit("-r", "ports are not chosen at random: leave it out"),
    Habit("-b", "write --broadcast"),
    // What sock does not do.
    Habit("-X -P --proxy* --socks*", noProxy),
    Habit("-t --telnet", "sock does not answer what telnet asks: -x shows it"),
    // Sockets and packets.
    Habit("-C", "write --crlf"), Habit("-T", "write --tos CLASS"), Habit("-M", "write --ttl HOPS"),
    Habit("-m", .clients, "write -o IP_MINTTL=HOPS"), Habit("-O", "write -o SO_SNDBUF=SIZE"),
    Habit("-D", "write -o SO_DEBUG"), Habit("-S", "write -o TCP_MD5SIG=HEX"), Habit("-g -G", "write -o IP_OPTIONS=HEX"),
    Habit("--keepalive", "write -o SO_KEEPALIVE"), Habit("--nodelay", "write -o TCP_NODELAY"),
    Habit("--reuseaddr", "leave it out: listeners set SO_REUSEADDR"),
    Habit("-F", "to pass a descriptor write sock send --pass-fd N"),
    // Reports.
    Habit("--output --append-output", "write --log FILE"), Habit("--hex-dump", "write --log-hex FILE"),
    Habit("-V", "write sock --version"), Habit("-h", "-h stands alone: write sock VERB -h"),
    Habit("-o --option", .opts, "write NAME=VALUE as a word"),
  ]
}
