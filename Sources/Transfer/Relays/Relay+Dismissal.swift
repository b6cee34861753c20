import SocketLoop

extension Relay {
  /// Ends the wait for more input to a side that has ended its own, as if it had lasted long enough.
  package func dismiss() {
    isDismissed = true
    dismissal?.resume()
  }

  /// Waits for ``dismiss()``.
  func awaitDismissal() async -> Event? {
    if isDismissed { return .waitOver }
    let place = Suspension()
    dismissal = place
    do throws(WaitError) { try await place.suspend() } catch { return nil }
    return .waitOver
  }
}
