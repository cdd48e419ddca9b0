internal import ClusterModel
internal import MapReduce

/// How much an attempt and its programs may have of something, and what to say when they want more.
struct AttemptLimits {
    /// Bytes on disk by the attempt, and in a file of its programs; nil is any number.
    let writtenBytes: Int?
    /// Processes at once; nil is any number.
    let processes: Int?

    init(_ program: StreamingProgram) {
        writtenBytes = program.writeLimit > 0 ? program.writeLimit : nil
        processes = program.processLimit > 0 ? program.processLimit : nil
    }

    static let writeRemedy = "raise \(Property.writeLimit.name), or -1 for no limit"

    /// Why the attempt fails whose programs are so many processes; nil when they may be.
    func excess(ofProcesses count: Int) -> String? {
        guard let processes, count > processes else { return nil }
        return "its programs were more than \(processes) processes at once "
            + "(raise \(Property.processLimit.name), or 0 for no limit)"
    }

    /// What a program's exit status, 128 and more for a signal, has to do with a limit; nil is nothing.
    func explanation(ofExitStatus status: Int) -> String? {
        guard let writtenBytes, status == Self.fileTooLong else { return nil }
        return "it wrote a file of more than \(writtenBytes) bytes (\(Self.writeRemedy))"
    }

    /// Of SIGXFSZ. A shell passes on that a command of its was killed.
    private static let fileTooLong = 128 + 25
}
