import ClusterModel
import Testing

@testable import Worker

@Suite struct AttemptLimitsTests {
    @Test func soManyProcessesAsTheLimitAreFineAndOneMoreIsNot() throws {
        let limits = limits(processes: 10)
        #expect(limits.excess(ofProcesses: 10) == nil)
        #expect(try #require(limits.excess(ofProcesses: 11)).contains("more than 10 processes at once (raise martlet."))
    }

    @Test func noLimitIsMetByNobody() {
        let limits = limits(bytes: -1, processes: 0)
        #expect(limits.excess(ofProcesses: Int.max) == nil)
        #expect(limits.explanation(ofExitStatus: 153) == nil)
        #expect(limits.writtenBytes == nil)
    }

    @Test func theSignalOfAFileThatIsTooLongIsExplained() throws {
        let limits = limits(bytes: 5)
        #expect(try #require(limits.explanation(ofExitStatus: 153)).contains("more than 5 bytes (raise mapreduce."))
        #expect(limits.explanation(ofExitStatus: 1) == nil)
    }

    private func limits(bytes: Int = 1, processes: Int = 1) -> AttemptLimits {
        var program = StreamingProgram()
        program.writeLimit = bytes
        program.processLimit = processes
        return AttemptLimits(program)
    }
}
