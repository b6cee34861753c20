import CSocketShims

/// The memory of this process.
package enum ProcessMemory {
  /// Returns free memory to the kernel.
  ///
  /// Calls `malloc_trim(3)`: the C library itself returns only what is free at the end of the heap.
  package static func trim() { _ = sockshim_malloc_trim() }
}
