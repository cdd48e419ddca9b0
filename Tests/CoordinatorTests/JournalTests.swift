import ClusterModel
import EventLoop
import FileSystems
import Foundation
import Testing
import Wire

@testable import Coordinator

/// The journal on disk: what was written is read, and what was not is not believed.
@Suite struct JournalTests {
    @Test func anEmptyFolderIsAnEmptyJournal() throws {
        var reader = JournalReader(folder: "/nowhere")
        try reader.read { _, _ in Issue.record("there is no change") }
        #expect(reader.last == 0)
    }

    /// While nobody is there the cluster's time goes on by the wall's clock, which an administrator may set as he likes.
    @Test func aClockThatJumpsNeverSetsTheClusterBack() throws {
        let folder = JournalFolder(path: FileManager.default.temporaryDirectory.path + "/martlet-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        var sample = SampleJournal(nodes: 2, containers: 2)
        sample.submit(maps: 4, reduces: 1, output: "file:///out")
        sample.succeed(4)
        _ = try sample.write(to: folder.path)
        let recovery = try Recovery(folder)
        let started: Int64 = 1_700_000_000_000_000_000
        let last = recovery.now(wallClock: started)
        #expect(last > .start)
        for earlier in [started - 1, 0, -1, .min, .max] { #expect(recovery.now(wallClock: earlier) >= last) }
        let year: Int64 = 31_536_000_000_000_000
        let later = recovery.now(wallClock: started + year)
        #expect(later.nanoseconds >= year && later.nanoseconds < year + last.nanoseconds + 1)
    }

    /// It is told of without anything coming behind it.
    @Test func whatMayLingerIsSyncedAllTheSame() throws {
        let folder = JournalFolder(path: FileManager.default.temporaryDirectory.path + "/martlet-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        try LocalFileSystem.makeFolder(folder.path)
        let loop = try Loop()
        var synced: [Int] = []
        var reports: Inbox<JournalWriter.Report>?
        reports = try Inbox<JournalWriter.Report>(on: loop) { report in
            if case .synced(let sequence) = report { synced.append(sequence) }
            reports?.close()
        }
        let address = try #require(reports?.address)
        let writer = try JournalWriter(folder, end: nil, last: 0, segmentSize: 1000, reports: address)
        let task = TaskID(job: JobID(1), kind: .reduce, index: 0)
        let change = Change.shuffleFinished(AttemptID(task: task, epoch: 1, number: 0))
        writer.append(JournalEntry(sequence: 1, instant: .start, changes: [change]))
        loop.run()
        #expect(synced == [1])
        writer.close()
    }

    @Test func filesOfJobsThatAreNoMoreAreRemoved() throws {
        let folder = JournalFolder(path: FileManager.default.temporaryDirectory.path + "/martlet-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        try folder.removeJobFiles(except: [])
        for job in 1...3 {
            try LocalFileSystem.makeFolder(folder.jobFiles(job))
            try FileWriter(folder.jobFiles(job) + "/0").close()
        }
        try folder.removeJobFiles(except: [JobID(2)])
        #expect(try LocalFileSystem.list("\(folder.path)/files") == ["job-2"])
        #expect(try LocalFileSystem.list(folder.jobFiles(2)) == ["0"])
    }
}
