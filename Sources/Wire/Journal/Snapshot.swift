public import ClusterModel

/// What a journal's changes come to, up to one of them: with it, only the changes behind it need be read.
///
/// In a file it begins with eight bytes that name the format, four that give its version and four with the CRC-32C of all
/// that follows: the number of the last change, its instant, when the last coordinator started by the cluster's clock and by
/// the wall's, the length of the hard state and the hard state itself. All numbers are little-endian.
public struct Snapshot: Sendable {
    public static let version = 1
    static let headLength = 56

    private static let magic = Array("MARTLETS".utf8)
    /// In place of the wall's clock, when no coordinator has started.
    private static let noStart = Int64.min

    public private(set) var cluster = Cluster()
    /// The latest instant of a change.
    public private(set) var instant = Instant.start
    /// When the last coordinator started, on the cluster's clock and on the wall's.
    public private(set) var start: (instant: Instant, wallClock: Int64)?

    public init() {}

    /// The number of the last change.
    public var sequence: Int { cluster.sequence }

    public mutating func evolve(_ change: Change, at instant: Instant) {
        cluster.replay(change, at: instant)
        self.instant = max(self.instant, instant)
        if case .coordinatorStarted(_, _, let wallClock) = change { start = (instant, wallClock) }
    }

    /// Evolves what one decision changed.
    public mutating func evolve(_ entry: JournalEntry) {
        for change in entry.changes { evolve(change, at: entry.instant) }
    }

    /// The time of a cluster that goes on from here: it went on by the wall's clock while nobody was there, and never back.
    ///
    /// - Parameter wallClock: Nanoseconds since 1970.
    public func now(wallClock: Int64) -> Instant {
        guard let start else { return .start }
        let (away, overflow) = wallClock.subtractingReportingOverflow(start.wallClock)
        guard !overflow, away > 0 else { return instant }
        let (now, isTooFar) = start.instant.nanoseconds.addingReportingOverflow(away)
        return isTooFar ? instant : max(instant, Instant(nanoseconds: now))
    }

    /// What a file of it begins with, and the hard state, which follows.
    public func encoded() -> (head: [UInt8], state: [UInt8]) {
        let state = cluster.encodedState
        let numbers = [
            Int64(sequence), instant.nanoseconds, (start?.instant ?? .start).nanoseconds,
            start?.wallClock ?? Self.noStart,
            Int64(state.count),
        ]
        let fields = numbers.flatMap { JournalFormat.bytes(UInt64(bitPattern: $0), 8) }
        var sum = CRC32C()
        sum.add(fields.span)
        sum.add(state.span)
        let before =
            Self.magic + JournalFormat.bytes(UInt64(Self.version), 4) + JournalFormat.bytes(UInt64(sum.value), 4)
        return (before + fields, state)
    }
}

// MARK: - Reading

extension Snapshot {
    public enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
        case notASnapshot
        case newerVersion(Int)
        case damaged(String)

        public var description: String {
            switch self {
            case .notASnapshot: "it is no snapshot of Martlet's"
            case .newerVersion(let version):
                "it is of version \(version), and this Martlet knows versions up to \(Snapshot.version)"
            case .damaged(let what): "it is damaged: \(what)"
            }
        }
    }

    /// - Parameter bytes: Of a whole file.
    public init(decoding bytes: Span<UInt8>) throws(Problem) {
        guard bytes.count >= Self.headLength else { throw .damaged("it is cut short") }
        guard Self.magic.indices.allSatisfy({ bytes[$0] == Self.magic[$0] }) else { throw .notASnapshot }
        let version = Int(JournalFormat.number(bytes, at: 8, 4))
        guard version == Self.version else { throw version > Self.version ? .newerVersion(version) : .notASnapshot }
        guard JournalFormat.number(bytes, at: 12, 4) == UInt64(CRC32C.of(bytes.extracting(16..<bytes.count))) else {
            throw .damaged("its checksum does not fit")
        }
        let numbers = (0..<5).map { Int64(bitPattern: JournalFormat.number(bytes, at: 16 + 8 * $0, 8)) }
        guard numbers[4] == bytes.count - Self.headLength else { throw .damaged("its length does not fit") }
        do throws(WireError) {
            cluster = try Cluster(decodingState: bytes.extracting(Self.headLength..<bytes.count))
        } catch {
            throw .damaged("\(error)")
        }
        guard numbers[0] == sequence else { throw .damaged("its state is after another change than it says") }
        instant = Instant(nanoseconds: numbers[1])
        if numbers[3] != Self.noStart { start = (Instant(nanoseconds: numbers[2]), numbers[3]) }
    }
}
