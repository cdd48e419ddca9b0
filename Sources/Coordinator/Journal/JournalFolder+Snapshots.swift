internal import FileSystems
internal import Wire

extension JournalFolder {
    /// Snapshots that are kept: one before the last, should that one be damaged.
    static let snapshotsKept = 2
    /// Bytes of a snapshot: far above what any cluster's state takes.
    private static let snapshotLimit = 8 << 30

    /// The last snapshot that is whole, or the state before the first change when there is none; and, in words, what had to
    /// be passed over.
    func latestSnapshot() throws(FileSystemError) -> (Snapshot, warnings: [String]) {
        var warnings: [String] = []
        for piece in try snapshots().reversed() {
            do {
                let bytes = try FileReader.readAll(piece.path, limit: Self.snapshotLimit)
                let snapshot = try Snapshot(decoding: bytes.span)
                if snapshot.sequence == piece.sequence { return (snapshot, warnings) }
                warnings.append("\(piece.path) is passed over: it is another snapshot than its name says")
            } catch {
                warnings.append("\(piece.path) is passed over, and the journal before it read instead: \(error)")
            }
        }
        return (Snapshot(), warnings)
    }

    /// Writes a snapshot so that it is there whole or not at all, whatever happens meanwhile.
    func keep(_ snapshot: Snapshot) throws(FileSystemError) {
        let path = snapshotPath(snapshot.sequence)
        let (head, state) = snapshot.encoded()
        let file = try SyncedFile(unfinished(path), keeping: 0)
        try file.append(head.span)
        try file.append(state.span)
        try LocalFileSystem.rename(unfinished(path), to: path)
        try SyncedFile.syncFolder(self.path)
    }

    /// Gives up what a later snapshot has made superfluous.
    ///
    /// This is the place for the retention of segments, of which all are kept so far: none that ends after the oldest snapshot
    /// that is kept may go.
    func clear() throws(FileSystemError) {
        for path in try unfinishedSnapshots() { try LocalFileSystem.remove(path) }
        for piece in try snapshots().dropLast(Self.snapshotsKept) { try LocalFileSystem.remove(piece.path) }
    }
}
