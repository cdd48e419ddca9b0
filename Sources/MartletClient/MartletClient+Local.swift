internal import ClusterModel
internal import EventLoop
internal import FileSystems
internal import MapReduce
internal import Transport

extension MartletClient {
    /// Connects to a cluster that `martlet up` has started on this host.
    ///
    ///     let client = try MartletClient(cluster: "default")
    ///
    /// - Parameter name: As `martlet up --cluster` was told.
    /// - Throws: ``ClientError/unreachable(_:)`` when it does not run.
    public convenience init(cluster name: String) throws {
        let folder = "\(LauncherNote.home)/clusters/\(name)"
        // A name is no path.
        guard !name.isEmpty, !name.contains("/"), let launcher = LauncherNote(in: folder), launcher.runs else {
            throw ClientError.unreachable(
                "the cluster '\(name)' does not run: start it with 'martlet up --cluster \(name)'")
        }
        try self.init(launcher, secretFile: LauncherNote.secretPath(folder))
    }

    /// Connects to a coordinator, wherever it is.
    ///
    /// - Parameters:
    ///   - address: `HOST:PORT`.
    ///   - secretFile: The cluster's secret, which only its owner may read; nil is what MARTLET_SECRET says, or none.
    /// - Throws: ``ClientError/unreachable(_:)``, or what is wrong with the secret's file.
    public convenience init(coordinator address: String, secretFile: String?) throws {
        guard let parsed = SocketAddress(address) else {
            throw ClientError.refused("'\(address)' is no address of a coordinator: write HOST:PORT")
        }
        try self.init(coordinator: parsed, secret: Secret.load(file: secretFile))
    }

    package convenience init(_ launcher: LauncherNote, secretFile: String) throws {
        try self.init(coordinator: launcher.address, secret: Secret.load(file: secretFile))
        // Unless somebody starts another coordinator, the cluster ends with this one.
        if !launcher.supervises { patience = .zero }
    }

    /// Submits a streaming job. Its input is looked up and cut into splits, and the files that it brings along are read, here.
    ///
    ///     let job = try client.submit(streaming: [
    ///         "-input", "file:///data/book.txt", "-output", "file:///data/counts",
    ///         "-files", "mapper.py,reducer.py", "-mapper", "python3 mapper.py", "-reducer", "python3 reducer.py",
    ///     ])
    ///
    /// - Parameter arguments: Hadoop streaming's options, each word for itself; `martlet help stream` lists them.
    /// - Throws: What is wrong with the job, before anything runs, or ``ClientError``.
    public func submit(streaming arguments: [String]) throws -> JobID {
        let job = try StreamingJob(StreamingArguments(parsing: arguments))
        return try submit(job.specification, files: job.fileContents)
    }
}
