import Foundation
import Testing

/// `martlet fuzz`, which needs no cluster.
@Suite struct FuzzTests {
    private func fuzz(_ arguments: [String]) throws -> TestCluster.Result {
        try TestCluster.run(["fuzz"] + arguments, [:])
    }

    @Test func theSameSeedsAreTheSameInEveryProcess() throws {
        let runs = try ["1", "2"].map { threads in
            try fuzz(["--seeds", "40", "--hash", "--json", "--threads", threads])
        }
        for run in runs { #expect(run.status == 0, "\(run.output)\(run.error)") }
        let reports = try runs.map { run in
            try #require(JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        }
        #expect(reports[0]["logHash"] as? String == reports[1]["logHash"] as? String)
        #expect((reports[0]["logHash"] as? String)?.count == 16)
        #expect(reports[0]["events"] as? Int == reports[1]["events"] as? Int)
        #expect(reports.allSatisfy { ($0["violations"] as? [Any])?.isEmpty == true })
        let other = try fuzz(["--seeds", "40", "--seed", "1", "--hash"])
        #expect(!other.output.contains(reports[0]["logHash"] as? String ?? " "))
    }

    @Test func aPlanHappensAsItIsWritten() throws {
        let cluster = try TestCluster(empty: ())
        try cluster.write("plan", "# mine\nat 0.1s kill node-2\nat change 7 crash coordinator for 0.5s\n")
        let run = try fuzz(["--seed", "3", "--nodes", "4", "--plan", cluster.path("plan"), "--story"])
        #expect(run.status == 0, "\(run.error)")
        #expect(run.output.hasPrefix("at 0.100s kill node-2\nat change 7 crash coordinator for 0.500s\n"))
        #expect(run.output.contains("   0.100  * fault: kill node-2\n"))
        #expect(run.output.contains("* the coordinator is killed;"))
        #expect(run.output.contains("the coordinator started, epoch 2\n"))
        try cluster.write("plan", "at 1s sleep")
        let refused = try fuzz(["--plan", cluster.path("plan")])
        #expect(refused.status == 1 && refused.error.contains("plan: line 1: "))
        try cluster.end()
    }

    @Test(arguments: [
        (["--seeds", "0"], "between 1 and"), (["--nodes", "0"], "--nodes 0"), (["--nodes", "5-2"], "--nodes 5-2"),
        (["--faults", "kill,rain"], "--faults rain"), (["--story", "--seeds", "2"], "one seed"),
        (["--tasks", "0"], "--tasks"), (["--threads", "1000"], "--threads"), (["--prefix=-1"], "--prefix"),
        (["--plan", "/does/not/exist"], "/does/not/exist"),
    ])
    func nonsenseIsRefused(arguments: [String], word: String) throws {
        let run = try fuzz(arguments)
        #expect(run.status == 1)
        #expect(run.error.contains(word))
    }
}
