import Foundation
import Testing

/// The manual pages, as those who read them get them.
@Suite struct ManTests {
    private static func find(_ name: String) -> String? {
        FileManager.default.isExecutableFile(atPath: "/usr/bin/\(name)") ? "/usr/bin/\(name)" : nil
    }

    private static let (groff, man) = (find("groff"), find("man"))

    private func write(_ cluster: TestCluster) throws -> [String] {
        let made = try TestCluster.run(
            [TestCluster.root + "/scripts/man", cluster.path("man"), TestCluster.program], cluster.environment,
            program: "python3")
        try #require(made.status == 0, "\(made.error)")
        return try FileManager.default.contentsOfDirectory(atPath: cluster.path("man")).sorted()
    }

    @Test func everyCommandHasAPage() throws {
        let cluster = try TestCluster(empty: ())
        let pages = try write(cluster)
        #expect(pages.count > 25 && pages.contains("martlet.1") && !pages.contains("martlet-container.1"))
        let text = try String(contentsOfFile: cluster.path("man/martlet.1"), encoding: .utf8)
        for page in pages where page != "martlet.1" {
            let name = page.dropFirst("martlet-".count).dropLast(".1".count)
            #expect(text.contains("\\fBmartlet \(name)\\fR"), "\(page)")
        }
        try cluster.end()
    }

    @Test(.enabled(if: groff != nil && man != nil, "there is no groff or man")) func nobodyFindsFaultWithThem() throws {
        let cluster = try TestCluster(empty: ())
        for page in try write(cluster) {
            let path = cluster.path("man/\(page)")
            let set = try TestCluster.run(
                ["-man", "-ww", "-Tutf8", "-Kutf8", path], cluster.environment, program: try #require(Self.groff))
            #expect(set.status == 0 && set.error.isEmpty, "\(page): \(set.error)")
            let shown = try TestCluster.run(
                ["--warnings=w", "-l", path], cluster.environment.merging(["MANPAGER": "cat"]) { $1 },
                program: try #require(Self.man))
            #expect(shown.status == 0 && shown.error.isEmpty, "\(page): \(shown.error)")
            #expect(shown.output.contains("SYNOPSIS"), "\(page)")
        }
        try cluster.end()
    }
}
