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

    /// A change that begins nothing waits for one that does, and whatever else there is to do.
    @Test func onlyWhatBeginsNothingLingers() {
        var batch = JournalBatch()
        batch.append(lingering(1))
        var more = JournalBatch()
        more.append(lingering(2))
        batch.add(more)
        #expect(batch.mayLinger)
        for change: (inout JournalBatch) -> Void in [
            { $0.append(entry(3, bytes: 10)) }, { $0.dropped.append(1) }, { $0.files.append((1, [])) },
            { $0.isEnding = true },
        ] {
            var urgent = batch
            change(&urgent)
            #expect(!urgent.mayLinger)
        }
    }

    private func lingering(_ number: Int) -> JournalEntry {
        let task = TaskID(job: JobID(1), kind: .reduce, index: 0)
        let change = Change.shuffleFinished(AttemptID(task: task, epoch: 1, number: 0))
        return JournalEntry(sequence: number, instant: .start, changes: [change])
    }

    private func entry(_ number: Int, bytes: Int) -> JournalEntry {
        let reason = String(repeating: "x", count: bytes)
        return JournalEntry(
            sequence: number, instant: .start, changes: [.nodeLost(NodeID(0), reason: reason)])
    }
}
