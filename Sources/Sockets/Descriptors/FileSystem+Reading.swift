import CSocketShims
import Glibc

extension FileSystem {
  /// The names in a directory, without `.` and `..`; none if it cannot be read.
  ///
  /// Calls `open(2)`, `getdents64(2)` until it returns 0, and `close(2)`.
  package static func names(in path: String) -> [String] {
    guard let directory = try? OwnedDescriptor.open(path, O_RDONLY | O_DIRECTORY) else { return [] }
    var names: [String] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 32_768, alignment: 8)
    defer { unsafe buffer.deallocate() }
    while true {
      let number = directory.number
      let (count, error) = Kernel.attempt(
        "getdents64", on: number, [.descriptor(number), .integer(buffer.count)]
      ) { _ in unsafe sockshim_getdents64(number, buffer.baseAddress, buffer.count) }
      guard error == nil, count > 0 else { return names }
      unsafe add(UnsafeRawBufferPointer(rebasing: buffer[..<count]), to: &names)
    }
  }

  /// Reads `struct linux_dirent64`: inode and offset of 64 bits each, length of 16, type of 8, and the name.
  private static func add(_ entries: UnsafeRawBufferPointer, to names: inout [String]) {
    var start = 0
    while entries.count - start > 19 {
      let length = unsafe Int(entries.loadUnaligned(fromByteOffset: start + 16, as: UInt16.self))
      guard length > 19, length <= entries.count - start else { return }
      let name = unsafe String(
        decoding: UnsafeRawBufferPointer(rebasing: entries[(start + 19)..<(start + length)]).prefix { $0 != 0 },
        as: UTF8.self)
      if name != ".", name != ".." { names.append(name) }
      start += length
    }
  }

  /// What a symbolic link refers to, at most 4095 bytes; nil if it is none, or is not to be read.
  ///
  /// Calls `readlink(2)`.
  package static func target(ofLink path: String) -> [UInt8]? {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4095) { buffer in
      guard let base = buffer.baseAddress else { return nil }
      let (count, error) = Kernel.attempt("readlink", [.string(path), .integer(buffer.count)]) { _ in
        unsafe readlink(path, base, buffer.count)
      }
      return error == nil ? unsafe buffer.prefix(count).map { UInt8(bitPattern: $0) } : nil
    }
  }

  /// The contents of a small file; nil if it cannot be read.
  ///
  /// Calls `open(2)`, `read(2)` until the end, and `close(2)`.
  package static func contents(of path: String) -> [UInt8]? {
    guard let file = try? OwnedDescriptor.open(path, O_RDONLY) else { return nil }
    var contents: [UInt8] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16_384, alignment: 8)
    defer { unsafe buffer.deallocate() }
    while true {
      guard case .moved(let count)? = unsafe try? file.borrowed.read(into: buffer) else { return nil }
      if count == 0 { return contents }
      unsafe contents += buffer[..<count]
    }
  }
}
