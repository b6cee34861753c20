import Glibc
import SocketLoop
import Sockets
import Transfer

/// Standard input and output as ends of a transfer.
@LoopActor
enum StandardStreams {
  /// If 0, 1 or 2 are closed, the next socket would become our standard output, and events would go to a peer.
  ///
  /// So they lead to `/dev/null` from now on: input ends at once, and output is refused by ``output()``.
  ///
  /// - Returns: those that were closed.
  nonisolated static func keepOpen() -> Set<CInt> {
    var closed: Set<CInt> = []
    for number in 0...2 as ClosedRange<CInt> where !Descriptor(number).isOpen {
      closed.insert(number)
      _ = try? OwnedDescriptor.open("/dev/null", O_RDWR, isInherited: true).release()
    }
    return closed
  }

  /// Said once, at the start.
  static func wereClosed(_ numbers: Set<CInt>) { closed = numbers }
  private static var closed: Set<CInt> = []

  /// For who has nothing to do without an input: one that was closed is no empty one.
  static func requireInput() throws(OperationError) {
    if closed.contains(0) { throw .input(SystemError(call: "read", number: .badDescriptor)) }
  }

  static func input() throws(OperationError) -> StreamEnd {
    if let inputEnd { return inputEnd }
    let end = try open(.standardInput, "standard input")
    inputEnd = end
    return end
  }

  /// Standard input, of which a part may be passed over, and a part left alone.
  static func input(_ link: LinkOptions) throws(OperationError) -> StreamEnd {
    let isNew = inputEnd == nil
    let end = try input()
    guard isNew, link.skip > 0 || link.byteLimit != nil else { return end }
    do throws(SystemError) {
      try end.limit(skipping: link.skip, to: link.byteLimit)
    } catch {
      throw .input(error)
    }
    return end
  }

  /// That nothing is left to be sent is no error, and seldom meant.
  static func warnOfSkip(_ link: LinkOptions, _ journal: Journal) {
    let input = Descriptor.standardInput
    // The files of /proc have bytes, and no size.
    guard link.skip > 0, input.fileSize() ?? 0 > 0, let ahead = input.bytesAhead(), ahead < link.skip else { return }
    journal.warn(
      "--skip \(link.skip) passes over all of standard input, which has \(describe(bytes: ahead)): nothing is sent")
  }

  /// How many bytes there are to read from standard input; nil where nobody knows.
  static func bytesAhead(_ link: LinkOptions) throws(OperationError) -> Int? {
    let end = try input(link)
    return end.kind == .regularFile && end.descriptor.fileSize() == 0 ? nil : end.bytesAhead
  }

  static func output() throws(OperationError) -> StreamEnd {
    if closed.contains(1) { throw .output(SystemError(call: "write", number: .badDescriptor)) }
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
    let opened: CInt
    do throws(SystemError) {
      opened = try OwnedDescriptor.open("/dev/null", O_WRONLY).release()
    } catch {
      throw OperationError(.system, "cannot open /dev/null: \(error.number)", errorNumber: error.number)
    }
    do throws(SystemError) {
      let end = try StreamEnd(Descriptor(opened))
      nullDevice = end
      return end
    } catch {
      throw OperationError(.system, "/dev/null: \(error)", errorNumber: error.number)
    }
  }

  private static var nullDevice: StreamEnd?
}
