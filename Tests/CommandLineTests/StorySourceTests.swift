import ClusterModel
import Foundation
import Testing

@testable import Coordinator
@testable import martlet

/// A job's story, read from journals.
@Suite struct StorySourceTests {
    @Test func theWholeJournalTellsEveryAttempt() throws {
        let world = try HistoryTests.World()
        let found = try StorySource(JobID(1), folder: world.whole)
        #expect(found.story.beginsLate == nil && found.story.specification?.splits.count == 40)
        #expect(found.story.wallClock != nil)
        // Forty maps, two reduces and the commit, as far as they came.
        let kinds = Dictionary(grouping: found.story.attempts, by: \.id.task.kind).mapValues(\.count)
        #expect(kinds[.map] == 40 && kinds[.reduce] == 2)
        #expect(found.job.id == "job-1" && !found.counters.entries.isEmpty)
    }

    /// What runs when the history begins has its beginning from the state, and what ended before is missing.
    @Test func ofAJournalWithoutItsBeginningTheRestIsTold() throws {
        let world = try HistoryTests.World()
        let whole = try StorySource(JobID(1), folder: world.whole).story
        let rest = try StorySource(JobID(1), folder: world.cut).story
        #expect(rest.beginsLate != nil && rest.specification == nil)
        #expect(rest.submitted == whole.submitted && rest.isEnded == whole.isEnded && rest.length == whole.length)
        #expect(!rest.attempts.isEmpty && rest.attempts.count < whole.attempts.count)
        for attempt in rest.attempts {
            let same = try #require(whole.attempts.first { $0.id == attempt.id })
            #expect(same.node == attempt.node && same.end == attempt.end && same.outcome == attempt.outcome)
            #expect(abs(whole.seconds(same.start) - rest.seconds(attempt.start)) < 0.0015)
            #expect(whole.name(same.node) == rest.name(attempt.node))
        }
        let page = ReportPage(rest, JobReport(), Counters()).html
        #expect(page.contains("is no longer kept, and is missing here"))
    }

    /// Its attempts are no longer kept at all.
    @Test func aJobThatEndedBeforeIsStillReported() throws {
        var sample = SampleJournal(nodes: 2, containers: 2)
        sample.submit(maps: 4, reduces: 1, output: "file:///first")
        sample.succeed()
        sample.submit(maps: 40, reduces: 1, output: "file:///second")
        sample.succeed()
        let folder = NSTemporaryDirectory() + "martlet-story-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try sample.write(to: folder, segmentSize: 300, frameLength: 100)
        let journal = JournalFolder(path: folder)
        let segments = try journal.segments()
        // What is before the older of two snapshots may go.
        for place in [segments.count - 2, segments.count - 1] {
            try SnapshotMaker(journal).make(upTo: segments[place].sequence)
        }
        try SnapshotMaker(journal, retention: Retention(bytes: 1)).make(upTo: segments[segments.count - 1].sequence)
        try #require(KeptHistory(folder: folder).first > 1)
        let found = try StorySource(JobID(1), folder: folder)
        #expect(found.story.attempts.isEmpty && found.job.state == "succeeded")
        #expect(ReportPage(found.story, found.job, found.counters).html.contains("No attempt is known."))
    }

    @Test func anUnknownJobIsRefused() throws {
        let world = try HistoryTests.World()
        #expect(throws: UserError.self) { try StorySource(JobID(9), folder: world.whole) }
    }
}
