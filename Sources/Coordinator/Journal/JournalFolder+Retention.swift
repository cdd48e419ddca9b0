internal import ClusterModel
internal import FileSystems
internal import Wire

// A history whose beginning is gone begins with a base: the snapshot of all changes before it. With the base's name the
// decision is made; until then nothing is removed, and from then on whatever lies before it is a leftover, which anybody may
// remove in any order.

extension JournalFolder {
    /// What retention may remove, oldest first: the closed segments behind the base.
    ///
    /// - Parameter open: The number of the first change of the segment that is not closed yet.
    func closedSegments(before open: Int) throws(FileSystemError) -> [Retention.Segment] {
        let base = try base?.sequence ?? 0
        let segments = try segments().filter { $0.sequence > base && $0.sequence <= open }
        var closed: [Retention.Segment] = []
        for (segment, next) in zip(segments, segments.dropFirst()) {
            let bytes = try LocalFileSystem.status(segment.path)?.length ?? 0
            closed.append(
                Retention.Segment(last: next.sequence - 1, bytes: bytes, end: firstInstant(next)))
        }
        return closed
    }

    /// The last change that recovery does not need, even if it must take the older of the snapshots that are kept.
    func lastUnneeded() throws(FileSystemError) -> Int {
        let kept = try snapshots().suffix(Self.snapshotsKept)
        return kept.count == Self.snapshotsKept ? kept.first?.sequence ?? 0 : 0
    }

    /// When the first change of a segment was made; nil when its first frame is not there or not whole.
    private func firstInstant(_ segment: Piece) -> Instant? {
        guard let head = try? prefix(segment.path, JournalFormat.firstFrame),
            let end = JournalFormat.firstFrameEnd(head.span), let bytes = try? prefix(segment.path, end)
        else { return nil }
        var instant: Instant?
        _ = try? JournalScan.run(bytes, isLast: true) { (entry) throws(JournalScan.Problem) in
            instant = instant ?? entry.instant
        }
        return instant
    }

    private func prefix(_ path: String, _ count: Int) throws -> [UInt8] {
        let reader = try FileReader(path, count: count)
        var bytes: [UInt8] = []
        while try reader.read(into: &bytes, limit: count - bytes.count) > 0 {}
        return bytes
    }

    /// Lets the history begin behind this snapshot.
    func keepBase(_ snapshot: Snapshot) throws(FileSystemError) { try keep(snapshot, basePath(snapshot.sequence)) }

    /// Removes what lies before the base, unless the base is damaged: only what lies there could make it again.
    ///
    /// - Returns: How many segments that were.
    /// - Throws: ``JournalError`` for a damaged base.
    @discardableResult
    func removeBeforeBase() throws -> Int {
        guard let base = try base else { return 0 }
        let segments = try segments().filter { $0.sequence <= base.sequence }
        let snapshots = try snapshots().filter { $0.sequence < base.sequence }
        let left = try segments + snapshots + bases().dropLast()
        guard !left.isEmpty else { return 0 }
        do throws(JournalError) {
            _ = try read(base)
        } catch {
            throw JournalError(description: "what lies before \(base.path) is not removed: \(error)")
        }
        for piece in left { try LocalFileSystem.remove(piece.path) }
        return segments.count
    }
}
