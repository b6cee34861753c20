import Glibc
import SockTestSupport
import Testing

@testable import Sockets

@Suite struct ProcessDescriptorTests {
  @Test("A process descriptor tells the process ID and whether the process is running")
  func states() throws {
    let process = try RunningProcess("sleep", ["600"])
    let descriptor = try ProcessDescriptor(of: process.identifier)
    #expect(fcntl(descriptor.number, F_GETFD) & FD_CLOEXEC != 0)
    #expect(descriptor.processID == process.identifier && descriptor.isRunning)
    process.kill()
    try process.wait()
    #expect(descriptor.processID == nil && !descriptor.isRunning)
  }

  @Test("A process that does not exist has no descriptor")
  func missingProcess() {
    #expect(errorNumber { () throws(SystemError) in _ = try ProcessDescriptor(of: 0x3fff_fff0) } == .noProcess)
  }

  @Test(
    "The peer of a Unix connection and the sender of a message have descriptors",
    .enabled(if: Sock.hasProcessDescriptors, "needs SO_PEERPIDFD, Linux 6.5"))
  func peers() throws {
    let pair = try Socket.pair(.datagram)
    #expect(try pair.first.peerProcessDescriptor().processID == getpid())
    #expect(pair.first.peerIsRunning() == true)
    try pair.second.set(.passProcessDescriptors, to: true)
    _ = try pair.first.send([1].span)
    var batch = DatagramBatch(capacity: 1, datagramSize: 10, controlSize: DatagramFacts.controlSize)
    _ = try pair.second.receiveBatch(into: &batch)
    #expect(ReceivedControl.holdsDescriptors(batch.control(at: 0)))
    var control = ReceivedControl(batch.control(at: 0))
    let facts = DatagramFacts(control)
    #expect(facts.senderIsRunning == true && facts.descriptorCount == 0)
    let sender = control.processDescriptors.takeProcess()
    switch sender {
    case .some(let sender): #expect(sender.processID == getpid())
    case nil: Issue.record("no SCM_PIDFD")
    }
    let isEmpty = control.processDescriptors.isEmpty
    #expect(isEmpty)
  }

  @Test("Other sockets have no peer process")
  func others() throws {
    #expect(try Socket.open(.ipv4, .stream).peerIsRunning() == nil)
  }

  @Test("An error number in place of a descriptor is ignored")
  func failed() {
    let bytes = ControlMessage.buffer(of: [.other(level: .socket, type: 4, bytes: .storing(CInt(-3)))])
    #expect(ControlMessage.decode(bytes).processDescriptors.isEmpty)
  }
}
