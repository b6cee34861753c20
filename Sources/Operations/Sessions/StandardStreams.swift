import Glibc
import SocketLoop
import Sockets
import Transfer

/// The standard streams of a run: input, output, and /dev/null for data that is discarded.
///
/// Each is opened once, so that its writers take turns, and its descriptor is in the epoll set only once.
@LoopActor
final class StandardStreams {
  private var openInput: DescriptorStream?
  private var openOutput: DescriptorStream?
  private var openNull: DescriptorStream?
  /// How much of standard input to read, over all sessions.
  let inputLimit = ReadLimit()

  /// Whether standard input holds none: it is closed, or was opened for writing only, as by nohup(1).
  private let lacksInput = !Descriptor.standardInput.isOpenForReading

  /// Fails if there is no input, for a verb that needs it: none is not the same as an empty one.
  func requireInput() throws(OperationError) {
    if lacksInput { throw .input(SystemError(call: "read", number: .badDescriptor)) }
  }

  /// Fails if standard input is a directory: with the first peer it would be too late, since what that one has sent
  /// would be lost.
  func refuseDirectory() throws(OperationError) {
    guard !lacksInput, let status = FileSystem.status(of: .standardInput), status.st_mode & S_IFMT == S_IFDIR else {
      return
    }
    throw .input(SystemError(call: "read", number: ErrorNumber(rawValue: EISDIR)))
  }

  static let cannotAnswerUnnamed = "a datagram from an unnamed Unix socket cannot be answered"

  /// Warns, if there may be input, that it is not read because the sender of a datagram has no address.
  func warnOfUnnamed(_ warn: (String) -> Void) {
    if lacksInput || (try? Descriptor.standardInput.kind()) == .null { return }
    warn("\(Self.cannotAnswerUnnamed): standard input is not read")
  }

  /// Standard input.
  func input() throws(OperationError) -> DescriptorStream {
    if let openInput { return openInput }
    let stream = try open(.standardInput, "standard input")
    if lacksInput { stream.behaveAsNull() }
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
    if let openOutput { return openOutput }
    guard Descriptor.standardOutput.isOpenForWriting else {
      throw .output(SystemError(call: "write", number: .badDescriptor))
    }
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

  /// A stream that discards what is written to it: `/dev/null`, which sockets can be emptied into without copying, or
  /// an imitation where that is missing.
  func null() throws(OperationError) -> DescriptorStream {
    if let openNull { return openNull }
    let stream: DescriptorStream
    do throws(SystemError) {
      stream = try DescriptorStream(Descriptor(try OwnedDescriptor.open("/dev/null", O_WRONLY).release()))
    } catch {
      guard let placeholder = try? OwnedDescriptor.placeholder().release(),
        let imitation = try? DescriptorStream(Descriptor(placeholder))
      else {
        throw OperationError(.system, "cannot open /dev/null: \(error.number)", errorNumber: error.number)
      }
      imitation.behaveAsNull()
      stream = imitation
    }
    openNull = stream
    return stream
  }
}
