import Glibc
import SocketLoop
import Sockets
import Transfer

/// The standard streams of a run: input, output, and /dev/null for data that is discarded.
///
/// Each is opened once, so that its writers take turns, and its descriptor is in the epoll set only once.
@LoopActor
final class StandardStreams {
  /// The standard descriptors that were closed when the process started.
  private let closed: Set<CInt>
  private var openInput: DescriptorStream?
  private var openOutput: DescriptorStream?
  private var openNull: DescriptorStream?
  /// How much of standard input to read, over all sessions.
  let inputLimit = ReadLimit()

  /// - Parameter closed: what ``keepOpen()`` returned.
  init(closed: Set<CInt> = []) { self.closed = closed }

  /// Opens `/dev/null` for those of the descriptors 0, 1 and 2 that are closed.
  ///
  /// Otherwise the next socket would become our standard output or error, and events would go to a peer. Input then
  /// ends at once, and ``output()`` fails.
  ///
  /// - Returns: the descriptors that were closed.
  nonisolated static func keepOpen() -> Set<CInt> {
    var closed: Set<CInt> = []
    for number in 0...2 as ClosedRange<CInt> where !Descriptor(number).isOpen {
      closed.insert(number)
      _ = try? OwnedDescriptor.open("/dev/null", O_RDWR, isInherited: true).release()
    }
    return closed
  }

  /// Fails if standard input is closed, for a verb that needs it: closed is not the same as empty.
  func requireInput() throws(OperationError) {
    if closed.contains(0) { throw .input(SystemError(call: "read", number: .badDescriptor)) }
  }

  /// Standard input.
  func input() throws(OperationError) -> DescriptorStream {
    if let openInput { return openInput }
    let stream = try open(.standardInput, "standard input")
    openInput = stream
    return stream
  }

  /// Standard input, with ``inputLimit`` set to the part that `--skip` and `--bytes` select.
  func input(_ options: ConnectionOptions) throws(OperationError) -> DescriptorStream {
    let isNew = openInput == nil
    let stream = try input()
    guard isNew, options.skip > 0 || options.byteLimit != nil else { return stream }
    do throws(SystemError) {
      try inputLimit.set(skipping: options.skip, to: options.byteLimit, of: stream)
    } catch {
      throw .input(error)
    }
    return stream
  }

  /// Warns if `--skip` leaves nothing to send, which is not an error, but rarely intended.
  static func warnOfSkip(_ options: ConnectionOptions, _ reporter: EventReporter) {
    let input = Descriptor.standardInput
    // Files in /proc have contents, but a size of 0.
    guard options.skip > 0, input.fileSize() ?? 0 > 0, let ahead = input.remainingByteCount(), ahead < options.skip
    else {
      return
    }
    reporter.warn(
      "--skip \(options.skip) skips all of standard input, which has \(describe(bytes: ahead)): nothing is sent")
  }

  /// The number of bytes left to read from standard input; nil if unknown.
  func remainingByteCount(_ options: ConnectionOptions) throws(OperationError) -> Int? {
    let stream = try input(options)
    return stream.kind == .regularFile && stream.descriptor.fileSize() == 0 ? nil : inputLimit.remaining(of: stream)
  }

  /// Standard output.
  func output() throws(OperationError) -> DescriptorStream {
    if closed.contains(1) { throw .output(SystemError(call: "write", number: .badDescriptor)) }
    if let openOutput { return openOutput }
    let stream = try open(.standardOutput, "standard output")
    openOutput = stream
    return stream
  }

  private func open(_ descriptor: Descriptor, _ name: String) throws(OperationError) -> DescriptorStream {
    do throws(SystemError) {
      return try DescriptorStream(descriptor)
    } catch {
      throw OperationError(.connectionLost, "\(name): \(error)", errorNumber: error.number)
    }
  }

  /// A stream that discards what is written to it.
  func null() throws(OperationError) -> DescriptorStream {
    if let openNull { return openNull }
    let opened: CInt
    do throws(SystemError) {
      opened = try OwnedDescriptor.open("/dev/null", O_WRONLY).release()
    } catch {
      throw OperationError(.system, "cannot open /dev/null: \(error.number)", errorNumber: error.number)
    }
    do throws(SystemError) {
      let stream = try DescriptorStream(Descriptor(opened))
      openNull = stream
      return stream
    } catch {
      throw OperationError(.system, "/dev/null: \(error)", errorNumber: error.number)
    }
  }
}
