import Glibc

// What errors mean on a transport, where their own text says too little.
extension Transport {
  /// Why `connect(2)` failed; nil where the text of the error says it.
  public func cause(ofConnecting number: ErrorNumber) -> String? {
    switch number.rawValue {
    case EBADRQC where protocolNumber == .dccp: "the listener has another service code"
    case ECONNRESET where addressing == .family(.vsock): "nobody listens there"
    default: nil
    }
  }
}
