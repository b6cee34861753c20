import SockTestSupport
import Testing

@testable import Shell

@Suite struct CallTableTests {
  /// Calls of the library that have no word of their own: why.
  static let apart: [String: String] = [
    "accept4": "accept", "getaddrinfo": "getaddrinfo", "gethostbyname2_r": "gethostbyname",
    "gethostbyaddr_r": "gethostbyaddr", "dup2": "dup",
  ]
  /// Calls that serve the programs themselves: descriptors that are no sockets, batches, text.
  static let inner: Set<String> = [
    "epoll_create1", "epoll_ctl", "epoll_wait", "fstat", "isatty", "pipe2", "splice", "sendfile", "pread", "preadv2",
    "pwrite", "pwritev2", "recvmmsg", "sendmmsg", "strerrorname_np", "strerror_r", "hstrerror", "gai_strerror",
    "inet_pton", "inet_ntop", "inet_aton", "newlocale",
    "open", "pidfd_open",
    "dup2", "eventfd", "flock", "stat", "mkdir", "mkfifo", "rename", "unlink",
    "tcgetattr", "tcsetattr", "cfmakeraw", "posix_openpt",
    "pthread_sigmask", "signalfd", "umask", "lseek", "getpid", "openat", "getifaddrs",
    "chroot", "setgroups", "setgid", "setuid", "setns", "prctl", "ftruncate", "readlink", "malloc_trim",
  ]

  @Test func `every call that the library makes has its word`() throws {
    var missing: Set<String> = []
    for path in try SourceTree.swiftFiles(below: "Sources/Sockets") {
      let text = try SourceTree.text(path)
      var rest = text[...]
      while let start = rest.firstRange(of: "Calls `") {
        rest = rest[start.upperBound...]
        let name = String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
        guard rest.dropFirst(name.count).first == "(" else { continue }
        if Call.named(Self.apart[name] ?? name) == nil, !Self.inner.contains(name) { missing.insert(name) }
      }
    }
    #expect(missing.isEmpty, "the library calls \(missing.sorted()), and the shell has no word for them")
  }

  @Test func `every word is a call that the library makes`() throws {
    var texts = ""
    for path in try SourceTree.swiftFiles(below: "Sources/Sockets") { texts += try SourceTree.text(path) }
    // fcntl(2) with F_DUPFD_CLOEXEC; no call at all, but getsockopt(2) to learn what the descriptor is
    let other: Set<String> = ["dup", "fd"]
    for call in Call.all where !other.contains(call.name) {
      let names = [call.name] + Self.apart.filter { $0.value == call.name }.map(\.key)
      #expect(names.contains { texts.contains("`\($0)(") }, "the library does not document \(call.name)")
    }
  }

  @Test func `names are unique, signatures are in order, and everything is explained`() {
    let names = Call.all.map(\.name) + ShellWord.all.map(\.name)
    #expect(Set(names).count == names.count)
    for call in Call.all {
      // A level stands before the option that it belongs to, as in C: the number of words tells whether it is there.
      let optional = call.signature.without("[LEVEL]").parameters.map { $0.hasPrefix("[") }
      #expect(optional == optional.sorted { !$0 && $1 }, "\(call.name): what may be left out stands last")
      #expect(!call.meaning.isEmpty)
    }
  }

  @Test func `help fits a screen of 24 lines and 80 columns`() {
    #expect(ShellWord.help.count <= 23)
    for line in ShellWord.help { #expect(line.count < 80, "\(line)") }
  }
}
