import ClusterModel
import Foundation
import Testing
import Wire

@testable import Coordinator
@testable import martlet

/// A history tells the same wherever it begins, and however many snapshots lie beside it.
@Suite struct HistoryTests {
    /// A journal of many small segments, and another of the same cluster whose beginning is gone.
    final class World {
        let whole = NSTemporaryDirectory() + "martlet-history-\(UUID().uuidString)"
        let cut: String
        let sample: SampleJournal
        /// The number of the first change of the other.
        let first: Int

        init() throws {
            cut = whole + "-cut"
            var sample = SampleJournal(nodes: 3, containers: 2)
            sample.submit(maps: 40, reduces: 2, output: "file:///first")
            sample.succeed(25)
            sample.submit(maps: 10, reduces: 1, output: "file:///second")
            sample.succeed(30)
            self.sample = sample
            for path in [whole, cut] { try sample.write(to: path, segmentSize: 600, frameLength: 200) }
            let folder = JournalFolder(path: cut)
            let segments = try folder.segments()
            try #require(segments.count > 6)
            for place in [segments.count - 2, segments.count - 1] {
                try SnapshotMaker(folder).make(upTo: segments[place].sequence)
            }
            let room = try segments[3..<segments.count - 1].reduce(0) { try $0 + Self.size($1.path) }
            try SnapshotMaker(folder, retention: Retention(bytes: room)).make(
                upTo: segments[segments.count - 1].sequence)
            first = segments[3].sequence
            try #require(folder.segments().first?.sequence == first && first > 10)
            // In the middle of the first job, so that there is something to learn from the base.
            try #require(first < sample.cluster.sequence - 20)
        }

        deinit { for path in [whole, cut] { try? FileManager.default.removeItem(atPath: path) } }

        private static func size(_ path: String) throws -> Int {
            try #require(FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
        }

        var last: Int { sample.cluster.sequence }
        var base: JournalFolder.Piece { get throws { try #require(try JournalFolder(path: cut).base) } }
        var snapshots: [JournalFolder.Piece] { get throws { try JournalFolder(path: cut).snapshots() } }

        func change(_ path: String, _ body: (inout Data) -> Void) throws {
            var bytes = try Data(contentsOf: URL(filePath: path))
            body(&bytes)
            try bytes.write(to: URL(filePath: path))
        }
    }

    private struct Told: Equatable {
        let sequence: Int
        let instant: Instant
        let nodes: [NodeReport]
        let jobs: [JobReport]
        let tasks: [[TaskReport]]

        init(_ history: History) throws {
            (sequence, instant, nodes, jobs) = (history.sequence, history.instant, history.nodes, history.jobs)
            tasks = try history.jobs.map { try history.tasks(of: try #require(JobID($0.id))) }
        }
    }

    @Test func everyChangeThatIsKeptShowsTheSameState() throws {
        let world = try World()
        for place in world.first - 1...world.last {
            let one = try History(folder: world.whole, until: .change(place))
            let other = try History(folder: world.cut, until: .change(place))
            #expect(try Told(one) == Told(other), "\(place)")
            #expect(other.sequence == place && other.warnings == [])
        }
        #expect(try Told(History(folder: world.whole)) == Told(History(folder: world.cut)))
    }

    /// The sample's changes are two milliseconds apart, and several are made at once.
    @Test func everyInstantThatIsKeptShowsTheSameState() throws {
        let world = try World()
        let start = try History(folder: world.whole, until: .change(world.first - 1)).instant
        let end = try History(folder: world.whole).instant
        for nanoseconds in stride(from: start.nanoseconds, through: end.nanoseconds + 2_000_000, by: 1_000_000) {
            let place = History.Place.instant(Instant(nanoseconds: nanoseconds))
            #expect(
                try Told(History(folder: world.whole, until: place)) == Told(History(folder: world.cut, until: place)))
        }
    }

    @Test func whatIsNoLongerKeptIsRefusedWithTheOldestThatIs() throws {
        let world = try World()
        let start = try History(folder: world.cut, until: .change(world.first - 1)).instant
        let early = [
            History.Place.change(world.first - 2), .change(0), .instant(.start),
            .instant(Instant(nanoseconds: start.nanoseconds - 1)),
        ]
        for place in early {
            let error = try #require(throws: UserError.self) { try History(folder: world.cut, until: place) }
            #expect(
                error.description.contains("the oldest that can be shown is after change \(world.first - 1), at 0."))
        }
        let late = try #require(throws: UserError.self) {
            try History(folder: world.cut, until: .change(world.last + 1))
        }
        #expect(late.description.contains("the journal ends with change \(world.last): there is no change"))
    }

    @Test func aDamagedSnapshotIsPassedOver() throws {
        let world = try World()
        for snapshot in try world.snapshots { try world.change(snapshot.path) { $0[30] ^= 1 } }
        let history = try History(folder: world.cut)
        #expect(history.warnings.count == 2)
        #expect(try Told(history) == Told(History(folder: world.whole)))
        try world.change(world.base.path) { $0[30] ^= 1 }
        let error = try #require(throws: JournalError.self) { try History(folder: world.cut) }
        #expect(error.description.contains("the state before change \(world.first), with which the history begins"))
    }

