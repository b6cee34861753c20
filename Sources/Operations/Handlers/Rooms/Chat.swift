import SocketLoop
import Transfer

/// `--chat`: what a peer says goes to all others, line by line and under its name.
@LoopActor
final class Chat: Room {
  private let hub: MessageHub
  private let output: QueueStream?
  private var people: [ChatPerson] = []
  /// The names in use, without regard to case.
  private var names: Set<String> = []
  private var guests = 0

  /// The name under which our own input appears.
  static let server = "server"
  /// How many names `/who` lists.
  private static let listed = 100

  let framing = MessageReader.Framing.line

  init(_ hub: MessageHub, output: QueueStream?) {
    self.hub = hub
    self.output = output
    names.insert(Self.server)
  }

  func join(_ queue: QueueStream) -> any RoomPlace {
    let person = ChatPerson(self, queue, name: freeName())
    names.insert(person.name.lowercased())
    people.append(person)
    // In one message, for which even the shortest queue has room.
    var greeting = Self.line("*** you are \(person.name): /nick NAME changes that, /help lists what else there is")
    if people.count > 1 { greeting += Self.line("*** \(listing)") }
    queue.post(greeting)
    announce("\(person.name) has joined", except: queue)
    return person
  }

  private func freeName() -> String {
    repeat { guests += 1 } while names.contains("guest\(guests)")
    return "guest\(guests)"
  }

  /// The input of the server: a line, which may command as those of peers do.
  func say(_ message: [UInt8]) {
    let line = ChatLine(message)
    switch line {
    case .nothing: break
    case .text(let text): post("<\(Self.server)> \(text)", except: output)
    case .who: output?.post(Self.line("*** \(listing)"))
    case .help, .nick, .quit, .unknown:
      output?.post(Self.line("*** here, /who tells who is there; lines without a slash go to everybody"))
    }
  }

  // MARK: - For the people

  /// Whether no member is being waited for.
  var hasRoom: Bool { hub.hasRoom }

  /// Who is there.
  var listing: String {
    let shown = people.prefix(Self.listed).map(\.name)
    let more = people.count - shown.count
    return "here: \(shown.joined(separator: ", "))" + (more > 0 ? " and \(more) more" : "")
  }

  func post(_ text: String, except queue: QueueStream?) { hub.post(Self.line(text), except: queue) }

  func announce(_ text: String, except queue: QueueStream?) { post("*** \(text)", except: queue) }

  /// Gives a person another name, unless somebody has it.
  func rename(_ person: ChatPerson, to name: String) -> Bool {
    let (old, new) = (person.name.lowercased(), name.lowercased())
    guard old == new || !names.contains(new) else { return false }
    names.remove(old)
    names.insert(new)
    return true
  }

  func leave(_ person: ChatPerson) {
    people.removeAll { $0 === person }
    names.remove(person.name.lowercased())
    announce("\(person.name) has left", except: nil)
  }

  static func line(_ text: String) -> [UInt8] { Array(text.utf8) + [0x0a] }
}
