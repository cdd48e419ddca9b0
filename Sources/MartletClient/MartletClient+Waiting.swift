public import ClusterModel
internal import EventLoop
public import Wire

// What goes on when the coordinator goes away and another takes its place.

extension MartletClient {
    /// Milliseconds between two attempts to reach it.
    private static let reconnectInterval: UInt64 = 100

    /// Gives the body another connection, and begins it anew, whenever the coordinator goes away and comes back.
    ///
    /// - Parameters:
    ///   - onLoss: Called each time when it is gone.
    ///   - body: Asks and follows. It must do no harm when it is done once more: no commands.
    /// - Throws: What the body throws; that the coordinator cannot be reached after ``patience`` only.
    public func acrossRestarts<Answer>(
        onLoss: () -> Void = {}, _ body: () throws(ClientError) -> Answer
    ) throws(ClientError) -> Answer {
        while true {
            do throws(ClientError) {
                return try body()
            } catch {
                guard problem != nil, !isTurnedAway, patience > .zero else { throw error }
                onLoss()
                try comeBack()
            }
        }
    }

    /// Waits until the job has ended, also beyond the end of the coordinator, if another takes its place.
    ///
    /// - Parameters:
    ///   - onStart: Called with the job as it is, now and each time when changes may have been missed.
    ///   - onChange: Called with each change of the job's meanwhile. Without it there is no word of attempts on the way.
    ///   - onLoss: Called each time when the coordinator is gone.
    public func wait(
        for id: JobID, onStart: (JobReport) -> Void = { _ in }, onChange: ((RecordedChange) -> Void)? = nil,
        onLoss: () -> Void = {}
    ) throws(ClientError) -> JobReport {
        /// Names the job for good: in another cluster there may be one of the same number.
        var folder: String?
        return try acrossRestarts(onLoss: onLoss) { () throws(ClientError) in
            while true {
                let (_, report) = try subscribe(job: id, attempts: onChange != nil)
                guard let report, folder ?? report.temporaryFolder == report.temporaryFolder else {
                    throw .refused("the cluster of this \(id) is gone: another one has taken its place")
                }
                folder = report.temporaryFolder
                if report.isEnded { return report }
                onStart(report)
                if try follow(id, onChange) { return try job(id) }
            }
        }
    }

    /// - Returns: Whether the job has ended; if not, changes were missed, and its state tells what they came to.
    private func follow(_ id: JobID, _ onChange: ((RecordedChange) -> Void)?) throws(ClientError) -> Bool {
        do throws(ClientError) {
            try follow { change in
                onChange?(change)
                if case .jobEnded(id, _) = change.change { return false }
                return true
            }
            return true
        } catch {
            guard lostPlace != nil else { throw error }
            return false
        }
    }

    private func comeBack() throws(ClientError) {
        let start = loop.now
        while true {
            do {
                try pause()
                return try connect()
            } catch {
                let isOver = Duration.milliseconds(loop.now - start) >= patience
                guard isOver || isTurnedAway else { continue }
                throw error as? ClientError ?? .unreachable("the coordinator cannot be reached: \(error)")
            }
        }
    }

    private func pause() throws(LoopError) {
        var isOver = false
        let timer = try LoopTimer(on: loop) { [loop] in
            isOver = true
            loop.stop()
        }
        timer.set(milliseconds: Self.reconnectInterval)
        while !isOver { loop.run() }
        timer.close()
    }
}
