internal import ClusterModel

/// The bytes of files that jobs bring along: while they are uploaded, and until their job ends.
struct JobFiles {
    /// Bytes of one message.
    static let chunk = 1 << 20

    /// All uploads and all jobs' files together.
    static let totalLimit = 1 << 30

    /// One open upload for each connection.
    private var uploads: [ConnectionID: (request: RequestID, files: [[UInt8]])] = [:]
    private var jobs: [JobID: [[UInt8]]] = [:]

    subscript(job: JobID) -> [[UInt8]] { jobs[job] ?? [] }

    /// Takes a piece of a file; false when the upload is beyond a job's limits, or all together beyond theirs.
    mutating func add(_ bytes: [UInt8], file: Int, _ request: RequestID) -> Bool {
        if uploads[request.connection]?.request != request { uploads[request.connection] = (request, []) }
        guard var files = uploads.removeValue(forKey: request.connection)?.files else { return false }
        guard (0...files.count).contains(file), files.count < 1000 else { return false }
        if file == files.count { files.append([]) }
        files[file] += bytes
        guard Self.size(files) <= SideFile.byteLimit, byteCount + Self.size(files) <= Self.totalLimit else {
            return false
        }
        uploads[request.connection] = (request, files)
        return true
    }

    private var byteCount: Int {
        uploads.values.reduce(0) { $0 + Self.size($1.files) } + jobs.values.reduce(0) { $0 + Self.size($1) }
    }

    private static func size(_ files: [[UInt8]]) -> Int { files.reduce(0) { $0 + $1.count } }

    /// Whether what was uploaded is what the job says it brings.
    func match(_ files: [SideFile], _ request: RequestID) -> Bool {
        upload(request).map(\.count) == files.map(\.byteCount)
    }

    private func upload(_ request: RequestID) -> [[UInt8]] {
        guard let upload = uploads[request.connection], upload.request == request else { return [] }
        return upload.files
    }

    mutating func assign(_ request: RequestID, to job: JobID) {
        let files = upload(request)
        if !files.isEmpty { jobs[job] = files }
        forget(request)
    }

    /// What a coordinator before this one kept.
    mutating func restore(_ files: [[UInt8]], of job: JobID) { jobs[job] = files }

    mutating func drop(_ job: JobID) { jobs[job] = nil }

    mutating func forget(_ request: RequestID) {
        if uploads[request.connection]?.request == request { uploads[request.connection] = nil }
    }

    mutating func forgetUploads(of connection: ConnectionID) { uploads[connection] = nil }

    /// The piece of a job's file that begins there; nil behind its end. An empty file is one empty piece, so that the
    /// other side hears of it.
    func piece(of job: JobID, file: Int, from start: Int) -> [UInt8]? {
        guard let files = jobs[job], files.indices.contains(file) else { return nil }
        guard start < files[file].count || start == 0 else { return nil }
        return Array(files[file][start..<min(start + Self.chunk, files[file].count)])
    }
}
