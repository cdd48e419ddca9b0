internal import ClusterModel
internal import FileSystems
internal import Transport
internal import Wire

/// One reducer's connection: its requests are answered in their order, a chunk of the file after another, and the next is
/// read only when the system has taken the last.
final class FetchSession {
    private let folder: WorkerFolder
    private var connection: Connection?
    private var waiting: [FetchRequest] = []
    private var current: (reader: FileReader, left: Int)?
    /// What was last sent is still on its way to the system.
    private var isWriting = false

    init(_ folder: WorkerFolder) { self.folder = folder }

    func serve(_ connection: Connection) {
        self.connection = connection
        connection.onFrame = { [unowned self] frame in hear(frame) }
        connection.onDrained = { [unowned self] in
            isWriting = false
            goOn()
        }
    }

    func cut(_ direction: CutDirection?) {
        connection?.cut(direction)
    }

    func close() { connection?.close() }

    private func hear(_ frame: Span<UInt8>) {
        do throws(WireError) {
            waiting.append(try FetchRequest(decoding: frame))
            // Reducers ask for a few at a time; whoever asks for more than that means no good.
            guard waiting.count <= FetchRequest.pipelineLimit else { throw .malformed }
            goOn()
        } catch {
            connection?.close()
        }
    }

    /// Gathers short segments, of a long one a chunk, for one write.
    private func goOn() {
        guard !isWriting else { return }
        while let connection, connection.backlog < FetchReply.chunk {
            if current != nil {
                appendChunk(connection)
            } else if !waiting.isEmpty {
                begin(waiting.removeFirst(), connection)
            } else {
                break
            }
        }
        guard let connection, connection.backlog > 0 else { return }
        isWriting = true
        connection.flush()
    }

    private func begin(_ request: FetchRequest, _ connection: Connection) {
        do {
            let path = folder.mapOutput(request.map)
            let output = try MapOutput(path)
            guard request.map.task.kind == .map, (0..<output.partitionCount).contains(request.partition) else {
                return connection.send(FetchReply(problem: "there is no partition \(request.partition)"))
            }
            let range = output.range(of: request.partition)
            connection.send(FetchReply(byteCount: range.count, checksum: output.checksum(of: request.partition)))
            guard !range.isEmpty else { return }
            current = (output.reader(of: request.partition), range.count)
        } catch {
            connection.send(FetchReply(problem: "\(error)"))
        }
    }

    private func appendChunk(_ connection: Connection) {
        guard let (reader, left) = current else { return }
        do {
            var count = 0
            try connection.sendFrame { frame in
                count = try reader.read(into: &frame, limit: min(left, FetchReply.chunk))
                guard count > 0 else { throw FileSystemError(.invalid, "\(reader.path) became shorter") }
            }
            current = left > count ? (reader, left - count) : nil
        } catch {
            // The length was promised already: only the connection's end can tell the other side.
            current = nil
            connection.close()
            self.connection = nil
        }
    }
}
