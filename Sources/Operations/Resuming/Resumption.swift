import SocketLoop
import Sockets
import Transfer

/// `--resume`: continues a transfer from file to file where an earlier one ended.
///
/// Each side tells the other in one line how much it has; see ``ResumeLine``. The local file is examined before waiting
/// for the peer, so that no peer waits while a large file is summed.
@LoopActor
struct Resumption {
  private enum Side {
    case sender(DescriptorStream, size: Int)
    case receiver(have: Int, sum: (any Digest)?)
  }

  private let side: Side
  private let options: ConnectionOptions
  private let streams: StandardStreams

  /// Examines the local file.
  init(
    _ options: ConnectionOptions, _ streams: StandardStreams, _ reporter: EventReporter
  ) async throws(OperationError) {
    self.options = options
    self.streams = streams
    if options.direction == .receiveOnly {
      let output = try streams.output().descriptor
      guard let size = output.fileSize() else {
        throw OperationError(
          .usage, "--resume continues a file: standard output must be a regular file, as by >>FILE")
      }
      let sum = try options.checksum?.begin()
      do throws(SystemError) {
        try output.seekToEnd()
        if let sum {
          // A named variable keeps the file open across the await.
          let file = try output.reopenForReading()
          if size > 0 {
            reporter.emit(.summing) { $0.message = "the \(describe(bytes: size)) of standard output first" }
          }
          try await sum.update(from: file.borrowed, count: size)
        }
      } catch {
        throw OperationError(
          OperationError.cause(of: error, while: .transferring),
          "cannot read the contents of standard output: \(error)",
          errorNumber: error.number)
      }
      side = .receiver(have: size, sum: sum)
    } else {
      let input = try streams.input(options)
      guard input.descriptor.fileSize() != nil, let size = streams.inputLimit.remaining(of: input) else {
        throw OperationError(
          .usage, "--resume continues a file: standard input must be a regular file, as by <FILE")
      }
      side = .sender(input, size: size)
    }
  }

  /// Exchanges lines with the peer, and returns what both have agreed on.
  func agree(over stream: any ByteStream, with peer: Peer) async throws(OperationError) -> ResumedTransfer {
    guard !stream.keepsMessageBoundaries, stream.hasHalfClose else {
      throw .resumesStreamsOnly
    }
    let exchange = ResumeExchange(stream: stream, peer: peer)
    switch side {
    case .receiver(let have, let sum):
      let proof = sum?.value().flatMap { value in
        options.checksum.map { ResumeLine.Proof(algorithm: $0, digest: value) }
      }
      try await exchange.send(ResumeLine(size: have, proof: proof))
      let theirs = try await exchange.receive(within: options.idleTimeout)
      if theirs.differs { throw .prefixDiffers(have, isOurs: true) }
      guard theirs.size >= have else { throw .receiverHasMore(have: have, size: theirs.size) }
      return ResumedTransfer(isSending: false, offset: have, size: theirs.size, digest: sum)
    case .sender(let input, let size):
      let theirs = try await exchange.receive(within: options.connectTimeout)
      // Digests are compared only if our file is long enough.
      let start = theirs.size > size ? (isTheirs: true, digest: nil) : try await sums(input, theirs)
      try await exchange.send(ResumeLine(size: size, differs: !start.isTheirs))
      if !start.isTheirs { throw .prefixDiffers(theirs.size, isOurs: false) }
      guard theirs.size <= size else { throw .receiverHasMore(have: theirs.size, size: size) }
      do throws(SystemError) {
        try streams.inputLimit.set(
          skipping: theirs.size, to: size - theirs.size, of: input)
      } catch {
        throw .input(error)
      }
      return ResumedTransfer(
        isSending: true, offset: theirs.size, size: size, digest: start.digest,
        isUnverified: options.checksum != nil && theirs.proof == nil && theirs.size > 0)
    }
  }

  /// Whether the receiver's bytes are a prefix of our file, as far as it has proved that, and their digest for
  /// `--checksum`.
  private func sums(
    _ input: DescriptorStream, _ theirs: ResumeLine
  ) async throws(OperationError) -> (isTheirs: Bool, digest: (any Digest)?) {
    var digest: (any Digest)?
    if let proof = theirs.proof {
      let sum = try await sum(input, theirs.size, proof.algorithm)
      if sum.value() != proof.digest { return (false, nil) }
      if proof.algorithm == options.checksum { digest = sum }
    }
    if digest == nil, let algorithm = options.checksum { digest = try await sum(input, theirs.size, algorithm) }
    return (true, digest)
  }

  private func sum(
    _ input: DescriptorStream, _ count: Int, _ algorithm: DigestAlgorithm
  ) async throws(OperationError) -> any Digest {
    let digest = try algorithm.begin()
    do throws(SystemError) {
      try await digest.update(from: input.descriptor, at: try input.descriptor.position(), count: count)
    } catch {
      throw .input(error)
    }
    return digest
  }
}

extension OperationError {
  /// `--resume` needs a byte stream that can be half-closed.
  static let resumesStreamsOnly = OperationError(
    .usage, "--resume is for streams that can be half-closed: TCP, MPTCP, Unix streams, vsock")

  static func prefixDiffers(_ count: Int, isOurs: Bool) -> OperationError {
    OperationError(
      .malformedData,
      "the first \(count) bytes are not the same on both sides: "
        + (isOurs ? "remove the file here, and start over" : "the receiver has another file"))
  }

  static func receiverHasMore(have: Int, size: Int) -> OperationError {
    OperationError(
      .malformedData,
      "the receiver has \(describe(bytes: have)) already, the sender's file only \(size): they are different files")
  }
}
