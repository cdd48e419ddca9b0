internal import Glibc

/// Control-C on a command that waits for a job: the job goes on, and the user is told how to go on with it.
enum Interrupt {
    /// `nonisolated(unsafe)`: written once, by the main thread, before the handler that reads it is installed.
    nonisolated(unsafe) private static var message = UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0)

    /// From now on SIGINT prints the sentence and ends the process with 130, as a shell expects.
    static func say(_ sentence: String) {
        let bytes = Array("\nmartlet: \(sentence)\n".utf8)
        message = .allocate(capacity: bytes.count)
        _ = message.initialize(from: bytes)
        // A handler may do little more than this: write, and end.
        signal(SIGINT) { _ in
            _ = Glibc.write(2, Interrupt.message.baseAddress, Interrupt.message.count)
            _exit(130)
        }
    }
}
