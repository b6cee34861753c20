import SocketLoop

/// Makes the writers of one stream take turns, so that what each one writes stays in one piece.
@LoopActor
package final class WriteTurns {
  private var waiting: [Suspension] = []
  private var isWriting = false

  nonisolated init() {}

  /// Waits for a turn. ``end()`` passes it on to the next in line.
  func take() async throws(LoopError) {
    if isWriting {
      let turn = Suspension()
      waiting.append(turn)
      do throws(WaitError) {
        try await turn.suspend()
      } catch {
        waiting.removeAll { $0 === turn }
        throw .cancelled
      }
    }
    isWriting = true
  }

  func end() {
    isWriting = false
    if !waiting.isEmpty {
      isWriting = true
      waiting.removeFirst().resume()
    }
  }
}
