import Glibc

/// The flags of the send and receive calls: `MSG_PEEK`, `MSG_DONTWAIT` and the rest.
///
/// `MSG_NOSIGNAL` is added to every send by this library, so that a lost peer is an error and never a SIGPIPE.
public struct MessageFlags: NamedFlags {
  /// The C value.
  public let rawValue: CInt
  /// Any value, even one without a name here.
  public init(rawValue: CInt) { self.rawValue = rawValue }
  private init(_ flag: Int) { self.rawValue = CInt(flag) }

  /// `MSG_OOB`: urgent data.
  public static let outOfBand = Self(MSG_OOB)
  /// `MSG_PEEK`: receive without removing from the queue.
  public static let peek = Self(MSG_PEEK)
  /// `MSG_DONTROUTE`: only to directly connected hosts.
  public static let doNotRoute = Self(MSG_DONTROUTE)
  /// `MSG_CTRUNC`: in results, control messages were truncated.
  public static let controlTruncated = Self(MSG_CTRUNC)
  /// `MSG_TRUNC`: report the full length of a datagram; in results, it was truncated.
  ///
  /// On TCP: discard instead of copying.
  public static let truncated = Self(MSG_TRUNC)
  /// `MSG_DONTWAIT`: this one call does not block.
  public static let doNotWait = Self(MSG_DONTWAIT)
  /// `MSG_EOR`: the end of a record.
  public static let endOfRecord = Self(MSG_EOR)
  /// `MSG_WAITALL`: block until the buffer is full.
  public static let waitForAll = Self(MSG_WAITALL)
  /// `MSG_CONFIRM`: the neighbour is known to be reachable.
  public static let confirm = Self(MSG_CONFIRM)
  /// `MSG_ERRQUEUE`: read from the error queue.
  public static let errorQueue = Self(MSG_ERRQUEUE)
  /// `MSG_NOSIGNAL`: no SIGPIPE.
  public static let noSignal = Self(MSG_NOSIGNAL)
  /// `MSG_MORE`: more is coming; do not send a partial segment yet.
  public static let more = Self(MSG_MORE)
  /// `MSG_NOTIFICATION`: in results, an SCTP notification instead of data.
  public static let notification = Self(rawValue: 0x8000)
  /// `MSG_ZEROCOPY`: send from the caller's pages.
  public static let zeroCopy = Self(rawValue: 0x400_0000)
  /// `MSG_FASTOPEN`: send in the SYN.
  public static let fastOpen = Self(rawValue: 0x2000_0000)
  /// `MSG_CMSG_CLOEXEC`: close received descriptors on exec.
  public static let closeOnExecute = Self(rawValue: 0x4000_0000)

  /// Each flag with its C name.
  public static let names: [(value: MessageFlags, name: String)] = [
    (.outOfBand, "MSG_OOB"), (.peek, "MSG_PEEK"), (.doNotRoute, "MSG_DONTROUTE"), (.controlTruncated, "MSG_CTRUNC"),
    (.truncated, "MSG_TRUNC"), (.doNotWait, "MSG_DONTWAIT"), (.endOfRecord, "MSG_EOR"), (.waitForAll, "MSG_WAITALL"),
    (.confirm, "MSG_CONFIRM"), (.errorQueue, "MSG_ERRQUEUE"), (.noSignal, "MSG_NOSIGNAL"), (.more, "MSG_MORE"),
    (.notification, "MSG_NOTIFICATION"),
    (.zeroCopy, "MSG_ZEROCOPY"), (.fastOpen, "MSG_FASTOPEN"), (.closeOnExecute, "MSG_CMSG_CLOEXEC"),
  ]

  /// The C names of the flags in a result.
  ///
  /// `MSG_MORE` and `MSG_NOTIFICATION` are the same bit: the first is only passed to a call, the second only returned.
  public var asReported: String {
    guard contains(.notification) else { return description }
    let others = subtracting(.notification)
    return (others.isEmpty ? "" : "\(others)|") + "MSG_NOTIFICATION"
  }
}
