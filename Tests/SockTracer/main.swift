import Glibc
import SockCommands

// `sock` under an observer, for strace(1): around each call that the gateway makes stands a mark that strace sees.
CallMarker.open()
exit(CallMarker.observing { Program.run() })
