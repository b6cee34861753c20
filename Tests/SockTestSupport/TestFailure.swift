/// Why a test cannot continue: thrown by everything here that waits in vain.
package struct TestFailure: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
