extension EventLoop {
  /// Waits until an instant.
  @LoopActor
  public static func sleep(until moment: MonotonicTime) async throws(WaitError) {
    do throws(WaitError) {
      try await Suspension().suspend(until: moment)
    } catch .timedOut {
      return
    } catch {
      throw error
    }
  }
}
