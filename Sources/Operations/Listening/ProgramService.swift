import SocketLoop
import Transfer

/// `--exec` and `--shell-exec`: a program for each connection or datagram.
@LoopActor
struct ProgramService: ListenService {
  private let program: PeerProgram
  private let request: ListenRequest
  private let reporter: EventReporter
  private let taps: TapSet

  init(_ program: PeerProgram, _ request: ListenRequest, _ reporter: EventReporter) async throws(OperationError) {
    self.program = program
    self.request = request
    self.reporter = reporter
    try program.check(in: request.options.service.root)
    taps = try await TapSet(request.options, reporter)
    taps.namesPeers = request.keepOpen
  }

  /// With the new root directory, if any, in place.
  func checkRights() throws(OperationError) { try program.check() }

  func run(_ listeners: Listeners, for service: Service) async throws(OperationError) {
    if listeners.carriesMessages {
      guard request.options.programManner == .pipes else { throw .datagramProgramsHavePipes }
      return try await DatagramProgramServer(program, request, listeners, taps, reporter).run()
    }
    let handler = ProgramHandler(program, request.options, taps, reporter, isOneOfSeveral: request.keepOpen)
    let limits = request.keepOpen ? AcceptLimits.many(atOnce: ProgramHandler.mostAtOnce()) : .inTurn(1)
    try await request.acceptor(listeners, limits, reporter, service).run(handler).check(of: 1)
  }
}
