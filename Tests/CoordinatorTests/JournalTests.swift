import ClusterModel
import FileSystems
import Foundation
import Testing

@testable import Coordinator

/// The journal on disk: what was written is read, and what was not is not believed.
@Suite struct JournalTests {
    @Test func anEmptyFolderIsAnEmptyJournal() throws {
        var reader = JournalReader(folder: "/nowhere")
        try reader.read { _, _ in Issue.record("there is no change") }
        #expect(reader.last == 0)
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
