import Foundation
import Testing

/// `martlet doctor` on machines as they are found.
@Suite(.serialized) struct DoctorTests {
    @Test func everyCheckIsALineThatBeginsWithItsState() throws {
        let cluster = try TestCluster(empty: ())
        let doctor = try cluster.run(["doctor"])
        let lines = doctor.output.split(separator: "\n")
        let states = lines.map { String($0.prefix { $0 != " " }) }
        #expect(Set(states).isSubset(of: ["ok", "warning", "problem"]))
        #expect(doctor.status == (states.contains("problem") ? 1 : 0))
        #expect(lines.count == 16 && doctor.error.isEmpty)
        // It only looks.
        #expect(!FileManager.default.fileExists(atPath: cluster.path("home")))
        try cluster.end()
    }

    @Test(.enabled(if: World.plain.refusingNamespaces.isPossible, "needs a user namespace to refuse more in it"))
    func refusedNamespacesAreAWarning() throws {
        let cluster = try TestCluster(empty: (), in: .plain.refusingNamespaces)
        let report = try cluster.json(["doctor"])
        let checks = try #require(report["checks"] as? [[String: String]])
        let namespaces = try #require(checks.first { $0["name"] == "PID namespaces" })
        #expect(namespaces["state"] == "warning")
        #expect(namespaces["finding"]?.hasPrefix("refused: ") == true)
        #expect(namespaces["cost"]?.hasPrefix("kill -9 of launcher, worker and container at once") == true)
        try cluster.end()
    }

    /// There is no room in /proc, not even for root, who may write everywhere.
    @Test func aProblemIsTheExitStatus() throws {
        let cluster = try TestCluster(empty: ())
        let doctor = try cluster.run(["doctor", "--json"], ["MARTLET_HOME": "/proc/none"])
        #expect(doctor.status == 1)
        let object = try JSONSerialization.jsonObject(with: Data(doctor.output.utf8))
        let report = try #require(object as? [String: Any])
        #expect(report["state"] as? String == "problem")
        let disk = (report["checks"] as? [[String: String]])?.first { $0["name"] == "disk" }
        #expect(disk?["state"] == "problem" && disk?["finding"]?.contains("/proc/none") == true)
        try cluster.end()
    }
}
