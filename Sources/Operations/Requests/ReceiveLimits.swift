import SocketLoop
import Transfer

/// Where a receiver stops, if not at the peer's end. Whatever comes first counts.
package struct ReceiveLimits: Sendable, Equatable {
  /// `--bytes`: after this many bytes.
  package var bytes: Int?
  /// `--lines`: behind this many line feeds.
  package var lines: Int?
  /// `--until`: behind this text.
  package var text: [UInt8]?
  /// `--quiet-for`: after so long without anything.
  package var quiet: Duration?

  /// No limits.
  package init() {}

  /// Whether what arrives may end the run.
  var endsByContent: Bool { bytes != nil || lines != nil || text != nil }

  /// What finds the end in the bytes themselves; nil if nothing there ends it.
  @LoopActor
  var marker: EndMarker? {
    lines == nil && text == nil ? nil : EndMarker(lines: lines, text: text)
  }

  /// The limit on what is read from one peer.
  @LoopActor
  var readLimit: ReadLimit {
    let limit = ReadLimit()
    if let bytes { limit.end(after: bytes) }
    limit.marker = marker
    return limit
  }
}
