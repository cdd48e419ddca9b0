internal import CPlatform

/// A child process, from its start until its ``ChildReaper`` has told of its end.
public final class ChildProcess {
    public let pid: CInt
    /// Names it for good, together with ``pid``: see ``Processes/startTime(of:)``.
    public let startTime: UInt64
    /// `nil` while it runs.
    public private(set) var status: ExitStatus?

    private var onExit: ((ExitStatus) -> Void)?

    private init(pid: CInt, onExit: @escaping (ExitStatus) -> Void) {
        self.pid = pid
        // It may have ended, but it has not been reaped, so /proc still has it.
        startTime = platform_process_start_time(pid, true)
        self.onExit = onExit
    }

    /// Starts a child. It takes the time of an `exec`, however large this process is. The descriptors stay the
    /// caller's, who should close those that only the child needs.
    ///
    /// - Parameter onExit: Called on the loop when the child has ended. What it wrote may still be unread, and
    ///   what it started may still hold its descriptors: an end of file is no exit, nor the other way round.
    public static func spawn(
        _ request: SpawnRequest, on children: ChildReaper, onExit: @escaping (ExitStatus) -> Void
    ) throws(SpawnError) -> ChildProcess {
        precondition(!children.isClosing, "spawned \(request.executable) on a closed reaper")
        let child = ChildProcess(pid: try request.start(), onExit: onExit)
        children.add(child)
        return child
    }

    /// Sends a signal. Once the child has been reaped, and its PID may be another's, nothing is sent.
    ///
    /// - Returns: Whether it was sent.
    @discardableResult
    public func signal(_ signal: Signal) -> Bool {
        status == nil && platform_kill(pid, signal.rawValue) == 0
    }

    func didExit(_ status: ExitStatus) {
        self.status = status
        let onExit = onExit
        self.onExit = nil
        onExit?(status)
    }
}

extension SpawnRequest {
    /// Starts the process; returns its PID.
    fileprivate func start() throws(SpawnError) -> CInt {
        for text in [executable] + arguments + environment + [folder ?? ""] where text.utf8.contains(0) {
            throw .zeroByte(text)
        }
        let path = try executablePath()
        var failed = PLATFORM_SPAWN_CLONE
        let pid = withCStrings([executable] + arguments) { arguments in
            withCStrings(environment) { environment in
                withCStrings([path] + (folder.map { [$0] } ?? [])) { paths in
                    descriptors.withUnsafeBufferPointer { descriptors in
                        var request = platform_spawn_request(
                            executable: paths[0], arguments: arguments, environment: environment,
                            folder: paths[1], descriptors: descriptors.baseAddress,
                            descriptor_count: descriptors.count, new_session: newSession,
                            dies_with_parent: diesWithParent, process_namespace: isolation == .processNamespace,
                            file_size_limit: Int64(fileSizeLimit ?? -1),
                            thread_limit: Int32(clamping: threadLimit ?? -1)
                        )
                        return platform_spawn(&request, &failed)
                    }
                }
            }
        }
        guard pid > 0 else {
            let step = SpawnError.Step(failed)
            throw .failed(step, subject: step == .folder ? folder ?? "" : executable, LoopError(code: pid))
        }
        return pid
    }
}

extension SpawnError.Step {
    fileprivate init(_ step: platform_spawn_step) {
        switch step {
        case PLATFORM_SPAWN_NAMESPACE: self = .namespace
        case PLATFORM_SPAWN_SESSION: self = .session
        case PLATFORM_SPAWN_DEATH_SIGNAL: self = .deathSignal
        case PLATFORM_SPAWN_DESCRIPTORS: self = .descriptors
        case PLATFORM_SPAWN_FOLDER: self = .folder
        case PLATFORM_SPAWN_EXECUTE: self = .execute
        default: self = .clone
        }
    }
}

/// Lends `strings` as C's array of them, which ends with a null pointer.
private func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    var bytes: [CChar] = []
    var offsets: [Int] = []
    for string in strings {
        offsets.append(bytes.count)
        bytes.append(contentsOf: string.utf8CString)
    }
    return bytes.withUnsafeMutableBufferPointer { bytes in
        let pointers = offsets.map { bytes.baseAddress! + $0 }
        return body(pointers + [nil])
    }
}
