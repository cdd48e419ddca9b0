import ClusterModel
import EventLoop
import FileSystems
import Foundation
import Testing
import Wire

@testable import Coordinator

/// What retention leaves on the disk is a whole history from its first change on, whatever a crash has interrupted.
@Suite struct KeptHistoryTests {
    typealias World = SnapshotTests.World

    /// Everything that is there, with a snapshot before the last segment and one before the segment before it.
    private func world() throws -> World {
        let world = try World()
        try world.snapshot(2)
        try world.snapshot(1)
        #expect(try world.segments().count > 6)
        return world
    }

    /// As when the last segment is begun, with room for so many bytes.
    private func retain(_ world: World, bytes: Int) throws {
        let open = try #require(try world.segments().last?.sequence)
        try SnapshotMaker(world.folder, retention: Retention(bytes: bytes)).make(upTo: open)
    }

    /// Everything that is kept, evolved from the state before it, is the whole.
    @discardableResult
    private func check(_ world: World, location: SourceLocation = #_sourceLocation) throws -> KeptHistory {
        let recovery = try world.recover(location: location)
        #expect(recovery.warnings == [], sourceLocation: location)
        let history = try KeptHistory(folder: world.path)
        var state = try history.beginning
        #expect(state.sequence == history.first - 1, sourceLocation: location)
        var reader = history.reader(after: state.sequence)
        var next = history.first
        try reader.readNumbered { recorded in
            #expect(recorded.sequence == next, sourceLocation: location)
            next += 1
            state.evolve(recorded.change, at: recorded.instant)
        }
        #expect(state.cluster.hasSameState(as: world.sample.cluster), sourceLocation: location)
        return history
    }

    private func names(_ world: World) throws -> [String] { try LocalFileSystem.list(world.path) }

    // MARK: - Without a crash

    @Test func withoutALimitEverythingIsKept() throws {
        let world = try world()
        let before = try names(world)
        let open = try #require(try world.segments().last?.sequence)
        try SnapshotMaker(world.folder) { Instant(nanoseconds: .max) }.make(upTo: open)
        #expect(try names(world) == before)
        #expect(try check(world).first == 1)
    }

    @Test func whatGoesIsTheOldestAndLeavesABase() throws {
        let world = try world()
        let segments = try world.segments()
        let room = try size(world, from: 2)
        try retain(world, bytes: room)
        #expect(try world.segments() == Array(segments.dropFirst(2)))
        #expect(try check(world).first == segments[2].sequence)
        // Nothing is left to do.
        let before = try names(world)
        try retain(world, bytes: room)
        #expect(try names(world) == before)
        try retain(world, bytes: room - 1)
        #expect(try world.folder.bases().map(\.sequence) == [segments[3].sequence - 1])
        #expect(try check(world).first == segments[3].sequence)
    }

    /// However little is to be kept: with the last snapshot damaged, the one before it is enough.
    @Test func whatRecoveryNeedsStays() throws {
        let world = try world()
        try retain(world, bytes: 1)
        let snapshots = try world.folder.snapshots()
        #expect(snapshots.count == 2)
        #expect(try world.segments().first?.sequence == snapshots[0].sequence + 1)
        try check(world)
        try world.change(snapshots[1].path) { $0[30] ^= 1 }
        #expect(try world.recover().warnings.count == 1)
        // And with both damaged, the base, though subscribers must ask anew.
        try world.change(snapshots[0].path) { $0[30] ^= 1 }
        #expect(try world.recover().warnings.count == 2)
    }

    @Test func withOneSnapshotNothingGoes() throws {
        let world = try World()
        try world.snapshot(1)
        try retain(world, bytes: 1)
        #expect(try world.folder.bases() == [])
        #expect(try check(world).first == 1)
    }

