import Glibc

/// System calls that Swift does not import: C's variadic ones, GNU's own, and fork, which is only safe where no other
/// thread holds a lock; so only in a test that has a process of its own.
enum SystemCalls {
    /// Under ThreadSanitizer a forked child of a process with threads hangs.
    static var canFork: Bool { dlsym(nil, "__tsan_func_entry") == nil }

    /// Returns 0 in the child, whose one thread then takes all signals: unlike the pool's, of which it may be one.
    static func fork() -> CInt {
        typealias Function = @convention(c) () -> CInt
        let pid = find("fork", as: Function.self)()
        var none = sigset_t()
        sigemptyset(&none)
        if pid == 0 { pthread_sigmask(SIG_SETMASK, &none, nil) }
        return pid
    }

    /// Runs `body` in a forked child; returns the exit status it asks for, or that of a wait, if it is killed.
    static func runInFork(_ body: () -> CInt) -> CInt {
        let child = fork()
        // Not exit: a sanitizer would then look for leaks, with the help of threads that are not here.
        if child == 0 { _exit(body()) }
        var status: CInt = 0
        waitpid(child, &status, 0)
        return status & 0xff == 0 ? status >> 8 : status
    }

    /// The next child is process 1 of a new PID namespace.
    static func unshareProcesses() -> CInt {
        typealias Function = @convention(c) (CInt) -> CInt
        return find("unshare", as: Function.self)(0x2000_0000)
    }

    /// After a change of user, lets the process write its own files in /proc again.
    static func becomeDumpable() -> CInt {
        typealias Function = @convention(c) (CInt, CUnsignedLong, CUnsignedLong, CUnsignedLong, CUnsignedLong) -> CInt
        return find("prctl", as: Function.self)(4, 1, 0, 0, 0)
    }

    private static func find<Function>(_ name: String, as type: Function.Type) -> Function {
        unsafeBitCast(dlsym(nil, name)!, to: type)
    }
}
