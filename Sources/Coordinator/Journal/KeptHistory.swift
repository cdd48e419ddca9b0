public import Wire

/// What a folder's journal still tells: everything, or what retention has left of it. It needs no coordinator, and disturbs
/// none.
public struct KeptHistory {
    /// A snapshot in the folder.
    public struct Kept: Hashable, Sendable {
        /// The number of its last change.
        public let sequence: Int
        public let path: String
    }

    private let folder: JournalFolder
    private let base: JournalFolder.Piece?

    /// - Parameter folder: A coordinator's.
    public init(folder: String) throws {
        self.folder = JournalFolder(path: folder)
        base = try self.folder.base
    }

    /// Gives the body what a folder's journal tells, and again when it fails as a coordinator has removed what was being
    /// read: then the history begins elsewhere.
    ///
    /// - Parameter mayRepeat: False once the body has done what must not be done again.
    public static func reading<Result>(
        _ folder: String, mayRepeat: () -> Bool = { true }, _ body: (KeptHistory) throws -> Result
    ) throws -> Result {
        var attempt = 1
        while true {
            let kept = try KeptHistory(folder: folder)
            do {
                return try body(kept)
            } catch let error as JournalError {
                guard try kept.isSuperseded else { throw error }
                if attempt == attempts || !mayRepeat() { throw try kept.removed }
                attempt += 1
            }
        }
    }

    private static let attempts = 3

    /// Whether the history begins elsewhere by now.
    public var isSuperseded: Bool { get throws { try folder.base != base } }

    private var removed: JournalError {
        get throws {
            JournalError(
                description: "changes before \((try folder.base?.sequence ?? 0) + 1) have been removed while they were "
                    + "read: the history begins there now; read it again")
        }
    }

    /// The number of the first change that is kept.
    public var first: Int { (base?.sequence ?? 0) + 1 }

    /// How many segments hold it.
    public var segmentCount: Int { get throws { try folder.segments().count { $0.sequence >= first } } }

    /// What the changes before the first that is kept came to.
    ///
    /// - Throws: ``JournalError`` when it is damaged.
    public var beginning: Snapshot {
        get throws(JournalError) {
            guard let base else { return Snapshot() }
            do throws(JournalError) {
                return try folder.read(base)
            } catch {
                throw JournalError(
                    description: "the state before change \(first), with which the history begins, cannot be read: "
                        + "\(base.path): \(error)")
            }
        }
    }

    /// The last snapshot before a place, or the state before the first of all changes when there is none; and, in words, what
    /// had to be passed over.
    ///
    /// - Parameters:
    ///   - last: The number of the change behind which none is looked at.
    ///   - isWanted: False for one that is behind the place.
    public func latestSnapshot(
        upTo last: Int = .max, where isWanted: (Snapshot) -> Bool
    ) throws -> (Snapshot, warnings: [String]) {
        try folder.latestSnapshot(upTo: last, where: isWanted)
    }

    /// Reads the changes behind this one.
    public func reader(after last: Int) -> JournalReader { JournalReader(folder, after: last) }

    // MARK: - Each snapshot

    /// Every snapshot that the changes can be compared with, oldest first.
    public var snapshots: [Kept] {
        get throws {
            let pieces = try folder.snapshots() + [base].compactMap { $0 }
            return pieces.filter { $0.sequence >= first - 1 }.sorted { $0.sequence < $1.sequence }
                .map { Kept(sequence: $0.sequence, path: $0.path) }
        }
    }

    /// - Returns: Nil when it has been removed meanwhile, as it is when there are newer ones.
    /// - Throws: ``JournalError`` when it is damaged.
    public func read(_ kept: Kept) throws -> Snapshot? {
        let piece = JournalFolder.Piece(sequence: kept.sequence, path: kept.path)
        do throws(JournalError) {
            return try folder.read(piece)
        } catch {
            guard try (folder.snapshots() + folder.bases()).contains(piece) else { return nil }
            throw error
        }
    }
}
