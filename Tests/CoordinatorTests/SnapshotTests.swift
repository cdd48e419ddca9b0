import ClusterModel
import EventLoop
import FileSystems
import Foundation
import Testing
import Wire

@testable import Coordinator

/// A snapshot and the journal behind it are as good as the whole journal, whatever a crash has left of either.
@Suite struct SnapshotTests {
    /// A journal of many small segments, in a folder of its own.
    final class World {
        let path = NSTemporaryDirectory() + "martlet-snapshots-\(UUID().uuidString)"
        let sample: SampleJournal
        var folder: JournalFolder { JournalFolder(path: path) }

        init(attempts: Int = 60) throws {
            var sample = SampleJournal(nodes: 3, containers: 2)
            sample.submit(maps: 30, reduces: 2, output: "file:///first")
            sample.submit(maps: 40, reduces: 1, output: "file:///second")
            sample.succeed(attempts)
            self.sample = sample
            try sample.write(to: path, segmentSize: 600, frameLength: 200)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func segments() throws -> [JournalFolder.Piece] { try folder.segments() }

        /// Makes the snapshot of all changes before the segment with this place, counted from the end.
        func snapshot(_ place: Int) throws {
            let segments = try segments()
            try SnapshotMaker(folder).make(upTo: segments[segments.count - place].sequence)
        }

        func change(_ path: String, _ body: (inout [UInt8]) -> Void) throws {
            var bytes = try FileReader.readAll(path, limit: 1 << 20)
            body(&bytes)
            try FileManager.default.removeItem(atPath: path)
            let file = try SyncedFile(path, keeping: 0)
            try file.append(bytes.span)
        }

        /// It must be the state of the whole journal, and go on at its end.
        @discardableResult
        func recover(location: SourceLocation = #_sourceLocation) throws -> Recovery {
            let recovery = try Recovery(folder)
            #expect(recovery.cluster.hasSameState(as: sample.cluster), sourceLocation: location)
            #expect(recovery.cluster.stateHash == sample.cluster.stateHash, sourceLocation: location)
            let last = try #require(sample.entries.last?.instant)
            #expect(recovery.now(wallClock: 0) == last, sourceLocation: location)
            let later = recovery.now(wallClock: 1_700_003_600_000_000_000)
            #expect(later.nanoseconds >= 3_600_000_000_000, sourceLocation: location)
            #expect(recovery.changes.last == sample.cluster.sequence, sourceLocation: location)
            return recovery
        }
    }

    @Test func aSnapshotAndTheJournalBehindItAreTheWhole() throws {
        let world = try World()
        #expect(try world.segments().count > 5)
        let whole = try world.recover()
        for place in [4, 2, 1] {
            try world.snapshot(place)
            let recovery = try world.recover()
            #expect(recovery.warnings == [])
            #expect(recovery.end?.path == whole.end?.path && recovery.end?.length == whole.end?.length)
        }
        #expect(try world.folder.snapshots().count == JournalFolder.snapshotsKept)
        #expect(try world.segments().first?.sequence == 1)
    }

    @Test func subscribersFindTheChangesBeforeTheSnapshotToo() throws {
        let world = try World()
        let count = world.sample.cluster.sequence
        let whole = try world.recover().changes.changes(from: 1, count: count)
        try world.snapshot(1)
        let changes = try world.recover().changes
        #expect(changes.first == 1)
        #expect(changes.changes(from: 1, count: count) == whole)
    }

    @Test(arguments: [0, 10, 20, 55, 56, 100, -1]) func aTornSnapshotIsPassedOver(length: Int) throws {
        let world = try World()
        try world.snapshot(3)
        try world.snapshot(1)
        let snapshots = try world.folder.snapshots()
        try world.change(snapshots[1].path) { $0.removeLast(length < 0 ? 1 : $0.count - length) }
        #expect(try world.recover().warnings.count == 1)
        #expect(try world.folder.latestSnapshot().0.sequence == snapshots[0].sequence)
        try world.change(snapshots[0].path) { $0[30] ^= 1 }
        #expect(try world.recover().warnings.count == 2)
        #expect(try world.folder.latestSnapshot().0.sequence == 0)
        // The next one is made from the journal's beginning.
        try world.snapshot(1)
        #expect(try world.recover().warnings.count <= 1)
    }

    @Test func aFlippedBitIsNoticedWhereverItIs() throws {
        let world = try World(attempts: 5)
        try world.snapshot(1)
        let path = try #require(try world.folder.snapshots().last?.path)
        let bytes = try FileReader.readAll(path, limit: 1 << 20)
        for place in bytes.indices {
            var flipped = bytes
            flipped[place] ^= UInt8(1 << (place % 8))
            #expect(throws: Snapshot.Problem.self, "byte \(place)") { try Snapshot(decoding: flipped.span) }
        }
    }

