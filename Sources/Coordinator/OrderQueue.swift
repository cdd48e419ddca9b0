internal import ClusterModel
internal import Transport
internal import Wire

/// Orders for a worker behind files that are still on their way to it: files go out a piece at a time, as fast as the
/// worker takes them, and whatever comes after them waits its turn.
struct OrderQueue {
    private enum Item {
        case order(WorkerOrder)
        case file(JobID, index: Int, start: Int)
    }

    /// Bytes under way beyond which no piece is sent: far less than what would keep the worker's heartbeats from being
    /// read.
    private static let backlog = 1 << 20

    private var items: [Item] = []

    /// Sends at once when nothing waits.
    mutating func send(_ order: WorkerOrder, on connection: Connection) {
        if items.isEmpty { connection.send(order) } else { items.append(.order(order)) }
    }

    mutating func sendFiles(of job: JobID, count: Int) {
        for index in 0..<count { items.append(.file(job, index: index, start: 0)) }
    }

    /// Goes on while the worker takes what it is sent.
    mutating func goOn(_ files: JobFiles, on connection: Connection) {
        while let item = items.first, connection.backlog < Self.backlog {
            switch item {
            case .order(let order):
                connection.send(order)
                items.removeFirst()
            case .file(let job, let index, let start): sendPiece(job, index, start, files, connection)
            }
        }
    }

    private mutating func sendPiece(
        _ job: JobID, _ index: Int, _ start: Int, _ files: JobFiles, _ connection: Connection
    ) {
        // Nil also when the job is over, and its files are gone: nobody needs the rest.
        guard let piece = files.piece(of: job, file: index, from: start) else {
            items.removeFirst()
            return
        }
        connection.send(WorkerOrder.jobFile(job, file: index, bytes: piece))
        items[0] = .file(job, index: index, start: start + max(1, piece.count))
    }
}