    /// The sample's changes are two milliseconds apart.
    @Test func byAgeGoesWhatIsOlderByTheClustersClock() throws {
        let world = try world()
        let segments = try world.segments()
        let entry = try #require(world.sample.entries.first { $0.sequence == segments[3].sequence })
        let open = try #require(segments.last?.sequence)
        let age = Duration.seconds(3600)
        for (late, first) in [(0, 1), (1, segments[3].sequence)] {
            let now = entry.instant.advanced(by: age + .nanoseconds(late))
            try SnapshotMaker(world.folder, retention: Retention(age: age)) { now }.make(upTo: open)
            // As old as the limit is the change behind the third segment, so those before it were older.
            #expect(try check(world).first == (late == 0 ? segments[2].sequence : first))
        }
    }

    /// In a quiet cluster no segment is closed for long, and time goes by.
    @Test func aCoordinatorLooksAtItsStart() throws {
        let world = try world()
        let recovery = try world.recover()
        let loop = try Loop()
        let reports = try Inbox<JournalWriter.Report>(on: loop) { _ in }
        let snapshots = SnapshotMaker(world.folder, retention: Retention(age: .seconds(3600))) {
            .start.advanced(by: .seconds(7200))
        }
        let writer = try JournalWriter(
            world.folder, end: recovery.end, last: recovery.cluster.sequence, segmentSize: 1000, snapshots: snapshots,
            reports: reports.address)
        let needed = try world.folder.lastUnneeded() + 1
        let deadline = ContinuousClock.now + .seconds(30)
        while try world.segments().first?.sequence != needed, ContinuousClock.now < deadline { usleep(1000) }
        writer.close()
        reports.close()
        loop.run()
        #expect(try check(world).first == needed)
    }

    @Test func withoutABaseNothingGoes() throws {
        let world = try world()
        let before = try names(world)
        try world.change(try world.segments()[1].path) { $0[60] ^= 1 }
        let room = try size(world, from: 2)
        #expect(throws: JournalError.self) { try retain(world, bytes: room) }
        #expect(try names(world) == before)
    }

    /// The disk is full, say, just when it is to be written: the clock is asked shortly before.
    @Test func whileTheBaseIsNotThereNothingGoes() throws {
        let world = try world()
        let before = try names(world)
        let open = try #require(try world.segments().last?.sequence)
        let obstacle = world.folder.unfinished(world.folder.basePath(try world.folder.lastUnneeded()))
        let maker = SnapshotMaker(world.folder, retention: Retention(bytes: 1)) {
            try? LocalFileSystem.makeFolder(obstacle)
            return .start
        }
        #expect(throws: FileSystemError.self) { try maker.make(upTo: open) }
        #expect(try Set(names(world)) == Set(before + [try #require(obstacle.split(separator: "/").last).description]))
        try retain(world, bytes: 1)
        #expect(try check(world).first > 1)
        #expect(try world.folder.unfinishedSnapshots() == [])
    }

    // MARK: - Killed between two steps

    /// What is there when a process dies in the middle of it.
    enum Step: CaseIterable {
        case baseBegun
        case baseWhole
        case firstSegmentGone
        /// No order is promised by a disk that has lost its power.
        case anotherSegmentGone
        case allSegmentsGone
        case oldBaseGoneBeforeTheSegments
        case done
    }

    @Test(arguments: Step.allCases, [false, true]) func whateverIsInterruptedIsWholeAndFinished(
        step: Step, hasOldBase: Bool
    ) throws {
        let world = try world()
        if hasOldBase { try retain(world, bytes: try size(world, from: 2)) }
        let expected = try Self.copy(world) { try retain($0, bytes: 1) }
        try interrupt(world, step)
        try check(world)
        try retain(world, bytes: 1)
        #expect(try names(world) == expected)
        #expect(try check(world).first > 1)
    }

    /// The bytes of the closed segments from this one on.
    private func size(_ world: World, from place: Int) throws -> Int {
        try world.segments().dropFirst(place).dropLast().reduce(0) {
            try $0 + (LocalFileSystem.status($1.path)?.length ?? 0)
        }
    }