    /// What lies before the last snapshot is not needed to know the end.
    @Test func aSnapshotSparesWhatLiesBeforeIt() throws {
        let world = try World()
        let segment = try #require(try JournalFolder(path: world.cut).segments().first)
        try world.change(segment.path) { $0[60] ^= 1 }
        #expect(try Told(History(folder: world.cut)) == Told(History(folder: world.whole)))
        #expect(throws: JournalError.self) { try History(folder: world.cut, until: .change(world.first)) }
        // Nor is what lies behind a place.
        #expect(throws: Never.self) { try History(folder: world.cut, until: .change(world.first - 1)) }
    }

    // MARK: - Lines

    private func lines(_ folder: String) throws -> [String] {
        let kept = try KeptHistory(folder: folder)
        var text = ChangeText(after: History(try kept.beginning))
        var lines: [String] = []
        var reader = kept.reader(after: kept.first - 1)
        try reader.readNumbered { recorded in
            let line = text.line(recorded)
            lines.append("\(line.sequence) \(line.readable)")
        }
        return lines
    }

    @Test func theLinesAreTheSameFromTheFirstChangeThatIsKept() throws {
        let world = try World()
        let (whole, cut) = (try lines(world.whole), try lines(world.cut))
        #expect(whole.count == world.last && cut.count == world.last - world.first + 1)
        #expect(Array(whole.suffix(cut.count)) == cut)
        #expect(cut.contains { $0.contains("core-") } && cut.contains { $0.contains("reduces 1/2") })
    }

    // MARK: - The check

    @Test func theCheckTellsWhatIsKeptAndTheHash() throws {
        let world = try World()
        let (whole, cut) = (try JournalCheck.report(of: world.whole), try JournalCheck.report(of: world.cut))
        for report in [whole, cut] {
            #expect(report.damage == nil && report.torn == nil && report.last == world.last)
            #expect(report.stateHash == world.sample.cluster.stateHash)
        }
        #expect(whole.first == 1 && whole.changes == world.last && whole.snapshots.isEmpty)
        #expect(cut.first == world.first && cut.changes == world.last - world.first + 1)
        #expect(cut.segments == whole.segments - 3)
        #expect(cut.snapshots.count == 3 && cut.snapshots.allSatisfy { $0.damage == nil })
        #expect(cut.text.contains("kept from change \(world.first) on"))
        #expect(cut.text.contains("3 snapshots, as the changes come to\nstate after change \(world.last): "))
    }

    /// Each is whole, and of another state, or time, than the changes come to.
    @Test(arguments: [0, 1], [false, true]) func aSnapshotThatIsAnotherIsDamage(place: Int, onlyItsTimes: Bool) throws {
        let world = try World()
        let piece = try world.snapshots[place]
        var wrong = Snapshot()
        for entry in world.sample.entries where entry.sequence <= piece.sequence {
            for var change in entry.changes {
                if !onlyItsTimes, case .nodeRegistered(let incarnation, var registration) = change {
                    registration.host = "elsewhere"
                    change = .nodeRegistered(incarnation, registration)
                }
                if onlyItsTimes, case .coordinatorStarted(let epoch, let cluster, let clock) = change {
                    change = .coordinatorStarted(epoch: epoch, cluster: cluster, wallClock: clock + 1)
                }
                wrong.evolve(change, at: entry.instant)
            }
        }
        try #require(wrong.sequence == piece.sequence)
        try JournalFolder(path: world.cut).keep(wrong)
        let report = try JournalCheck.report(of: world.cut)
        #expect(report.snapshots.map { $0.damage != nil } == [false, place == 0, place == 1])
        let damage = try #require(report.damage)
        #expect(damage.hasPrefix("the snapshot \(piece.path) differs: "))
        #expect(damage.contains(onlyItsTimes ? "its times are not" : wrong.cluster.stateHash))
        #expect(report.text.hasPrefix("damaged: ") && report.text.contains("3 snapshots, 1 of them damaged"))
        // The changes are as they were.
        #expect(report.stateHash == world.sample.cluster.stateHash)
    }

    @Test func everySnapshotThatCannotBeReadIsDamage() throws {
        let world = try World()
        let snapshots = try world.snapshots
        try world.change(snapshots[0].path) { $0.removeLast() }
        #expect(try JournalCheck.report(of: world.cut).snapshots.map { $0.damage != nil } == [false, true, false])
        try FileManager.default.removeItem(atPath: snapshots[0].path)
        try FileManager.default.copyItem(atPath: snapshots[1].path, toPath: snapshots[0].path)
        let renamed = try JournalCheck.report(of: world.cut)
        #expect(try #require(renamed.damage).contains("it is another snapshot than its name says"))
        try FileManager.default.removeItem(atPath: snapshots[0].path)
        #expect(try JournalCheck.report(of: world.cut).damage == nil)
        let beyond = JournalFolder(path: world.cut).snapshotPath(world.last + 1)
        try FileManager.default.copyItem(atPath: snapshots[1].path, toPath: beyond)
        #expect(
            try #require(JournalCheck.report(of: world.cut).damage).contains("it is behind the journal's last change"))
        try world.change(world.base.path) { $0.removeLast() }
        let report = try JournalCheck.report(of: world.cut)
        #expect(report.stateHash == nil && report.changes == 0)
        #expect(try #require(report.damage).contains("with which the history begins"))
    }
}
