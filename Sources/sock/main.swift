import Glibc
import SockCommands

exit(Program.run())
