internal import ClusterModel
internal import DequeModule
internal import Wire

/// What waits to be written to the journal.
struct JournalBatch: Sendable {
    /// What is written and synced as one.
    struct Frame: Sendable {
        /// Behind their lengths.
        var entries: [UInt8] = []
        /// The number of the last change.
        var last = 0
        /// See `Change.mayLinger`; of all that is in it.
        var mayLinger = true
    }

    /// Bytes beyond which no entry is added to a frame: with the longest one it is far below ``JournalFormat/frameLimit``,
    /// beyond which nobody would read it, however much came during one sync.
    static let frameSize = 16 << 20

    var frames: Deque<Frame> = []
    /// Files of jobs, which must be there before the entries that speak of them.
    var files: Deque<(job: Int, contents: [[UInt8]])> = []
    var dropped: Deque<Int> = []
    var isEnding = false

    var isEmpty: Bool { frames.isEmpty && files.isEmpty && dropped.isEmpty }
    /// Whether all of it may be synced with what comes next.
    var mayLinger: Bool { !isEnding && files.isEmpty && dropped.isEmpty && frames.allSatisfy(\.mayLinger) }

    mutating func append(_ entry: JournalEntry) {
        var bytes: [UInt8] = []
        JournalFormat.append(entry, to: &bytes)
        append(Frame(entries: bytes, last: entry.last, mayLinger: entry.changes.allSatisfy(\.mayLinger)))
    }

    mutating func add(_ other: JournalBatch) {
        for frame in other.frames { append(frame) }
        files += other.files
        dropped += other.dropped
        isEnding = isEnding || other.isEnding
    }

    private mutating func append(_ frame: Frame) {
        guard let last = frames.indices.last, frames[last].entries.count + frame.entries.count <= Self.frameSize else {
            return frames.append(frame)
        }
        frames[last].entries += frame.entries
        frames[last].last = frame.last
        frames[last].mayLinger = frames[last].mayLinger && frame.mayLinger
    }
}
