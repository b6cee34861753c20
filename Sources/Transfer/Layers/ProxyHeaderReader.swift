import SocketLoop
import Sockets

/// Collects the bytes of a header, and tells how many more are certainly part of it, so that nothing behind it is read:
/// those bytes are the client's.
package struct ProxyHeaderReader: Sendable {
  private var bytes: [UInt8] = []

  package init() {}

  /// Whether nothing has come yet.
  package var isEmpty: Bool { bytes.isEmpty }

  package mutating func append(_ more: some Sequence<UInt8>) { bytes += more }

  /// How many more bytes there are at least; 0 if the header is whole.
  ///
  /// - Throws: as soon as the bytes cannot become a header.
  package var missing: Int {
    get throws(ProxyHeader.Fault) {
      if bytes.starts(with: ProxyHeader.signature) { return try ProxyHeader.missing(ofBinary: bytes) }
      if bytes.starts(with: ProxyHeader.linePrefix) { return try ProxyHeader.missing(ofLine: bytes) }
      guard ProxyHeader.mayBegin(bytes) else { throw .missing }
      // The shortest header is a line.
      return "PROXY UNKNOWN\r\n".utf8.count - bytes.count
    }
  }

  /// The header, once none of its bytes is missing.
  package var header: ProxyHeader {
    get throws(ProxyHeader.Fault) {
      bytes.first == ProxyHeader.signature[0]
        ? try ProxyHeader(binary: bytes) : try ProxyHeader(line: bytes[...])
    }
  }
}

extension ProxyHeader {
  /// Whether these bytes, or those that may follow them, are the beginning of a header.
  package static func mayBegin(_ bytes: [UInt8]) -> Bool {
    [signature, linePrefix].contains { begin in
      bytes.prefix(begin.count).elementsEqual(begin.prefix(bytes.count))
    }
  }

  /// Whether these bytes begin a header, whatever follows them.
  static func begins(_ bytes: [UInt8]) -> Bool { bytes.starts(with: linePrefix) || bytes.starts(with: signature) }
}

extension ByteStream {
  /// Reads a header of the PROXY protocol, and nothing behind it.
  package func readProxyHeader(until deadline: MonotonicTime) async throws(StreamFailure) -> ProxyHeader {
    var reader = ProxyHeaderReader()
    while true {
      let missing = try judged { () throws(ProxyHeader.Fault) in try reader.missing }
      if missing == 0 { return try judged { () throws(ProxyHeader.Fault) in try reader.header } }
      let bytes = try await readSome(atMost: missing, until: deadline)
      guard !bytes.isEmpty else {
        throw StreamFailure(
          .peerProtocol,
          "has ended the connection \(reader.isEmpty ? "without a" : "within its") PROXY header")
      }
      reader.append(bytes)
    }
  }

  private func judged<Result>(_ body: () throws(ProxyHeader.Fault) -> Result) throws(StreamFailure) -> Result {
    do throws(ProxyHeader.Fault) { return try body() } catch { throw StreamFailure(.peerProtocol, error.message) }
  }

  /// Waits for bytes, and returns at most so many of them; none at the end.
  private func readSome(atMost count: Int, until deadline: MonotonicTime) async throws(StreamFailure) -> [UInt8] {
    let memory = RawBuffer(count: count)
    defer { extendLifetime(memory) }
    do throws(LoopError) {
      while true {
        let result: IOResult
        do throws(SystemError) { result = try read(into: memory.bytes) } catch { throw .system(error) }
        if case .moved(let count) = result { return Array(memory.bytes[..<count]) }
        try await readable(until: deadline)
      }
    } catch {
      switch error {
      case .cancelled: throw StreamFailure(.cancelled, "cancelled")
      case .timedOut: throw StreamFailure(.peerProtocol, "has not sent its PROXY header in time")
      case .system(let error):
        throw StreamFailure(.peerProtocol, "has broken off the connection before its PROXY header: \(error.number)")
      }
    }
  }
}
