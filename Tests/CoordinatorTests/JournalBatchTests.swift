import ClusterModel
import Testing
import Wire

@testable import Coordinator

@Suite struct JournalBatchTests {
    @Test func whatComesDuringASyncIsOneFrame() {
        var batch = JournalBatch()
        for number in 1...3 { batch.append(entry(number, bytes: 10)) }
        var more = JournalBatch()
        more.append(entry(4, bytes: 10))
        batch.add(more)
        #expect(batch.frames.map(\.last) == [4])
    }

    /// What is longer than ``JournalFormat/frameLimit`` nobody would read.
    @Test func noFrameIsLongerThanIsRead() {
        var batch = JournalBatch()
        for number in 1...4 { batch.append(entry(number, bytes: 10 << 20)) }
        #expect(batch.frames.map(\.last) == [1, 2, 3, 4])
        #expect(batch.frames.allSatisfy { $0.entries.count <= JournalBatch.frameSize })
    }

    private func entry(_ number: Int, bytes: Int) -> JournalEntry {
        let reason = String(repeating: "x", count: bytes)
        return JournalEntry(
            sequence: number, instant: .start, changes: [.nodeLost(NodeID(0), reason: reason)])
    }
}
