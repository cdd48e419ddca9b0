internal import ClusterModel

/// The bytes of files that jobs bring along: while they are uploaded, and until their job ends.
struct JobFiles {
    /// Bytes of one message.
    static let chunk = 1 << 20

    private var uploads: [RequestID: [[UInt8]]] = [:]
    private var jobs: [JobID: [[UInt8]]] = [:]

    subscript(job: JobID) -> [[UInt8]] { jobs[job] ?? [] }

    /// Takes a piece of a file; false when the upload is beyond a job's limits.
    mutating func add(_ bytes: [UInt8], file: Int, _ request: RequestID) -> Bool {
        var files = uploads[request] ?? []
        guard (0...files.count).contains(file), files.count < 1000 else { return false }
        if file == files.count { files.append([]) }
        files[file] += bytes
        guard files.reduce(0, { $0 + $1.count }) <= SideFile.byteLimit else { return false }
        uploads[request] = files
        return true
    }

    /// Whether what was uploaded is what the job says it brings.
    func match(_ files: [SideFile], _ request: RequestID) -> Bool {
        let sizes = (uploads[request] ?? []).map(\.count)
        return sizes == files.map(\.byteCount)
    }

    mutating func assign(_ request: RequestID, to job: JobID) {
        jobs[job] = uploads.removeValue(forKey: request)
    }

    mutating func drop(_ job: JobID) { jobs[job] = nil }

    mutating func forget(_ request: RequestID) { uploads[request] = nil }

    mutating func forgetUploads(of connection: ConnectionID) {
        uploads = uploads.filter { $0.key.connection != connection }
    }

    /// The file in pieces; an empty file is one empty piece, so that the other side hears of it.
    static func chunks(_ file: [UInt8]) -> [[UInt8]] {
        guard !file.isEmpty else { return [[]] }
        return stride(from: 0, to: file.count, by: chunk).map { Array(file[$0..<min($0 + chunk, file.count)]) }
    }
}
