internal import CPlatform
internal import Glibc

extension Processes {
    /// This process's environment, each `NAME=VALUE`.
    public static var environment: [String] {
        var variables: [String] = []
        var place = environ
        while let variable = place.pointee {
            variables.append(String(cString: variable))
            place += 1
        }
        return variables
    }

    /// Lets this process, but not its children, have as many descriptors open as the system allows.
    public static func raiseDescriptorLimit() { platform_raise_descriptor_limit() }

    /// Ends this process at once.
    public static func exit(status: CInt) -> Never { _exit(status) }

    /// Gives back memory that is resident and not in use. Worth it when a process has started or a piece of work is done,
    /// and it may be idle for long.
    public static func releaseUnusedMemory() { platform_release_unused_memory() }

    /// From now on memory in large pieces, of a MiB or more, is given back as soon as it is freed. Worth it in a process
    /// whose lists grow large, each time into room of twice the size.
    public static func mapLargeBlocks() { platform_map_large_blocks() }

    /// Lets signals come again that whoever started this process had blocked: they pass on to a child unasked, and then it
    /// neither learns of its own children's ends nor can be told to stop.
    public static func unblockSignals() {
        var none = sigset_t()
        sigemptyset(&none)
        sigprocmask(SIG_SETMASK, &none, nil)
    }

    public static func isExecutable(_ path: String) -> Bool { platform_is_executable(path) }
}

extension Processes {
    /// SIGSTOP for a process and everything under it.
    public static func freezeTree(_ pid: CInt) { platform_freeze_tree(pid) }

    /// SIGCONT for a process and everything under it.
    public static func thawTree(_ pid: CInt) { platform_thaw_tree(pid) }

    /// Waits until a process, not necessarily a child, has ended.
    ///
    /// - Returns: False when it still runs after the time.
    public static func wait(for pid: CInt, startedAt: UInt64, milliseconds: CInt) -> Bool {
        let descriptor = platform_open_process(pid)
        // It is gone already, or so old a kernel cannot tell.
        guard descriptor >= 0 else { return startTime(of: pid) != startedAt }
        defer { platform_close(descriptor) }
        guard startTime(of: pid) == startedAt else { return true }
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return Glibc.poll(&poll, 1, milliseconds) > 0
    }
}

extension Descriptors {
    public static func isSocket(_ descriptor: CInt) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    }

    /// Waits until the other end of a socket is closed, whatever is still to be read; for threads without a loop.
    public static func waitForHangUp(_ descriptor: CInt) {
        var poll = pollfd(fd: descriptor, events: 0, revents: 0)
        while Glibc.poll(&poll, 1, -1) < 0 && errno == EINTR {}
    }

    /// Makes the file if it is missing and locks it for this process, until the descriptor is closed.
    ///
    /// - Throws: At once when another process has it.
    public static func lock(_ path: String) throws(LoopError) -> CInt {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw LoopError(code: -errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = -errno
            Glibc.close(descriptor)
            throw LoopError(code: code)
        }
        return descriptor
    }
}
