import LoopTestSupport
import Glibc
import SockTestSupport
import SocketLoop
import Sockets
import Testing

@testable import Operations

@Suite(.onTheLoop, .timeLimit(.minutes(1))) struct UnixSocketFileTests {
  private let directory: TemporaryDirectory
  private let reporter: Recorder

  init() throws {
    directory = try TemporaryDirectory()
    reporter = Recorder()
  }

  @LoopActor
  private func listen(
    _ transport: Transport = .unix, at name: String = "s", mode: UInt32? = nil
  ) async throws(OperationError) -> Listeners {
    guard let address = try? UnixAddress(directory(name)) else { throw OperationError(.usage, "no such address") }
    let reporter = EventReporter(reporter)
    return try await Listeners(
      Endpoint(target: .unix(address)),
      preparation: SocketPreparation(transport: transport, options: [], reporter: reporter), family: .unspecified,
      mode: mode, reporter: reporter)
  }

  /// Leaves the file of a bound socket whose owner is gone.
  private func leaveDeadSocket(_ transport: Transport = .unix) throws {
    let socket = try Socket.open(transport, family: .unix)
    try socket.bind(to: .unix(try UnixAddress(directory("s"))))
    try socket.close()
  }

  @LoopActor
  private func refusal(_ transport: Transport = .unix) async -> OperationError? {
    await failure { () async throws(OperationError) in try await listen(transport) }
  }

  @Test("The file exists while we listen, and is removed afterwards")
  @LoopActor
  func life() async throws {
    for transport in [Transport.unix, .unixDatagram, .unixSequencedPacket] {
      let listeners = try await listen(transport)
      #expect(isSocket(directory("s")))
      listeners.close()
      #expect(directory.entries == [])
    }
  }

  @Test("A file that is not a socket is never touched")
  @LoopActor
  func regularFile() async throws {
    let file = try SockTestSupport.Descriptor.open(directory("s"), O_WRONLY | O_CREAT)
    try file.write("precious")
    let error = await refusal()
    #expect(error?.cause == .cannotCreate)
    #expect(error?.errorNumber == .exists)
    #expect(fileStatus(directory("s"))?.st_size == 8)
    unlink(directory("s"))
    symlink("elsewhere", directory("s"))
    #expect(await refusal()?.cause == .cannotCreate)
    mkdir(directory("t"), 0o700)
    #expect(await failure { () async throws(OperationError) in try await listen(at: "t") }?.cause == .cannotCreate)
    #expect(directory.entries == ["s", "t"])
  }

  @Test("A live socket of any type is in use, and its owner notices nothing")
  @LoopActor
  func live() async throws {
    for transport in [Transport.unix, .unixDatagram, .unixSequencedPacket] {
      let first = try await listen(transport)
      for other in [Transport.unix, .unixDatagram, .unixSequencedPacket] {
        let error = await refusal(other)
        #expect(error?.cause == .system)
        #expect(error?.errorNumber == .addressInUse)
      }
      #expect(isSocket(directory("s")))
      #expect(try !Sockets.Descriptor(first.sockets[0].socket.descriptor).isReady(.readable))
      first.close()
    }
  }

  @Test("A socket that is bound but does not listen counts as alive")
  @LoopActor
  func boundOnly() async throws {
    let socket = try Socket.open(.unix, family: .unix)
    try socket.bind(to: .unix(try UnixAddress(directory("s"))))
    #expect(await refusal()?.errorNumber == .addressInUse)
    #expect(isSocket(directory("s")))
    try socket.close()
  }

  @Test("A dead socket of any type is replaced")
  @LoopActor
  func dead() async throws {
    for transport in [Transport.unix, .unixDatagram, .unixSequencedPacket] {
      try leaveDeadSocket(transport)
      let listeners = try await listen()
      let client = try Socket.open(.unix, family: .unix)
      #expect(try client.connect(to: listeners.addresses[0]) == .connected)
      listeners.close()
    }
  }

  @Test("A file that has replaced ours is not removed")
  @LoopActor
  func replaced() async throws {
    let listeners = try await listen()
    // Moved, not removed, so that the next file cannot get the same inode number.
    rename(directory("s"), directory("moved"))
    try leaveDeadSocket()
    listeners.close()
    #expect(directory.entries == ["moved", "s"])
  }

  @Test("--mode sets the permission bits; without it the umask applies")
  @LoopActor
  func mode() async throws {
    for mode in [0o600, 0o660, 0o777, 0o000] as [UInt32] {
      let listeners = try await listen(mode: mode)
      #expect(fileStatus(directory("s")).map { $0.st_mode & 0o777 } == mode)
      listeners.close()
    }
    let mask = umask(0)
    umask(mask)
    let listeners = try await listen()
    #expect(fileStatus(directory("s")).map { $0.st_mode & 0o777 } == 0o777 & ~mask)
    listeners.close()
  }

  @Test("A missing directory is reported")
  @LoopActor
  func noDirectory() async throws {
    let error = await failure { () async throws(OperationError) in try await listen(at: "none/s") }
    #expect(error?.cause == .cannotCreate)
    #expect(error?.errorNumber == .noEntry)
  }
}
