import SocketLoop
import Transfer

/// A peer in a chat.
@LoopActor
final class ChatPerson: RoomPlace {
  private let chat: Chat
  private let queue: QueueStream
  private(set) var name: String
  /// The beginning of a line whose end has not come yet.
  private var unfinished: [UInt8] = []
  /// Whether the line is already longer than allowed, so that the rest of it is dropped.
  private var isCutting = false
  private var hasQuit = false

  /// The longest line, in bytes.
  static let longestLine = 4096

  init(_ chat: Chat, _ queue: QueueStream, name: String) {
    self.chat = chat
    self.queue = queue
    self.name = name
  }

  /// Tells this person alone.
  func tell(_ text: String) { queue.post(Chat.line("*** \(text)")) }

  /// Line by line, so that many lines that have come at once wait for room like others.
  func take(_ bytes: UnsafeRawBufferPointer) -> Int {
    var next = 0
    while let feed = bytes[next...].firstIndex(of: 0x0a) {
      if next > 0, !chat.hasRoom { return next }
      append(bytes[next..<feed])
      finishLine()
      next = feed + 1
    }
    append(bytes[next...])
    return bytes.count
  }

  private func append(_ bytes: Slice<UnsafeRawBufferPointer>) {
    let room = Self.longestLine - unfinished.count
    unfinished += bytes.prefix(room)
    if bytes.count > room { isCutting = true }
  }

  private func finishLine() {
    var line = unfinished
    unfinished = []
    if isCutting {
      isCutting = false
      // Whole characters: what the cut has left of one goes with it.
      while let last = line.last, last & 0xc0 == 0x80 { line.removeLast() }
      if let last = line.last, last >= 0xc0 { line.removeLast() }
      tell("your line was cut: it is longer than \(Self.longestLine) bytes")
    }
    if !hasQuit { obey(ChatLine(line)) }
  }

  private func obey(_ line: ChatLine) {
    switch line {
    case .nothing: break
    case .text(let text): chat.post("<\(name)> \(text)", except: queue)
    case .nick(let wanted): rename(to: wanted)
    case .who: tell(chat.listing)
    case .help: tell("/nick NAME, /who, /quit; // begins a line with a slash")
    case .quit:
      hasQuit = true
      tell("goodbye")
      queue.end()
    case .unknown(let command): tell("there is no /\(command): /help lists what there is")
    }
  }

  private func rename(to wanted: [UInt8]) {
    if let objection = ChatText.objection(to: wanted) { return tell(objection) }
    let new = String(decoding: wanted, as: UTF8.self)
    guard chat.rename(self, to: new) else { return tell("somebody is called \(new) already") }
    let old = name
    name = new
    tell("you are now \(new)")
    if old != new { chat.announce("\(old) is now \(new)", except: queue) }
  }

  /// A peer that has ended its half has left, once it has got what it was to get. Its last line may lack its line feed.
  func end() {
    if !unfinished.isEmpty { finishLine() }
    queue.end()
  }

  func leave() { chat.leave(self) }

  /// In a queue that is full, or the person would never learn of it.
  func didLose() { queue.postPastLimit(Chat.line("*** you read too slowly: messages were lost")) }
}