    @Test func whatAKilledProcessLeftUnfinishedIsNoSnapshotAndGoesAway() throws {
        let world = try World()
        try world.snapshot(3)
        let good = try #require(try world.folder.snapshots().last)
        let next = world.folder.snapshotPath(good.sequence + 10)
        let bytes = try FileReader.readAll(good.path, limit: 1 << 20)
        for path in [world.folder.unfinished(next), world.folder.unfinished(good.path)] {
            let file = try SyncedFile(path, keeping: 0)
            try file.append(bytes.span.extracting(0..<bytes.count / 2))
        }
        #expect(try world.recover().warnings == [])
        try world.snapshot(1)
        #expect(try world.folder.unfinishedSnapshots() == [])
        #expect(try world.recover().warnings == [])
    }

    @Test func aSnapshotNeedsNoneOfTheSegmentsBeforeIt() throws {
        let world = try World()
        try world.snapshot(1)
        for segment in try world.segments().dropLast() { try FileManager.default.removeItem(atPath: segment.path) }
        let recovery = try world.recover()
        let sequence = try #require(try world.folder.snapshots().last?.sequence)
        #expect(recovery.changes.first == sequence + 1)
        #expect(recovery.end != nil)
    }

    @Test func damageBeforeTheSnapshotOnlyCostsSubscribersTheirPlace() throws {
        let world = try World()
        try world.snapshot(1)
        let segment = try world.segments()[2]
        try world.change(segment.path) { $0[60] ^= 1 }
        let recovery = try world.recover()
        #expect(recovery.warnings.count == 1)
        let sequence = try #require(try world.folder.snapshots().last?.sequence)
        #expect(recovery.changes.first == sequence + 1)
    }

    @Test func aSegmentThatIsMissingBehindTheSnapshotIsDamage() throws {
        let world = try World()
        try world.snapshot(4)
        let segments = try world.segments()
        try FileManager.default.removeItem(atPath: segments[segments.count - 3].path)
        #expect(throws: JournalError.self) { try Recovery(world.folder) }
    }

    @Test(arguments: [true, false]) func aSnapshotWhoseSegmentsAreGoneGoesOnInANewOne(keepsOld: Bool) throws {
        let world = try World()
        try world.snapshot(1)
        let sequence = try #require(try world.folder.snapshots().last?.sequence)
        let segments = try world.segments()
        for segment in keepsOld ? segments.suffix(2) : segments[...] {
            try FileManager.default.removeItem(atPath: segment.path)
        }
        var recovery = try Recovery(world.folder)
        #expect(recovery.cluster.sequence == sequence)
        #expect(recovery.end == nil)
        #expect(recovery.warnings.count == 1)
        try append([.nodeDraining(NodeID(0))], after: recovery, world)
        recovery = try Recovery(world.folder)
        #expect(recovery.cluster.sequence == sequence + 1)
        #expect(recovery.end?.path == world.folder.segment(sequence + 1))
        #expect(recovery.warnings == [])
    }

    /// As the coordinator does it.
    private func append(_ changes: [Change], after recovery: Recovery, _ world: World) throws {
        let loop = try Loop()
        let reports = try Inbox<JournalWriter.Report>(on: loop) { _ in }
        let sequence = recovery.cluster.sequence
        let writer = try JournalWriter(
            world.folder, end: recovery.end, last: sequence, segmentSize: 1000, reports: reports.address)
        writer.append(JournalEntry(sequence: sequence + 1, instant: recovery.now(wallClock: 0), changes: changes))
        writer.close()
        reports.close()
        loop.run()
    }

    @Test func theWriterHasSnapshotsMadeOfWhatItCloses() throws {
        let world = try World()
        try FileManager.default.removeItem(atPath: world.path)
        try LocalFileSystem.makeFolder(world.path)
        let loop = try Loop()
        var waiting = world.sample.entries[...]
        var writer: JournalWriter?
        var reports: Inbox<JournalWriter.Report>?
        // One write for each, so that there are many segments.
        let goOn = {
            if let entry = waiting.popFirst() { return writer?.append(entry) }
            reports?.close()
        }
        reports = try Inbox<JournalWriter.Report>(on: loop) { _ in goOn() }
        let address = try #require(reports?.address)
        writer = try JournalWriter(world.folder, end: nil, last: 0, segmentSize: 1000, reports: address)
        goOn()
        loop.run()
        while try world.folder.snapshots().isEmpty { usleep(1000) }
        writer?.close()
        #expect(try world.segments().count > 1)
        #expect(try !world.folder.snapshots().isEmpty)
        #expect(try world.recover().warnings == [])
    }
}
