import ClusterModel
import FileSystems
import Testing

@testable import Coordinator

/// The journal on disk: what was written is read, and what was not is not believed.
@Suite struct JournalTests {
    @Test func anEmptyFolderIsAnEmptyJournal() throws {
        var reader = JournalReader(folder: "/nowhere")
        try reader.read { _, _ in Issue.record("there is no change") }
        #expect(reader.last == 0)
    }
}
