import Simulator
import Testing

@Suite struct FaultPlanTests {
    @Test func aPlanComesBackFromItsText() throws {
        for seed in 0..<300 as Range<UInt64> {
            let plan = Scenario(seed: seed).plan
            #expect(try FaultPlan(parsing: plan.description) == plan, "seed \(seed)")
        }
    }

    @Test func emptyLinesAndCommentsArePassedOver() throws {
        let plan = try FaultPlan(parsing: "\n# a comment\n  at 2.5s kill node-3\r\n\n5 of 1000 hang\n")
        #expect(plan.items == [FaultPlan.Item(.at(.milliseconds(2500)), .kill(.node("node-3")))])
        #expect(plan.hanging == 5)
    }

    @Test(arguments: [
        "kill node-1", "at kill node-1", "at 1 kill node-1", "at -1s kill node-1", "at 1s", "at 1s kill",
        "at 1s kill node-1 twice", "at 1s freeze node-1", "at 1s freeze node-1 for ever", "at change 0 kill node-1",
        "at change x kill node-1", "at 1s cut node-1 sideways for 1s", "at 1s slow node-1 to 0%",
        "at 99999999999999s kill node-1", "at nans kill node-1", "1001 of 1000 fail", "-1 of 1000 fail",
        "5 of 1000 sleep", "at 1s crash node-1 for 1s", "at 1s jump clock by infs",
        "at 1s freeze node-1 for -4s", "at 1s slow disk to -1s for 1s", "at 1s crash coordinator for -3s",
    ])
    func whatIsNoPlanIsRefusedWithItsLine(line: String) {
        #expect {
            try FaultPlan(parsing: "at 1s kill node-1\n\(line)\n")
        } throws: {
            ($0 as? FaultPlan.Problem)?.line == 2 && "\($0)".contains(line)
        }
    }

    @Test func aPlanOfTooManyLinesIsRefused() {
        #expect(throws: FaultPlan.Problem.self) {
            try FaultPlan(parsing: String(repeating: "\n", count: FaultPlan.lineLimit))
        }
    }
}
