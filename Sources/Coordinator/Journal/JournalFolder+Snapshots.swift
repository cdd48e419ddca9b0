internal import FileSystems
internal import Wire

extension JournalFolder {
    /// Snapshots that are kept: one before the last, should that one be damaged.
    static let snapshotsKept = 2
    /// Bytes of a snapshot: far above what any cluster's state takes.
    private static let snapshotLimit = 8 << 30

    /// The last snapshot that is whole and wanted, a base too, or the state before the first change when there is none; and,
    /// in words, what had to be passed over.
    ///
    /// - Parameter last: The number of the change behind which none is looked at.
    func latestSnapshot(
        upTo last: Int = .max, where isWanted: (Snapshot) -> Bool = { _ in true }
    ) throws(FileSystemError) -> (Snapshot, warnings: [String]) {
        var warnings: [String] = []
        let pieces = try snapshots() + bases()
        for piece in pieces.sorted(by: { $0.sequence > $1.sequence }) where piece.sequence <= last {
            do throws(JournalError) {
                let snapshot = try read(piece)
                if isWanted(snapshot) { return (snapshot, warnings) }
            } catch {
                warnings.append("\(piece.path) is passed over, and the journal before it read instead: \(error)")
            }
        }
        return (Snapshot(), warnings)
    }

    /// Reads a snapshot or a base.
    ///
    /// - Throws: ``JournalError`` when it is damaged, without its path.
    func read(_ piece: Piece) throws(JournalError) -> Snapshot {
        do {
            let bytes = try FileReader.readAll(piece.path, limit: Self.snapshotLimit)
            let snapshot = try Snapshot(decoding: bytes.span)
            if snapshot.sequence == piece.sequence { return snapshot }
        } catch {
            throw JournalError(description: "\(error)")
        }
        throw JournalError(description: "it is another snapshot than its name says")
    }

    /// Writes a snapshot so that it is there whole or not at all, whatever happens meanwhile.
    func keep(_ snapshot: Snapshot) throws(FileSystemError) { try keep(snapshot, snapshotPath(snapshot.sequence)) }

    func keep(_ snapshot: Snapshot, _ path: String) throws(FileSystemError) {
        let (head, state) = snapshot.encoded()
        let file = try SyncedFile(unfinished(path), keeping: 0)
        try file.append(head.span)
        try file.append(state.span)
        try LocalFileSystem.rename(unfinished(path), to: path)
        try SyncedFile.syncFolder(self.path)
    }

    /// Gives up what a later snapshot has made superfluous.
    func clear() throws(FileSystemError) {
        for path in try unfinishedSnapshots() { try LocalFileSystem.remove(path) }
        for piece in try snapshots().dropLast(Self.snapshotsKept) { try LocalFileSystem.remove(piece.path) }
    }
}
