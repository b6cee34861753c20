/// Why a test cannot go on: thrown by everything in here that waits in vain.
package struct TestFailure: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
