internal import ClusterModel
internal import EventLoop
internal import FileSystems
internal import Transport
internal import Wire

/// Cancels a cluster's unfinished jobs before its end: what they have written so far only the nodes can remove, while there
/// are any.
final class JobCanceller {
    /// Milliseconds for all of it; a coordinator or node that does not answer is no reason to go on running.
    private static let patience: UInt64 = 10_000
    /// Milliseconds until a coordinator that went away is looked for again: another may take its place.
    private static let reconnectInterval: UInt64 = 100

    private let coordinator: SocketAddress
    private let outbox: Outbox
    private let secret: [UInt8]
    private var connection: Connection?
    private var timer: LoopTimer?
    private var reconnectTimer: LoopTimer?
    private var onEnd: (() -> Void)?
    private var unfinished: Set<JobID> = []
    /// Folders that jobs without output may have left, when no node was there to remove them.
    private(set) var leftovers: [String] = []

    /// - Parameter onEnd: Called once, when all have ended or the time is up; not from within this call.
    init(
        _ coordinator: SocketAddress, _ outbox: Outbox, secret: [UInt8], onEnd: @escaping () -> Void
    ) throws(LoopError) {
        (self.coordinator, self.outbox, self.secret, self.onEnd) = (coordinator, outbox, secret, onEnd)
        let timer = try LoopTimer(on: outbox.loop) { [unowned self] in end() }
        timer.set(milliseconds: Self.patience)
        self.timer = timer
        do throws(LoopError) {
            reconnectTimer = try LoopTimer(on: outbox.loop) { [unowned self] in connect() }
        } catch {
            timer.close()
            throw error
        }
        connect()
    }

    private func connect() {
        do throws(LoopError) {
            let connection = try Connection.connect(to: coordinator, as: .client, outbox, secret: secret) {
                [unowned self] in ask()
            }
            connection.onEnd = { [unowned self] end in end.cause == .refused ? self.end() : reconnect() }
            connection.onFrame = { [unowned self] frame in hear(frame) }
            self.connection = connection
        } catch {
            reconnect()
        }
    }

    private func reconnect() {
        connection = nil
        reconnectTimer?.set(milliseconds: Self.reconnectInterval)
    }

    /// Gives up; `onEnd` is not called any more.
    func close() {
        onEnd = nil
        end()
    }

    /// The changes first, so that no job's end is missed.
    private func ask() {
        connection?.send(Numbered(1, ClientRequest.subscribe(from: 0, job: nil)))
        connection?.send(Numbered(2, ClientRequest.jobs))
    }

    private func hear(_ frame: Span<UInt8>) {
        do throws(WireError) {
            switch try Numbered<ClientReply>(decoding: frame).message {
            case .jobs(let reports):
                leftovers = reports.compactMap { Self.leftover($0) }
                cancel(reports.filter { !$0.isEnded }.compactMap { JobID($0.id) })
            case .changes(let changes): follow(changes)
            // One that is refused is about to end by itself.
            default: break
            }
        } catch {
            end()
        }
    }

    private static func leftover(_ job: JobReport) -> String? {
        guard job.state != "succeeded", !job.temporaryFolder.isEmpty, let output = try? FileURI(parsing: job.output)
        else {
            return nil
        }
        return output.parent.appending(job.temporaryFolder).path
    }

    private func cancel(_ jobs: [JobID]) {
        unfinished = Set(jobs)
        for (index, job) in jobs.enumerated() { connection?.send(Numbered(3 + index, ClientRequest.cancel(job))) }
        if jobs.isEmpty { end() }
    }

    private func follow(_ changes: [RecordedChange]) {
        for change in changes {
            guard case .jobEnded(let job, _) = change.change, unfinished.remove(job) != nil else { continue }
            if unfinished.isEmpty { return end() }
        }
    }

    private func end() {
        timer?.close()
        timer = nil
        reconnectTimer?.close()
        reconnectTimer = nil
        connection?.close()
        connection = nil
        let onEnd = onEnd
        self.onEnd = nil
        onEnd?()
    }
}
