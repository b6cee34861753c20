import Sockets

/// What `sock trace-route` reports as it happens.
package enum TraceRouteReport: Sendable {
  case started(SocketAddress)
  case hop(TraceRouteHop)
  case finished(reached: Bool, hops: Int)
}
