import Glibc
import SocketLoop
import Sockets
import Transfer

/// `serial:PATH[,SPEEDMODE]` and `tty:[PATH]`: a terminal device, raw while it is in use and restored at the end.
struct TerminalEnd: EndMeaning {
  let path: String
  let line: SerialLine?

  /// - Parameter usual: the device if none is named; nil if one must be.
  init(_ text: EndText, usual: String?) throws(OperationError) {
    let parts = text.text.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    if let usual, parts[0].isEmpty {
      path = usual
    } else {
      _ = try text.required("device", such: "serial:/dev/ttyS0,115200n8")
      path = parts[0]
    }
    guard parts.count == 2 else {
      line = nil
      return
    }
    guard let line = SerialLine(parts[1]) else {
      throw OperationError(
        .usage, "'\(parts[1])' in '\(text.word)' is no speed and mode of a line: write them as in 115200n8 or 9600e7")
    }
    self.line = line
  }

  func prepare(_ context: EndContext) async throws(OperationError) -> any EndSource {
    let source = TerminalSource(self)
    do throws(OperationError) {
      // Opened once ahead, to fail before a peer has come.
      Descriptor(try source.open().release()).close()
    } catch {
      guard context.waits, [.noEntry, .noDevice, .noDeviceOrAddress, .inputOutput].contains(error.errorNumber) else {
        throw error
      }
    }
    return source
  }
}

@LoopActor
private final class TerminalSource: EndSource {
  private let end: TerminalEnd

  init(_ end: TerminalEnd) { self.end = end }

  var uses: EndUses { .inTurn }

  func open() throws(OperationError) -> OwnedDescriptor {
    let opened: OwnedDescriptor
    do throws(SystemError) {
      opened = try .open(end.path, O_RDWR | O_NOCTTY | O_NONBLOCK)
    } catch {
      throw OperationError(
        error.number == .permissionDenied ? .notPermitted : .unreachable, "cannot open \(end.path): \(error.number)",
        errorNumber: error.number)
    }
    guard opened.borrowed.isTerminal else { throw OperationError(.usage, "\(end.path) is no terminal device") }
    return opened
  }

  func open(for partner: EndPartner?) async throws(OperationError) -> OpenEnd {
    let stream = try DescriptorStream.of(try open(), isNonBlocking: true)
    let borrowed = stream.descriptor
    var restore: TerminalSettings?
    var opened = try OpenEnd.opening(.named("\(end.line == nil ? "tty" : "serial"):\(end.path)")) {
      () throws(SystemError) in
      let settings = try TerminalSettings(of: borrowed)
      try settings.raw(end.line).apply(to: borrowed)
      restore = settings
      return Relay.Side(stream)
    }
    let path = end.path
    opened.closed = {
      // The stream has closed its descriptor by now.
      guard let restore, let again = try? OwnedDescriptor.open(path, O_RDWR | O_NOCTTY | O_NONBLOCK) else { return }
      try? restore.apply(to: again.borrowed)
    }
    return opened
  }
}
