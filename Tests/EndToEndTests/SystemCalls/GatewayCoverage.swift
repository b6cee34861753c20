import Testing

/// Holds what the gateway's observer saw against what strace(1) saw, call by call and in order.
struct GatewayCoverage {
  /// What may be called around the gateway, and why.
  static let exceptions: [(reason: String, names: Set<String>)] = [
    ("memory, which the Swift and C libraries manage", ["mmap", "munmap", "mprotect", "mremap", "brk", "madvise"]),
    (
      "threads, which the libraries start, end and lock",
      [
        "futex", "gettid", "clone", "clone3", "rseq", "set_robust_list", "sched_yield", "sched_getaffinity", "exit",
        "exit_group",
      ]
    ),
    (
      "the process itself, and no descriptor: signals, limits, identity, random numbers",
      [
        "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "tgkill", "kill", "prlimit64", "getpid", "getuid", "geteuid",
        "getgid", "getegid", "getrandom", "clock_nanosleep", "restart_syscall",
      ]
    ),
  ]

  /// Functions of the C library that make calls of their own: what is called within belongs to the library.
  static let lookups: Set<String> = [
    "getaddrinfo", "getnameinfo", "gethostbyname2", "gethostbyaddr", "if_nameindex", "if_nametoindex",
    "if_indextoname", "getifaddrs",
  ]

  /// The kernel's names for functions of the C library.
  static let kernelNames = [
    "recv": "recvfrom", "send": "sendto", "open": "openat", "fstat": "newfstatat", "lstat": "newfstatat",
    "eventfd": "eventfd2", "signalfd": "signalfd4", "pread": "pread64", "pwrite": "pwrite64", "isatty": "ioctl",
    "select": "pselect6",
  ]

  /// Calls that strace writes just as ``SystemCall`` does.
  static let sameText: Set<String> = ["socket", "listen", "shutdown", "close", "epoll_create1", "lseek"]

  /// The names of the gateway's calls, in order, of all threads one after the other.
  private(set) var names: [String] = []
  /// What does not agree.
  private(set) var faults: [String] = []

  init(_ threads: [[StraceRun.Line]]) {
    for thread in threads { compare(thread) }
  }

  private mutating func compare(_ thread: [StraceRun.Line]) {
    let allowed = Self.exceptions.reduce(into: Set<String>()) { $0.formUnion($1.names) }
    var current: String?
    var within: [(name: String, rest: String)] = []
    for line in thread {
      switch line {
      case .begins(let name):
        if let current { faults.append("\(name) began within \(current)") }
        (current, within) = (name, [])
      case .kernel(let name, let rest):
        if current != nil {
          within.append((name, rest))
        } else if !allowed.contains(name) {
          faults.append("around the gateway: \(name)\(rest)")
        }
      case .returned(let text):
        if let name = current { check(name, text, within.filter { !allowed.contains($0.name) }) }
        current = nil
      }
    }
    // A thread that is inside a call when the process dies has no more to say.
  }

  private mutating func check(_ name: String, _ text: String, _ within: [(name: String, rest: String)]) {
    names.append(name)
    if Self.lookups.contains(name) { return }
    guard within.count == 1 else {
      faults.append("\(text): strace saw \(within.map { $0.name + $0.rest })")
      return
    }
    let seen = within[0]
    let line = seen.name + seen.rest
    if seen.name != Self.kernelNames[name] ?? name { faults.append("\(text): strace saw \(line)") }
    if Self.result(of: text, isStrace: false) != Self.result(of: seen.rest, isStrace: true), name != "isatty" {
      faults.append("\(text): strace saw the result of \(line)")
    }
    if let first = Self.firstNumber(of: text.drop { $0 != "(" }), first != Self.firstNumber(of: seen.rest[...]),
      name != "select"
    {
      faults.append("\(text): strace saw another first argument: \(line)")
    }
    // strace(1) explains a protocol that it has no name for.
    if Self.sameText.contains(name), !line.contains("/*"), Self.call(text) != Self.call(line) {
      faults.append("\(text): strace wrote \(line)")
    }
  }

  /// What stands behind the last ` = `: the value, and the error's name; strace(1) goes on with its meaning.
  private static func result(of text: String, isStrace: Bool) -> String {
    guard let equals = text.lastRange(of: " = ") else { return text }
    let words = text[equals...].dropFirst(3).split(separator: " ")
    let value = words.first.map(String.init) ?? ""
    // Flags that a call returned stand as a hexadecimal number.
    if value.hasPrefix("0x"), let number = Int(value.dropFirst(2), radix: 16) { return String(number) }
    return words.count > 1 && value == "-1" ? "\(value) \(words[1])" : value
  }

  private static func call(_ text: String) -> String {
    guard let bracket = text.lastIndex(of: ")"), let equals = text.lastRange(of: " = ") else { return text }
    return String(text[...min(bracket, equals)]).trimmed
  }

  private static func firstNumber(of text: Substring) -> Int? {
    Int(text.dropFirst().prefix { $0.isNumber || $0 == "-" })
  }
}

extension String {
  /// Where the last place of a text in this one begins.
  fileprivate func lastRange(of wanted: String) -> Index? {
    var index = endIndex
    while index > startIndex {
      index = self.index(before: index)
      if self[index...].hasPrefix(wanted) { return index }
    }
    return nil
  }

  fileprivate var trimmed: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
