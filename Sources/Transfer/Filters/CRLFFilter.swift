/// Converts line endings to the network's: a lone LF becomes CR LF; an existing CR LF is left alone.
///
/// It remembers a CR at the end of a block, so it does not matter where reads split the input.
package final class CRLFFilter: ByteFilter {
  private var lastWasCR = false
  /// A filter for a new stream.
  package nonisolated init() {}

  /// Returns the bytes with every lone LF replaced by CR LF.
  package func apply(to input: UnsafeRawBufferPointer) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(input.count + input.count / 16 + 16)
    for byte in input {
      if byte == 0x0a, !lastWasCR { output.append(0x0d) }
      output.append(byte)
      lastWasCR = byte == 0x0d
    }
    return output
  }
}
