import Sockets

/// What `sock trace-route` tells, as it happens.
package enum TraceRouteReport: Sendable {
  case started(SocketAddress)
  case hop(TraceRouteHop)
  case finished(reached: Bool, hops: Int)
}
