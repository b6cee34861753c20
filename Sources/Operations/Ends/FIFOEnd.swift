import Glibc
import SocketLoop
import Sockets
import Transfer

/// `fifo:PATH`: a named pipe, which is read on the left, and written to on the right. It is made if it is not there.
struct FIFOEnd: EndMeaning {
  let path: String
  let isRead: Bool

  init(_ text: EndText) throws(OperationError) {
    path = try text.required("named pipe", such: "fifo:/tmp/pipe")
    isRead = text.place == .left
  }

  func prepare(_ context: EndContext) async throws(OperationError) -> any EndSource {
    let isOurs: Bool
    do throws(SystemError) {
      isOurs = try FileSystem.makeFIFO(Array(path.utf8CString), mode: 0o666)
    } catch {
      throw OperationError(
        .cannotCreate, "cannot make the named pipe \(path): \(error.number)", errorNumber: error.number)
    }
    guard let status = FileSystem.status(of: Array(path.utf8CString), followsLink: true),
      status.st_mode & S_IFMT == S_IFIFO
    else {
      throw OperationError(.usage, "\(path) is there and no named pipe: write file:\(path), or another path")
    }
    return FIFOSource(self, isOurs: isOurs)
  }
}

@LoopActor
private final class FIFOSource: EndSource {
  private let end: FIFOEnd
  /// Whether the pipe was made here, and is to be removed.
  private let isOurs: Bool

  init(_ end: FIFOEnd, isOurs: Bool) {
    self.end = end
    self.isOurs = isOurs
  }

  var uses: EndUses { .inTurn }

  func open(for partner: EndPartner?) async throws(OperationError) -> OpenEnd {
    let pipe = try DescriptorStream.of(
      end.isRead ? try openEnd(O_RDONLY) : try await openForWriting(), isNonBlocking: true)
    if end.isRead { try await waitForWriter(of: pipe) }
    return try OpenEnd.opening(.named("fifo:\(end.path)")) { () throws(SystemError) in
      end.isRead
        ? Relay.Side(input: pipe, output: try .null(), watchesOutput: false)
        : Relay.Side(input: nil, output: pipe, watchesOutput: true)
    }
  }

  /// Waits for a writer: until one has come, a read says that the data has ended.
  private func waitForWriter(of pipe: DescriptorStream) async throws(OperationError) {
    do throws(LoopError) {
      try await pipe.readable()
    } catch {
      guard case .system(let error) = error else { throw .cancelled }
      throw OperationError(error, while: .opening)
    }
  }

  /// Waits for a reader: until there is one, the pipe cannot be opened for writing without blocking (`ENXIO`).
  private func openForWriting() async throws(OperationError) -> OwnedDescriptor {
    while true {
      do throws(OperationError) {
        return try openEnd(O_WRONLY)
      } catch {
        guard error.errorNumber == .noDeviceOrAddress else { throw error }
      }
      do throws(WaitError) { try await EventLoop.sleep(until: .after(.milliseconds(20))) } catch { throw .cancelled }
    }
  }

  private func openEnd(_ mode: CInt) throws(OperationError) -> OwnedDescriptor {
    do throws(SystemError) {
      return try OwnedDescriptor.open(end.path, mode | O_NONBLOCK)
    } catch {
      throw OperationError(
        error.number == .permissionDenied ? .notPermitted : .cannotCreate, "cannot open \(end.path): \(error.number)",
        errorNumber: error.number)
    }
  }

  func close() { if isOurs { try? FileSystem.remove(Array(end.path.utf8CString)) } }
}
