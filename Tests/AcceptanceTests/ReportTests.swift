import Foundation
import Testing

/// The page of a job that lost a node, as a browser sees it.
@Suite struct ReportTests {
    private static let reducer = ["-reducer", "cat", "-numReduceTasks", "2"]

    /// A job of six maps, of which one has failed once, on a cluster that has lost a node meanwhile.
    private func runJob(_ cluster: TestCluster) throws {
        for index in 0..<6 { try cluster.write("in/\(index)", "word\n") }
        try cluster.program("mapper", "#!/bin/sh\ncase $mapreduce_task_attempt_id in *-map-1-1.0) exit 3;; esac\ncat\n")
        try cluster.order("kill", "core-2")
        _ = try cluster.stream(
            [
                "-input", cluster.uri("in"), "-files", cluster.path("mapper"), "-mapper", "mapper",
                "-D", "mapreduce.job.name=</script><b>name",
            ] + Self.reducer)
    }

    private func report(_ cluster: TestCluster, _ more: [String] = []) throws -> [String: Any] {
        try cluster.json(["report", "job-1", "-o", cluster.path("page.html")] + more)
    }

    private func page(_ cluster: TestCluster) throws -> String {
        try String(contentsOfFile: cluster.path("page.html"), encoding: .utf8)
    }

    @Test func itTellsEveryAttempt() throws {
        try TestCluster.with { cluster in
            try runJob(cluster)
            let report = try report(cluster)
            // Six maps, one of them twice, two reduces and the commit.
            #expect(report["attempts"] as? Int == 10 && report["bars"] as? Int == 10)
            #expect((report["faults"] as? [String: Int])?["attempt failed"] == 1)
            let page = try page(cluster)
            #expect(page.contains("class=\"bar map failed\"") && page.contains("exited with status 3"))
            #expect(page.contains("job-1: &lt;/script&gt;&lt;b&gt;name"))
            #expect(page.contains("MAP_INPUT_RECORDS"))
        }
    }

    @Test func journalAndCoordinatorTellTheSame() throws {
        try TestCluster.with { cluster in
            try runJob(cluster)
            _ = try report(cluster)
            let page = try page(cluster)
            let folder = cluster.path("home/clusters/default")
            let past = try cluster.run(["report", "1", "--history", folder, "-o", "-"])
            #expect(past.status == 0 && past.output == page, "\(past.error)")
            let address = try #require(
                (try cluster.json(["status"])["coordinator"] as? [String: Any])?["address"] as? String)
            let asked = try cluster.run(["report", "job-1", "--coordinator", address, "-o", "-"])
            #expect(asked.status == 0 && asked.output == page, "\(asked.error)")
        }
    }

    @Test func ofAJobThatFailedItSaysWhy() throws {
        try TestCluster.with(core: 1) { cluster in
            try cluster.write("text", "a\n")
            try cluster.program("mapper", "#!/bin/sh\necho '<no such record>' >&2\nexit 3\n")
            try cluster.submit([
                "-input", cluster.uri("text"), "-files", cluster.path("mapper"), "-mapper", "mapper 'two words'",
                "-reducer", "NONE",
            ])
            #expect(try cluster.run(["wait", "job-1"]).status == 1)
            let report = try report(cluster)
            // Four attempts, and one that removes what they wrote.
            #expect(report["attempts"] as? Int == 5)
            let page = try page(cluster)
            #expect(page.contains("<h2>Why it failed</h2>") && page.contains("&lt;no such record&gt;"))
            #expect(page.ranges(of: "class=\"bar map failed\"").count == 4)
            #expect(page.contains("-mapper &#39;mapper &#39;\\&#39;&#39;two words&#39;\\&#39;&#39;&#39;"))
        }
    }

    @Test func whatIsNotThereIsRefusedInWords() throws {
        try TestCluster.with { cluster in
            let unknown = try cluster.run(["report", "job-7", "-o", cluster.path("page.html")])
            #expect(unknown.status == 1 && unknown.error.contains("job-7"))
            #expect(!FileManager.default.fileExists(atPath: cluster.path("page.html")))
            try runJob(cluster)
            let nowhere = try cluster.run(["report", "job-1", "-o", cluster.path("none/page.html")])
            #expect(nowhere.status == 1 && nowhere.error.contains("none/page.html"))
        }
    }

    // MARK: - In a browser

    private static let browser = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    @Test(.enabled(if: browser != nil, "there is no Chromium")) func aBrowserShowsItWithoutAComplaint() throws {
        try TestCluster.with { cluster in
            try runJob(cluster)
            _ = try report(cluster)
            let shown = try show(cluster, cluster.path("page.html"))
            #expect(shown.bars == 10)
            #expect(!shown.errors.contains("CONSOLE"), "\(shown.errors)")
        }
    }

    @Test(.enabled(if: browser != nil, "there is no Chromium")) func aBrowserShowsALargeJob() throws {
        let cluster = try TestCluster(empty: ())
        let sample = URL(filePath: TestCluster.program).deletingLastPathComponent().appending(path: "sample-journal")
        let made = try TestCluster.run(
            [cluster.path("data"), "--nodes", "20", "--maps", "100000", "--finished", "100001"], cluster.environment,
            program: sample.path)
        try #require(made.status == 0, "\(made.error)")
        let report = try report(cluster, ["--history", cluster.path("data")])
        #expect(report["attempts"] as? Int ?? 0 > 100_000)
        let shown = try show(cluster, cluster.path("page.html"))
        #expect(shown.bars == report["bars"] as? Int && shown.bars < 5000 && shown.bars > 1000)
        #expect(!shown.errors.contains("CONSOLE"), "\(shown.errors)")
        try cluster.end()
    }

    private func show(_ cluster: TestCluster, _ path: String) throws -> (bars: Int, errors: String) {
        let shown = try TestCluster.run(
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--enable-logging=stderr",
                "--user-data-dir=\(cluster.path("browser"))", "--dump-dom", "file://\(path)",
            ], cluster.environment, program: try #require(Self.browser))
        #expect(shown.status == 0, "\(shown.error)")
        return (shown.output.ranges(of: "class=\"bar ").count, shown.error)
    }
}
