import SocketLoop
import Sockets
import Transfer

/// `-`: standard input and output.
struct StandardEnd: EndMeaning {
  func prepare(_ context: EndContext) async throws(OperationError) -> any EndSource {
    try context.streams.requireInput()
    _ = try context.streams.output()
    return StandardSource(context.streams)
  }
}

@LoopActor
private final class StandardSource: EndSource {
  private let streams: StandardStreams

  init(_ streams: StandardStreams) { self.streams = streams }

  var uses: EndUses { .once }

  func open(for partner: EndPartner?) async throws(OperationError) -> OpenEnd {
    let output = try streams.output()
    var end = OpenEnd(
      Relay.Side(input: try streams.input(), output: output, watchesOutput: output.hasReader), .named("-"))
    end.isStandard = true
    return end
  }
}
