import Glibc
import Synchronization

/// A fast generator of bytes that do not repeat within a test: SplitMix64.
package struct RandomData: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }

  /// Returns random bytes.
  package static func bytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var generator = RandomData(seed: seed)
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      var index = 0
      let raw = UnsafeMutableRawBufferPointer(buffer)
      while index + 8 <= count {
        raw.storeBytes(of: generator.next(), toByteOffset: index, as: UInt64.self)
        index += 8
      }
      while index < count {
        buffer[index] = UInt8(truncatingIfNeeded: generator.next())
        index += 1
      }
      initialized = count
    }
  }

  /// Writes a file of random bytes.
  package static func file(_ path: String, _ count: Int, seed: UInt64) throws {
    let file = try Descriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC)
    let block = 1 << 22
    var written = 0
    while written < count {
      try file.write(bytes(min(block, count - written), seed: seed &+ UInt64(written)))
      written += block
    }
  }
}

/// Compares two files with `cmp`: nil if they are equal, otherwise its message.
package func difference(_ first: String, _ second: String) throws -> String? {
  let compare = try RunningProcess("cmp", [first, second])
  if try compare.wait(within: .seconds(120)).status == 0 { return nil }
  return (compare.output?.text ?? "") + (compare.errors?.text ?? "")
}

/// Whether to run with full sizes: `SOCK_TEST_FULL=1`.
package let fullTests: Bool = getenv("SOCK_TEST_FULL").map { String(cString: $0) != "0" } ?? false
