import CSocketShims

// Functions of the C library that make calls of their own (they read files, ask a name server): the gateway sees the
// function, and what it calls belongs to it.
extension Kernel {
  /// Calls a function that returns 0 for success and otherwise a number of its own, such as `EAI_NONAME`.
  ///
  /// - Parameters:
  ///   - system: the number that says that `errno` tells the rest.
  ///   - failureName: the C name of a number.
  /// - Returns: the number, and `errno` if that tells the rest.
  static func lookUp(
    _ name: StaticString, system: CInt, failureName: (CInt) -> String,
    _ arguments: @autoclosure () -> [SystemCallArgument], _ body: () -> CInt
  ) -> (code: CInt, error: ErrorNumber?) {
    guard unsafe sockshim_observer() != nil else {
      let code = body()
      return (code, code == system ? ErrorNumber(sockshim_errno()) : nil)
    }
    let observation = Observation(
      name, on: -1, count: 0, retriesInterrupted: false, failure: (Int(system), failureName(system)))
    while observation.next(observation.wantsArguments ? arguments() : []) != nil {
      let code = body()
      let error = code == system ? ErrorNumber(sockshim_errno()) : nil
      observation.returned(Int(code), error, code == 0 ? nil : failureName(code))
    }
    return (CInt(observation.answer.value), observation.answer.error)
  }
}
