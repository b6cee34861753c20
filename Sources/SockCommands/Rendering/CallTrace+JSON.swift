import Operations
import Sockets
import Transfer

extension CallTrace {
  /// The object for a call, without a newline.
  static func json(_ call: SystemCall, _ cause: String?) -> String {
    var object = JSONObject(event: "call")
    object.add("call", call.name)
    object.add("arguments", json: array(call.arguments))
    if let outcome = call.outcome {
      object.add("result", number: outcome.value)
      object.add("errno", outcome.failure)
      object.add("seconds", json: DatagramFacts.seconds(outcome.duration))
    }
    object.add("cause", cause)
    return object.rendered
  }

  private static func array(_ arguments: [SystemCallArgument]) -> String {
    "[" + arguments.map(value).joined(separator: ",") + "]"
  }

  private static func value(_ argument: SystemCallArgument) -> String {
    switch argument {
    case .descriptor(let number): return String(number)
    case .integer(let number): return String(number)
    case .null: return "null"
    case .address: return JSONObject.quoted(argument.description)
    case .string(let text): return JSONObject.quoted(text)
    case .list(let elements): return array(elements)
    case .constant(let number, let name):
      var object = JSONObject()
      object.add("name", name)
      object.add("number", number: number)
      return object.rendered
    case .optionValue(let bytes, let text):
      var object = JSONObject()
      object.add("value", text)
      object.add("hex", bytes.hexadecimal)
      return object.rendered
    case .buffer(let prefix, let count):
      var object = JSONObject()
      // The C string literal without its quotes.
      object.add(
        "text",
        String(SystemCallArgument.buffer(prefix: prefix, count: prefix.count).description.dropFirst().dropLast()))
      object.add("hex", prefix.hexadecimal)
      object.add("length", number: count)
      return object.rendered
    case .structure(let fields):
      var object = JSONObject()
      for field in fields { object.add(field.name, json: value(field.value)) }
      return object.rendered
    }
  }
}
