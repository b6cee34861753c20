import Foundation
import SockTestSupport
import Testing

@testable import SockCommands

/// The completion scripts, run by the shells that they are for.
@Suite struct CompletionTests {
  /// A command line that ends where Tab is pressed, and what must be offered there.
  static let offers: [(line: String, offered: [String])] = [
    ("sock udp-", ["udp-send", "udp-recv"]),
    ("sock help trace", ["trace-route"]),
    ("sock --gen", ["--generate-completion-script"]),
    ("sock --generate-completion-script z", ["zsh"]),
    ("sock connect --time", ["--timeout"]),
    ("sock connect --type s", ["stream", "seqpacket"]),
    ("sock connect --type=s", ["stream", "seqpacket"]),
    ("sock opts --type unix-", ["unix-dgram", "unix-seqpacket"]),
    ("sock listen --on-eof ", ["half-close", "keep", "close"]),
    ("sock send --progress=a", ["auto", "always"]),
    ("sock recv --checksum sha2", ["sha224", "sha256"]),
    ("sock connect -o SO_RCVB", ["SO_RCVBUF=", "SO_RCVBUFFORCE="]),
    ("sock opts TCP_NODEL", ["TCP_NODELAY="]),
    ("sock ping --interface l", ["lo"]),
    ("sock connect localho", ["localhost"]),
    ("sock connect --log /etc/host", ["hosts", "hostname"]),
    ("sock connect -U /etc/host", ["hosts", "hostname"]),
    ("sock shell /etc/host", ["hosts", "hostname"]),
  ]

  /// What must not be offered.
  static let refusals: [(line: String, refused: String)] = [
    ("sock connect --timeout l", "localhost"),
    ("sock udp-recv --no", "--no-reply"),
    ("sock resolve --chec", "--checksum"),
  ]

  static func isInstalled(_ shell: String) -> Bool {
    ["/bin/", "/usr/bin/", "/usr/local/bin/"].contains { FileManager.default.isExecutableFile(atPath: $0 + shell) }
  }

  @Test("what is typed is completed", arguments: ["bash", "zsh", "fish"].filter(isInstalled))
  func completes(shell: String) throws {
    let completer = try Completer(shell)
    for (line, offered) in Self.offers {
      let text = try completer.offers(for: line)
      for word in offered { #expect(text.contains(word), "\(shell): \(line) does not offer \(word): \(text)") }
    }
    for (line, refused) in Self.refusals {
      let text = try completer.offers(for: line)
      #expect(!text.contains(refused), "\(shell): \(line) offers \(refused)")
    }
  }

  @Test("each script has every verb and every option, with its summary where the shell shows it")
  func completeness() throws {
    for shell in ["bash", "zsh", "fish"] {
      let script = try HelpTests.help(["--generate-completion-script", shell])
      for verb in CommandTree.expectedVerbs {
        #expect(script.contains(verb))
        for option in try CommandTree.rows(of: verb) { #expect(script.contains(option.name), "\(shell): \(option)") }
      }
      #expect(shell == "bash" || script.contains("Wait SECS for each attempt to connect"))
    }
  }
}

/// Asks a shell what it offers, with the script of sock loaded.
struct Completer {
  private let shell: String
  private let directory: TemporaryDirectory

  init(_ shell: String) throws {
    self.shell = shell
    directory = try TemporaryDirectory()
    let script = try HelpTests.help(["--generate-completion-script", shell])
    try script.write(toFile: directory("sock.\(shell)"), atomically: true, encoding: .utf8)
    try (Self.harnesses[shell] ?? "").write(toFile: directory("harness"), atomically: true, encoding: .utf8)
  }

  /// The words that are offered, among whatever else the shell prints.
  func offers(for line: String) throws -> String {
    let words: [String]
    switch shell {
    case "bash":
      // As readline splits it: the equals sign is a word.
      let spaced = line.replacing("=", with: " = ")
      words = spaced.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    default: words = [line]
    }
    let options = ["zsh": ["-f"], "fish": ["--no-config"]][shell] ?? []
    let process = try RunningProcess(
      shell, options + [directory("harness"), directory("sock.\(shell)")] + words,
      environment: ["HOME": directory.path, "XDG_CONFIG_HOME": directory.path, "TERM": "xterm"], newSession: true)
    _ = try process.wait(within: .seconds(60))
    return String(decoding: try process.output?.all() ?? [], as: UTF8.self)
      // The line itself is shown too, where the shell draws it.
      .replacing(line, with: "")
  }

  private static let harnesses = [
    "bash": """
    source "$1"
    shift
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _sock
    printf '%s\\n' "${COMPREPLY[@]}"
    """,
    "fish": """
    source $argv[1]
    complete -C $argv[2]
    """,
    // A shell in a pseudo-terminal, into which the line and a Tab are typed; compadd tells what it is given.
    "zsh": #"""
    zmodload zsh/zpty
    zpty z zsh -f -i
    zpty -w z "PS1='@''@'; autoload -Uz compinit; compinit -D -u; source ${(q)1}; bindkey '^I' complete-word"
    zpty -w z 'compadd() {
      if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)* ]]; then builtin compadd "$@"; return $?; fi
      local -a hits; builtin compadd -A hits "$@"; print -rn -- "<${(j: :)hits}>"; builtin compadd "$@"
    }'
    zpty -w z 'print -r -- R""EADY'
    # The prompt shows that the line editor reads.
    zpty -r z line '*READY*@@*'
    # Tab, and the line is dropped.
    zpty -wn z "$2"$'\t\x15'
    zpty -w z 'print -r -- D""ONE'
    while zpty -r z line; do
      print -r -- $line
      [[ $line == *DONE* ]] && break
    done
    zpty -d z
    """#,
  ]
}
