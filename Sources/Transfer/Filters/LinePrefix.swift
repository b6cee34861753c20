/// Puts a text in front of each line.
package final class LinePrefix: ByteFilter {
  private let prefix: [UInt8]
  private var isAtStart = true

  /// A filter for a new stream.
  package nonisolated init(_ prefix: String) { self.prefix = Array(prefix.utf8) }

  package func apply(to input: UnsafeRawBufferPointer) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(input.count + prefix.count)
    for line in input.split(separator: 0x0a, omittingEmptySubsequences: false) {
      let hasFeed = line.endIndex < input.endIndex
      if isAtStart, hasFeed || !line.isEmpty { output += prefix }
      output += line
      if hasFeed { output.append(0x0a) }
      isAtStart = hasFeed || isAtStart && line.isEmpty
    }
    return output
  }
}
