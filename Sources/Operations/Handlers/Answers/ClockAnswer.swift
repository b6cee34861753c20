import Glibc
import SocketLoop
import Transfer

/// `--daytime` and `--time`: what time it is here (RFC 867, RFC 868).
package struct ClockAnswer: Answer {
  enum Form: Sendable {
    /// A line: `Monday, November 30, 2026 14:16:46-UTC`.
    case line
    /// The seconds since 1900 as a number of 32 bits, which begins anew in 2036.
    case number
  }

  private let form: Form

  nonisolated init(_ form: Form) { self.form = form }

  package func serve(_ connection: AnsweredConnection) async -> Relay.Ending {
    await connection.send(MemoryStream(bytes))
  }

  package func reply(to datagram: UnsafeRawBufferPointer) -> DatagramReply { .bytes(bytes) }

  private var bytes: [UInt8] {
    let now = time(nil)
    return form == .line ? Self.line(of: now) : Self.number(of: now)
  }

  /// From 1900 to 1970.
  private nonisolated static let seventyYears = 2_208_988_800

  nonisolated static func number(of time: Int) -> [UInt8] {
    let seconds = UInt32(truncatingIfNeeded: time + seventyYears)
    return stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: seconds >> UInt32($0)) }
  }

  static func line(of time: Int) -> [UInt8] { DateText.text(of: time, "%A, %B %d, %Y %H:%M:%S-%Z\r\n", isLocal: true) }
}
