import Glibc
import Synchronization

/// Held while a descriptor is not yet close-on-exec, and while a child is started, so that no child inherits it.
let spawning = Mutex(())

/// A pipe: what is written to one end is read from the other.
package struct Pipe: Sendable {
  package let reader: Descriptor
  package let writer: Descriptor

  package init() throws {
    var ends: [CInt] = [-1, -1]
    (reader, writer) = try spawning.withLock { _ in
      guard pipe(&ends) == 0 else { throw TestFailure("pipe: \(String(cString: strerror(errno)))") }
      return (try Descriptor(owning: ends[0]), try Descriptor(owning: ends[1]))
    }
    TestScope.keep(reader)
    TestScope.keep(writer)
  }
}

/// A pseudo-terminal: the program under test has the `terminal`, the test is the user at the `keyboard`.
package struct PseudoTerminal: Sendable {
  package let keyboard: Descriptor
  package let terminal: Descriptor

  package init() throws {
    var ends: (CInt, CInt) = (-1, -1)
    (keyboard, terminal) = try spawning.withLock { _ in
      guard openpty(&ends.0, &ends.1, nil, nil, nil) == 0 else { throw TestFailure("no pseudo-terminal available") }
      return (try Descriptor(owning: ends.0), try Descriptor(owning: ends.1))
    }
    TestScope.keep(keyboard)
    TestScope.keep(terminal)
  }
}

/// Two connected Unix sockets.
package struct SocketPair: Sendable {
  package let ours: Descriptor
  package let theirs: Descriptor

  package init() throws {
    var ends: [CInt] = [-1, -1]
    (ours, theirs) = try spawning.withLock { _ in
      guard socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &ends) == 0 else {
        throw TestFailure("socketpair: \(String(cString: strerror(errno)))")
      }
      return (try Descriptor(owning: ends[0]), try Descriptor(owning: ends[1]))
    }
    TestScope.keep(ours)
    TestScope.keep(theirs)
  }
}
