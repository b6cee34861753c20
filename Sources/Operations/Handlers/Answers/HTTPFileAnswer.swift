import Glibc
import SocketLoop
import Sockets
import Transfer

/// `--http-file FILE`: answers every HTTP request with a file.
package struct HTTPFileAnswer: Answer {
  private let file: AnswerFile

  nonisolated init(_ file: AnswerFile) { self.file = file }

  package func prepare(overDatagrams: Bool) async throws(OperationError) {
    try await file.requireRegular()
  }

  package func checkRights() throws(OperationError) { try file.checkRights() }

  package func serve(_ connection: AnsweredConnection) async -> Relay.Ending {
    await HTTPConversation(connection, file).run()
  }
}

/// The requests of one connection, and their answers, one after the other.
@LoopActor
private final class HTTPConversation {
  private let connection: AnsweredConnection
  private let file: AnswerFile
  /// What has been read and not yet been used.
  private var unread: [UInt8] = []
  private var hasEnded = false

  /// The longest head of a request.
  private static let longestHead = 65_536

  init(_ connection: AnsweredConnection, _ file: AnswerFile) {
    self.connection = connection
    self.file = file
  }

  /// Why the conversation is over.
  private struct Over: Error { let ending: Relay.Ending }

  func run() async -> Relay.Ending {
    do throws(Over) {
      while let head = try await nextHead() {
        if try await !answer(head) { break }
      }
      // A client may still be sending, such as the body of its request.
      if hasEnded { return await connection.close(after: .finished, afterEnd: true) }
      return await connection.send(MemoryStream([]))
    } catch {
      return await connection.close(after: error.ending, afterEnd: hasEnded)
    }
  }

  /// Answers a request.
  ///
  /// - Returns: whether another one may follow.
  private func answer(_ head: ArraySlice<UInt8>) async throws(Over) -> Bool {
    let request: HTTPRequest
    do throws(HTTPRequest.Fault) {
      request = try HTTPRequest(head: head)
    } catch {
      try await refuse(error.status)
      return false
    }
    if let length = request.bodyLength, length > 0 {
      if request.awaitsContinue { try await send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
      try await discard(length)
    }
    let stream: DescriptorStream
    do throws(OperationError) {
      stream = try file.open()
    } catch {
      connection.warn(error.message)
      try await refuse("500 Internal Server Error")
      return false
    }
    guard let length = stream.descriptor.fileSize() else {
      connection.warn("\(file) is no regular file any more")
      _ = await stream.close(.atOnce, afterEnd: true)
      try await refuse("500 Internal Server Error")
      return false
    }
    let result = await send(stream, length, to: request)
    _ = await stream.close(.atOnce, afterEnd: true)
    if let result { throw result }
    return !request.closes
  }

  private func send(_ stream: DescriptorStream, _ length: Int, to request: HTTPRequest) async -> Over? {
    do throws(Over) {
      var fields = ["Content-Type: \(MediaType.of(file.name))", "Content-Length: \(length)", "Accept-Ranges: none"]
      if request.closes { fields.append("Connection: close") }
      if request.asksToKeepAlive { fields.append("Connection: keep-alive") }
      try await send(head("200 OK", fields))
      if request.method == "HEAD" { return nil }
      let settings = connection.sending
      // What is appended meanwhile is not part of the answer.
      settings.limit.end(after: length)
      let before = connection.sent.bytes
      let ending = await connection.run(Pump(from: stream, to: connection.stream, settings))
      // It is the file that was read, not the peer.
      if case .inputFailed(_, let error) = ending { throw failure(error) }
      guard case .finished = ending else { throw Over(ending: ending) }
      guard connection.sent.bytes - before == UInt64(length) else {
        throw failure(SystemError(call: "read", number: .noData))
      }
      return nil
    } catch {
      return error
    }
  }

  /// The file could not be read to the end that was announced.
  private func failure(_ error: SystemError) -> Over {
    connection.warn(
      error.number == .noData
        ? "\(file) became shorter while it was sent" : "\(file) could not be read to its end: \(error.number)")
    return Over(ending: .inputFailed(.left, error))
  }

  private func refuse(_ status: String) async throws(Over) {
    let body = Array("\(status)\n".utf8)
    let fields = ["Content-Type: text/plain", "Content-Length: \(body.count)", "Connection: close"]
    try await send(head(status, fields) + body)
  }

  private func head(_ status: String, _ fields: [String]) -> [UInt8] {
    let date = String(
      decoding: DateText.text(of: time(nil), "%a, %d %b %Y %H:%M:%S GMT", isLocal: false), as: UTF8.self)
    return Array((["HTTP/1.1 \(status)", "Date: \(date)"] + fields).joined(separator: "\r\n").utf8) + [13, 10, 13, 10]
  }

  private func send(_ bytes: [UInt8]) async throws(Over) {
    let ending = await connection.run(Pump(from: MemoryStream(bytes), to: connection.stream, connection.sending))
    guard case .finished = ending else { throw Over(ending: ending) }
  }

  // MARK: - Reading

  /// The next head; nil once the client has ended, or has sent none for too long.
  private func nextHead() async throws(Over) -> ArraySlice<UInt8>? {
    var searched = 0
    let limit = MonotonicTime.after(connection.patience)
    while true {
      // Empty lines before a request are passed over (RFC 9112, section 2.2).
      let start = unread.firstIndex { $0 != 0x0d && $0 != 0x0a } ?? unread.endIndex
      if start > 0 {
        unread.removeFirst(start)
        searched = 0
      }
      if let length = HTTPRequest.headLength(in: unread[...], from: searched) {
        let head = unread[..<length]
        unread = Array(unread[length...])
        return head
      }
      guard unread.count <= Self.longestHead else {
        try await refuse("431 Request Header Fields Too Large")
        return nil
      }
      searched = max(0, unread.count - 3)
      if try await !readMore(until: limit) {
        // A request that is cut short is no request.
        if hasEnded, !unread.isEmpty { try await refuse(HTTPRequest.Fault.malformed.status) }
        return nil
      }
    }
  }

  /// Discards the body of a request.
  private func discard(_ length: Int) async throws(Over) {
    let part = min(length, unread.count)
    unread.removeFirst(part)
    guard part < length else { return }
    let settings = connection.receiving
    settings.limit.end(after: length - part)
    let ending = await connection.run(Pump(from: connection.stream, to: connection.null, settings))
    guard case .finished = ending else { throw Over(ending: ending) }
  }

  /// Reads what has come, or waits for it; false at the end, or if nothing comes in time.
  private func readMore(until limit: MonotonicTime) async throws(Over) -> Bool {
    do throws(LoopError) {
      let bytes = try await connection.stream.readSome(upTo: 16_384, until: limit)
      connection.received.add(bytes.count)
      if let tap = connection.taps.received(from: connection.peer) { await tap.saw(bytes) }
      unread += bytes
      hasEnded = bytes.isEmpty
      return !hasEnded
    } catch {
      switch error {
      case .timedOut: return false
      case .cancelled: throw Over(ending: .cancelled)
      case .system(let error): throw Over(ending: .inputFailed(.right, error))
      }
    }
  }
}
