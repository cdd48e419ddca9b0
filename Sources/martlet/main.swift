internal import EventLoop

Processes.unblockSignals()
// The daemons come first: they are started often and want nothing of the argument parser.
let arguments = Array(CommandLine.arguments.dropFirst())
if let status = Daemon.run(arguments) { Daemon.exit(status) }
CommandLineTool.run(arguments)
