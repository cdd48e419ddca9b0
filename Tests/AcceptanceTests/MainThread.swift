import Foundation
import Testing

/// A process's main thread that stands still while the others go on, as in a long computation.
///
/// Root may do this to any process; other users are often kept from it.
enum MainThread {
    /// Of ptrace(2), which Swift does not import as it is variadic.
    private enum Request: Int {
        case seize = 0x4206
        case interrupt = 0x4207
    }

    /// Runs the body, which must bring about the process's end, with its main thread standing still.
    static func hold(_ pid: pid_t, _ body: () throws -> Void) throws {
        // What is traced belongs to the thread that traces: this one, throughout.
        for request in [Request.seize, .interrupt] { try #require(trace(request, pid) == 0, "errno \(errno)") }
        var status: CInt = 0
        let anyThread: CInt = 0x4000_0000
        try #require(waitpid(pid, &status, anyThread) == pid)
        try body()
        let deadline = Date(timeIntervalSinceNow: 5)
        while waitpid(pid, &status, anyThread | WNOHANG) == 0 {
            if Date() > deadline {
                Issue.record("process \(pid) did not end")
                kill(pid, SIGKILL)
                return
            }
            sched_yield()
        }
    }

    private static func trace(_ request: Request, _ pid: pid_t) -> Int {
        typealias Function = @convention(c) (Int, pid_t, Int, Int) -> Int
        return unsafeBitCast(dlsym(nil, "ptrace")!, to: Function.self)(request.rawValue, pid, 0, 0)
    }
}