    /// The names that are there after the body has worked on a copy.
    private static func copy(_ world: World, _ body: (World) throws -> Void) throws -> [String] {
        let other = try World()
        try FileManager.default.removeItem(atPath: other.path)
        try FileManager.default.copyItem(atPath: world.path, toPath: other.path)
        try body(other)
        return try LocalFileSystem.list(other.path)
    }

    private func interrupt(_ world: World, _ step: Step) throws {
        let folder = world.folder
        let cut = try folder.lastUnneeded()
        let (base, _) = try folder.latestSnapshot(upTo: cut)
        let old = try folder.base
        if step == .baseBegun {
            let file = try SyncedFile(folder.unfinished(folder.basePath(cut)), keeping: 0)
            let head = base.encoded().head
            return try file.append(head.span)
        }
        try folder.keepBase(base)
        let gone = try world.segments().filter { $0.sequence <= cut }
        try #require(gone.count > 2)
        let remove = { (pieces: [JournalFolder.Piece]) in for piece in pieces { try LocalFileSystem.remove(piece.path) }
        }
        switch step {
        case .baseBegun, .baseWhole: break
        case .firstSegmentGone: try remove([gone[0]])
        case .anotherSegmentGone: try remove([gone[1]])
        case .allSegmentsGone: try remove(gone)
        case .oldBaseGoneBeforeTheSegments: try remove([old].compactMap { $0 })
        case .done: try folder.removeBeforeBase()
        }
    }

    @Test func aDamagedBaseIsSaidAndWhatCouldMendItStays() throws {
        let world = try world()
        try interrupt(world, .firstSegmentGone)
        let base = try #require(try world.folder.base)
        try world.change(base.path) { $0[30] ^= 1 }
        let before = try names(world)
        #expect(throws: JournalError.self) { try retain(world, bytes: 1) }
        #expect(try names(world) == before)
        let error = try #require(throws: JournalError.self) { try KeptHistory(folder: world.path).beginning }
        #expect(error.description.contains("\(base.path): it is damaged"))
        // Recovery has its snapshots.
        #expect(try world.recover().warnings == [])
    }

    /// Listed by a reader, and removed before it was opened.
    @Test func whoReadsWhatIsBeingRemovedIsToldSo() throws {
        let world = try world()
        var reader = try KeptHistory(folder: world.path).reader(after: 0)
        var isFirst = true
        let error = try #require(throws: JournalError.self) {
            try reader.readNumbered { _ in
                if isFirst { try? retain(world, bytes: 1) }
                isFirst = false
            }
        }
        #expect(error.description.contains("have been removed while they were read"))
    }

    /// Removed before the segments were listed: that alone looks as if a file were missing.
    @Test func whatWasRemovedMeanwhileIsReadAgain() throws {
        let world = try world()
        var firsts: [Int] = []
        let last = try KeptHistory.reading(world.path) { kept in
            firsts.append(kept.first)
            if firsts.count == 1 { try retain(world, bytes: 1) }
            var reader = kept.reader(after: kept.first - 1)
            try reader.readNumbered { _ in }
            return reader.last
        }
        #expect(last == world.sample.cluster.sequence)
        #expect(try firsts == [1, KeptHistory(folder: world.path).first])
    }

    /// Not for ever, not where nothing has been removed, and not when something must not be done twice.
    @Test func readingAgainHasAnEnd() throws {
        let world = try world()
        for (moves, mayRepeat, expected) in [(true, true, 3), (true, false, 1), (false, true, 1)] {
            var count = 0
            let error = try #require(throws: JournalError.self) {
                try KeptHistory.reading(world.path, mayRepeat: { mayRepeat }) { kept in
                    count += 1
                    if moves { try Data().write(to: URL(filePath: world.folder.basePath(kept.first))) }
                    throw JournalError(description: "is a file missing?")
                }
            }
            #expect(count == expected)
            #expect(error.description.contains(moves ? "have been removed while they were read" : "missing?"))
        }
    }
}
