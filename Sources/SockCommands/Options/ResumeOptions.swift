import ArgumentParser
import Operations
import Sockets
import Transfer

/// Whether a transfer goes on where another one ended.
struct ResumeOptions: ParsableArguments {
  @Flag(name: .of(.resume), help: "From file to file: go on where an earlier transfer ended.") var resume = false

  static let names: [OptionName] = [.resume]
}

extension Line {
  /// Refuses what `--resume` cannot go with, once all else is known.
  func checkResume(_ link: LinkOptions, over destination: Destination) throws(OperationError) {
    guard has(.resume) else { return }
    if destination.message != nil {
      throw .usage("\(OptionName.resume) is for a file on standard input: give no message with it")
    }
    for (other, reason) in [
      (OptionName.keepOpen, "a file is for one peer"), (.count, "a file is of one peer"),
      (.crlf, "the sizes of the files have to agree"), (.interactive, "what is typed is no file"),
      (.zero, "nothing is sent while a port is probed"),
    ] { try exclude(.resume, other, reason) }
    if link.onEOF == .keep {
      throw .usage("\(OptionName.resume): the receiver waits for the end: leave \(OptionName.onEOF) out")
    }
    let transport = destination.endpoint.transport ?? destination.transport
    guard transport.type == .stream, !transport.traits.contains(.noHalfClose) else {
      throw .usage("\(OptionName.resume) is for streams that can be half-closed, and not for \(transport)")
    }
  }

  /// The same for a verb that may go both ways: a file goes one way.
  func checkResumeDirection(_ link: LinkOptions) throws(OperationError) {
    guard has(.resume), link.direction == .both else { return }
    throw .usage(
      "\(OptionName.resume) needs to know which way the file goes: add \(OptionName.sendOnly) or \(OptionName.recvOnly)"
    )
  }
}
