import ArgumentParser

// The words of a verb, for its help: which of them are the endpoint is told by Line+Endpoint.swift.

/// The words of a verb that goes to a peer.
struct PeerArguments: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "HOST PORT, HOST:PORT, [V6]:PORT, udp://HOST:PORT, unix:/path or @name, fd:N.",
      valueName: "endpoint"))
  var words: [String] = []
}

/// The words of a verb that listens.
struct LocalArguments: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "PORT (of every interface; 0: a free one), HOST PORT, HOST:PORT, unix:/path, fd:N.",
      valueName: "endpoint"))
  var words: [String] = []
}
