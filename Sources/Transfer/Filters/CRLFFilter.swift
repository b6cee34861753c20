/// Makes the line endings of the network out of ours: a lone LF becomes CR LF, a CR LF stays.
///
/// It remembers a CR at the end of one block, so that it does not matter where the reads cut the input.
package final class CRLFFilter: ByteFilter {
  private var lastWasCR = false
  /// A filter at the beginning of a stream.
  package nonisolated init() {}

  /// The bytes with every lone LF as CR LF.
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
