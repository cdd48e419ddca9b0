import ClusterModel
import Testing

@Suite struct IdentifierTests {
    @Test(arguments: TaskKind.allCases)
    func anAttemptIsReadBackFromItsText(kind: TaskKind) {
        let attempt = AttemptID(task: TaskID(job: JobID(12), kind: kind, index: 345), epoch: 6, number: 7)
        #expect("\(attempt)" == "job-12-\(kind)-345-6.7")
        #expect(AttemptID("\(attempt)") == attempt)
        #expect(AttemptID("\(attempt)"[...]) == attempt)
    }

    @Test(arguments: [
        "", "job-1", "job-1-map-3", "job-1-map-3-1", "job-1-map-3-1.0.0", "job-0-map-3-1.0", "job-1-sort-3-1.0",
        "job-1-map--3-1.0", "job-1-map-x-1.0", "task-1-map-3-1.0", "job-1-map-3-1.", "job-1-map-3-.0",
        "job-1-map-3-1.-1", "job-1-map-3-1.0-", "job-99999999999999999999-map-3-1.0",
    ])
    func whatIsNoAttemptIsNotRead(text: String) { #expect(AttemptID(text) == nil) }

    @Test func aJobIsReadBackFromItsTextOrItsNumber() {
        #expect("\(JobID(5))" == "job-5")
        #expect((JobID("job-5"), JobID("5")) == (JobID(5), JobID(5)))
    }

    @Test(arguments: ["", "job-", "job-0", "0", "-5", "job--5", "job-5x", "jobs-5", "job-99999999999999999999"])
    func whatIsNoJobIsNotRead(text: String) { #expect(JobID(text) == nil) }

    @Test func theRestIsReadByPeople() {
        #expect("\(NodeID(3))" == "node 3")
        #expect("\(node(3, 2))" == "node 3 incarnation 2")
        #expect("\(map(4).task)" == "job-1-map-4")
    }
}

@Suite struct InstantTests {
    @Test func instantsCountNanoseconds() {
        let later = Instant.start.advanced(by: .milliseconds(1500))
        #expect(later.nanoseconds == 1_500_000_000)
        #expect(Instant.start.duration(to: later) == .milliseconds(1500))
        #expect(later.duration(to: .start).milliseconds == -1500)
        #expect(Instant.start < later)
        #expect(Duration.nanoseconds(1_999_999).milliseconds == 1)
    }
}
