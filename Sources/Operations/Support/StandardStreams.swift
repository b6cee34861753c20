import Glibc
import SocketLoop
import Sockets
import Transfer

/// Standard input and output as ends of a transfer.
@LoopActor
enum StandardStreams {
  /// If 0, 1 or 2 are closed, the next socket would become our standard output, and events would go to a peer.
  ///
  /// Input then ends at once (`/dev/null`); output that cannot be read says so when it is written to.
  nonisolated static func keepOpen() {
    for (number, mode) in [(0, O_RDONLY), (1, O_RDONLY), (2, O_WRONLY)] as [(CInt, CInt)]
    where fcntl(number, F_GETFD) < 0 {
      _ = Glibc.open("/dev/null", mode)
    }
  }

  static func input() throws(OperationError) -> StreamEnd {
    if let inputEnd { return inputEnd }
    let end = try open(.standardInput, "standard input")
    inputEnd = end
    return end
  }

  static func output() throws(OperationError) -> StreamEnd {
    if let outputEnd { return outputEnd }
    let end = try open(.standardOutput, "standard output")
    outputEnd = end
    return end
  }

  // One object for each: it keeps the turns of those who write, and its watch is in the epoll set once.
  private static var inputEnd: StreamEnd?
  private static var outputEnd: StreamEnd?

  private static func open(_ descriptor: Descriptor, _ name: String) throws(OperationError) -> StreamEnd {
    do throws(SystemError) {
      return try StreamEnd(descriptor)
    } catch {
      throw OperationError(.connectionLost, "\(name): \(error)", errorNumber: error.number)
    }
  }

  /// Where the peer's bytes go that nobody wants.
  static func nowhere() throws(OperationError) -> StreamEnd {
    if let nullDevice { return nullDevice }
    do throws(SystemError) {
      let end = try StreamEnd(Descriptor(Glibc.open("/dev/null", O_WRONLY | O_CLOEXEC)))
      nullDevice = end
      return end
    } catch {
      throw OperationError(.system, "/dev/null: \(error)", errorNumber: error.number)
    }
  }

  private static var nullDevice: StreamEnd?
}
