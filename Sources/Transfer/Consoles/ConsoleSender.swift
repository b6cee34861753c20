import SocketLoop
import Sockets

/// Sends the lines that are typed on a console, and carries out its escapes.
@LoopActor
package final class ConsoleSender: Upward {
  /// What it has sent.
  package let flow = Flow()
  /// Whether `~.` ended it: the session is over then, whatever the peer still has to say.
  package private(set) var endsSession = false
  private let console: any Console
  private let connection: AsyncSocket
  private let received: Flow
  private let filter: (any ByteFilter)?
  private let tap: (any ByteTap)?
  private var hasHalfClosed = false
  private var isStopping = false
  private var isAbandoned = false

  /// - Parameters:
  ///   - received: what `~s` tells about the other direction.
  ///   - filter: changes the lines; bytes of `~x` go as they are.
  package init(
    _ console: any Console, to connection: AsyncSocket, received: Flow, filter: (any ByteFilter)?,
    tap: (any ByteTap)?
  ) {
    self.console = console
    self.connection = connection
    self.received = received
    self.filter = filter
    self.tap = tap
  }

  /// Sends until the input ends, or `~.`.
  package func run() async -> Pump.Ending {
    while !isStopping {
      let line: [UInt8]?
      do throws(LoopError) {
        line = try await console.nextLine()
      } catch {
        if case .system(let error) = error { return .sourceFailed(error) }
        return isStopping && !Task.isCancelled ? .stopped : .cancelled
      }
      guard let line else { return .sourceEnded }
      if let ending = await carryOut(ConsoleLine(line)) { return ending }
    }
    return .stopped
  }

  private func carryOut(_ line: ConsoleLine) async -> Pump.Ending? {
    switch line {
    case .text(let text):
      let bytes = text + [0x0a]
      return await send(filter.map { filter in bytes.withUnsafeBytes { filter.apply(to: $0) } } ?? bytes)
    case .bytes(let bytes): return await send(bytes)
    case .urgent(let bytes): return await send(bytes, flags: .outOfBand)
    case .halfClose:
      hasHalfClosed = true
      do throws(SystemError) {
        try connection.socket.shutdown(.sending)
      } catch {
        console.tell("\(error)")
      }
    case .status: console.tell(ConnectionStatus(connection, sent: flow, received: received).text)
    case .help: console.tell(ConsoleLine.list)
    case .mistake(let reason): console.tell(reason)
    case .disconnect:
      endsSession = true
      return .sourceEnded
    }
    return nil
  }

  private func send(_ bytes: [UInt8], flags: MessageFlags = []) async -> Pump.Ending? {
    if hasHalfClosed {
      console.tell("not sent: ~h has closed the sending half")
      return nil
    }
    if let tap {
      let copy = RawBuffer(copying: bytes)
      defer { extendLifetime(copy) }
      await tap.saw(copy.copied)
    }
    var sent = 0
    while sent < bytes.count {
      do throws(SystemError) {
        switch try connection.socket.send(bytes.span.extracting(sent...), flags: flags.union(.doNotWait)) {
        case .moved(let count):
          bytes.withUnsafeBytes { flow.moved(UnsafeRawBufferPointer(rebasing: $0[sent..<(sent + count)])) }
          sent += count
          continue
        case .wouldBlock: break
        }
      } catch {
        guard flags.contains(.outOfBand), error.number == .notSupported else { return .sinkFailed(error) }
        console.tell("this kind of socket has no urgent data")
        return nil
      }
      do throws(LoopError) {
        try await connection.watch.writable()
      } catch {
        if Task.isCancelled || connection.watch.isClosed || isAbandoned { return .cancelled }
      }
    }
    return nil
  }

  /// Ends it once what was typed is sent.
  package func stop() {
    isStopping = true
    console.interrupt()
  }

  /// Ends it now.
  package func abandon() {
    isAbandoned = true
    stop()
    connection.watch.interruptWriting()
  }
}
