import Sockets

/// What the verbs do. Each takes a request, reports events, and ends with a value or an ``OperationError``.
///
/// The functions run the event loop of the process on the calling thread until the work is done.
public enum Operations {}
