import Testing

@testable import Sockets

/// What is said of a call that an observer saw.
@Suite struct CallCauseTests {
  private func cause(
    _ name: String, _ error: ErrorNumber?, _ arguments: [SystemCallArgument] = [], on transport: Transport? = nil
  ) -> String? {
    ErrorCause.of(
      SystemCall(
        name: name, descriptor: 3, count: 0, arguments: arguments,
        outcome: .init(value: error == nil ? 0 : -1, error: error, failure: error?.name, duration: .zero)),
      on: transport)
  }

  @Test func `the cause of a failed call, by its socket if that is known`() {
    #expect(cause("connect", .connectionRefused) == "the host answered, and nothing listens on that port")
    #expect(cause("connect", nil) == nil)
    #expect(cause("connect", .permissionDenied) == nil)
    #expect(cause("connect", .permissionDenied, on: .udp)?.hasPrefix("the address is a broadcast address") == true)
    #expect(cause("connect", .noEntry, on: .unix) != cause("connect", .noEntry, on: .tcp))
  }

  @Test func `write(2) to a file is not explained as one to a socket`() {
    #expect(cause("write", .brokenPipe) == nil)
    #expect(cause("write", .brokenPipe, on: .tcp) != nil)
  }

  @Test func `SO_ERROR is the failure of connect(2)`() {
    let option = { (number: CInt) in
      SystemCallArgument.option(3, .socket, 4, .storing(number))
    }
    #expect(cause("getsockopt", nil, option(111)) == cause("connect", .connectionRefused))
    #expect(cause("getsockopt", nil, option(0)) == nil)
  }

  @Test func `an option that the socket does not have`() {
    let option = SystemCallArgument.option(3, .tcp, 1, .storing(CInt(1)))
    #expect(cause("setsockopt", .noProtocolOption, option, on: .udp)?.hasPrefix("it is an option of tcp") == true)
  }
}
