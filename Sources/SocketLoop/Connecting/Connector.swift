import Sockets

/// Connects to the first of several addresses that answers: ``HappyEyeballs`` with real sockets and a real clock.
@LoopActor
public struct Connector {
  /// An address that was tried, and why it failed.
  public struct Attempt: Sendable {
    /// The address.
    public let address: SocketAddress
    /// Why it failed.
    public let error: LoopError
  }

  /// No address could be connected.
  public struct Failure: Error, Sendable {
    /// The attempts in the order in which they failed.
    public let attempts: [Attempt]
  }

  let transport: Transport
  /// The time limit of each attempt; nil leaves it to the kernel.
  let timeout: Duration?
  let namespace: NetworkNamespace?
  let configure: @LoopActor (borrowing Socket, SocketAddress) throws(SystemError) -> Void
  let connects: @LoopActor (borrowing Socket, SocketAddress) -> Bool
  let willTry: @LoopActor (SocketAddress) -> Void

  /// - Parameters:
  ///   - transport: the transport to use.
  ///   - timeout: the time limit of each attempt; nil leaves it to the kernel.
  ///   - namespace: the network namespace to open sockets in; nil for that of the thread.
  ///   - configure: sets the options and the local address of each socket before it connects.
  ///   - connects: whether to connect a socket, or only prepare it for sending to the address.
  ///   - willTry: called before each attempt.
  public init(
    transport: Transport, timeout: Duration?, in namespace: NetworkNamespace? = nil,
    configure: @escaping @LoopActor (borrowing Socket, SocketAddress) throws(SystemError) -> Void,
    connects: @escaping @LoopActor (borrowing Socket, SocketAddress) -> Bool = { _, _ in true },
    willTry: @escaping @LoopActor (SocketAddress) -> Void
  ) {
    self.connects = connects
    self.transport = transport
    self.timeout = timeout
    self.namespace = namespace
    self.configure = configure
    self.willTry = willTry
  }

  /// Tries the addresses until one is connected. Returns the connection and the peer's address.
  public func connect(toFirstOf addresses: [SocketAddress]) async throws(Failure) -> (AsyncSocket, SocketAddress) {
    if addresses.count == 1 {
      do throws(LoopError) {
        return (try await attempt(addresses[0]), addresses[0])
      } catch {
        throw Failure(attempts: [Attempt(address: addresses[0], error: error)])
      }
    }
    let outcome = await race(addresses)
    switch outcome {
    case .success(let winner): return winner
    case .failure(let failure): throw failure
    }
  }

  private enum Step: Sendable {
    case delayPassed(Int)
    case succeeded(Int, AsyncSocket)
    case failed(Int, LoopError)
  }

  private func race(_ addresses: [SocketAddress]) async -> Result<(AsyncSocket, SocketAddress), Failure> {
    await withTaskGroup(of: Step.self) { group in
      var machine = HappyEyeballs(addresses)
      var attempts: [Attempt] = []
      var winner: (AsyncSocket, SocketAddress)?
      var actions = machine.begin()
      while true {
        for action in actions {
          switch action {
          case .start(let index):
            let address = machine.addresses[index]
            group.addTask(executorPreference: EventLoop.shared) { await step(index, address) }
          case .startDelay(let index):
            group.addTask(executorPreference: EventLoop.shared) { await delay(index) }
          case .cancel: group.cancelAll()
          case .succeed: break
          case .fail:
            group.cancelAll()
            return .failure(Failure(attempts: attempts))
          }
        }
        if let winner {
          group.cancelAll()
          // Another attempt may have succeeded at the same time: close it, so that it does not leak.
          for await case .succeeded(_, let late) in group { late.close() }
          return .success(winner)
        }
        guard let step = await group.next() else { return .failure(Failure(attempts: attempts)) }
        switch step {
        // After cancellation, no other address is tried; the attempts under way are about to fail.
        case .delayPassed(let index): actions = Task.isCancelled ? [] : machine.delayPassed(index)
        case .succeeded(let index, let socket):
          winner = (socket, machine.addresses[index])
          actions = machine.attemptSucceeded(index)
        case .failed(let index, let error):
          attempts.append(Attempt(address: machine.addresses[index], error: error))
          if Task.isCancelled { return .failure(Failure(attempts: attempts)) }
          actions = machine.attemptFailed(index)
        }
      }
    }
  }

  private func step(_ index: Int, _ address: SocketAddress) async -> Step {
    do throws(LoopError) {
      return .succeeded(index, try await attempt(address))
    } catch {
      return .failed(index, error)
    }
  }

  private func delay(_ index: Int) async -> Step {
    try? await EventLoop.sleep(until: .after(HappyEyeballs.attemptDelay))
    return .delayPassed(index)
  }

  private func attempt(_ address: SocketAddress) async throws(LoopError) -> AsyncSocket {
    willTry(address)
    return try await AsyncSocket.connect(transport, to: address, until: .after(timeout), in: namespace) {
      (socket) throws(SystemError) in
      try configure(socket, address)
    } connects: {
      connects($0, address)
    }
  }
}
