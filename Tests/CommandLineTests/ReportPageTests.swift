import ClusterModel
import Testing

@testable import martlet

@Suite struct ReportPageTests {
    private func page(_ told: Told, _ job: JobReport = JobReport(), _ counters: Counters = Counters()) -> String {
        ReportPage(told.story, job, counters).html
    }

    /// What may come from users, programs and hosts.
    private static let evil =
        "</script><img src=x onerror=alert(1)>\" onfocus='x' &amp; \u{0}\u{1B}[31m\u{202E}gpj\u{FFFE}"
    private static let told =
        "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&quot; onfocus=&#39;x&#39; &amp;amp; \u{FFFD}\u{FFFD}[31m\u{FFFD}gpj\u{FFFD}"

    @Test func nothingFromOutsideBecomesMarkup() {
        var told = Told()
        told.join(0, named: Self.evil)
        told.submit(maps: 1) { specification in
            specification.inputs = [Self.evil]
            specification.output = Self.evil
            specification.program.mapper = [Self.evil]
            specification.program.files = [SideFile(name: Self.evil)]
        }
        told.launch(.map, 0, on: 0, at: 1)
        told.tell(.attemptFailed(told.attempt(.map, 0), AttemptFailure(reason: Self.evil)), at: 2)
        told.tell(.nodeLost(NodeID(0), reason: Self.evil), at: 3)
        var job = JobReport()
        (job.id, job.name, job.state, job.output) = ("job-1", Self.evil, Self.evil, Self.evil)
        var failure = JobReport.Failure()
        (failure.reason, failure.attempt, failure.node, failure.standardError) = (
            Self.evil, Self.evil, Self.evil, Self.evil
        )
        job.failure = failure
        var counters = Counters()
        counters.add(1, group: Self.evil, name: Self.evil)
        let page = page(told, job, counters)
        #expect(page.ranges(of: "<img").isEmpty && page.ranges(of: "<script").count == 1)
        #expect(page.ranges(of: "</script").count == 1)
        #expect(page.ranges(of: "\" onfocus").isEmpty && page.ranges(of: "'x'").isEmpty)
        #expect(page.ranges(of: "&lt;img").count > 12)
        #expect(page.unicodeScalars.allSatisfy { $0.value >= 32 || $0 == "\n" || $0 == "\t" })
        #expect(HTML.escaped(Self.evil) == Self.told)
    }

    @Test func itAsksForNothing() {
        let page = page(TimelineTests.large(10))
        for word in ["http:", "https:", "src=", "url(", "@import", "<link"] {
            #expect(page.ranges(of: word).isEmpty, "it says \(word)")
        }
        #expect(page.contains("default-src &#39;none&#39;"))
    }

    @Test func everyAttemptHasABarThatTellsOfIt() {
        var told = Told.begun(maps: 2)
        told.run(.map, 0, on: 0, 1, 2)
        told.launch(.map, 1, on: 1, at: 1)
        told.tell(.nodeLost(NodeID(1), reason: "it was killed"), at: 2)
        told.tell(.attemptLost(told.attempt(.map, 1)), at: 2)
        let page = page(told)
        #expect(page.ranges(of: "class=\"bar ").count == 2 && page.ranges(of: "tabindex=\"0\"").count == 1)
        #expect(
            page.contains("map 1 on core-2\njob-1-map-1-1.0\n0 ms to 1.0 s, 1.0 s\nlost: core-2 is lost: it was killed")
        )
        #expect(page.contains("class=\"bar map lost\"") && page.contains("class=\"gone\""))
        #expect(page.contains("Submitted on 2023-11-14 22:13:21 UTC"))
    }

    @Test func theCommandCanBeGivenToAShell() {
        var told = Told()
        told.submit(maps: 1, reduces: 2) { $0.program.reducer = ["awk", "{print $1 \"it's\"}"] }
        let page = page(told)
        #expect(page.contains("-mapper &#39;python3 mapper.py&#39; \\"))
        #expect(page.contains("-numReduceTasks 2"))
    }

    /// Far more than a browser would draw.
    @Test func aLargeJobStaysASmallPage() {
        let told = TimelineTests.large(100_000)
        let page = page(told)
        #expect(page.utf8.count < 5_000_000)
        #expect(page.ranges(of: "class=\"bar ").count <= Timeline.barLimit)
        #expect(page.contains("100,000 attempts are drawn as"))
    }

    /// As long as anything may be, everywhere.
    @Test func longTextsStayWithinThePage() {
        let long = String(repeating: "<x", count: 2000)
        var told = Told()
        told.join(0, containers: 1, named: long)
        told.submit(maps: 1) {
            $0.inputs = Array(repeating: long, count: 1000)
            $0.program.mapper = Array(repeating: long, count: 1000)
        }
        for number in 0..<5000 {
            told.launch(.map, 0, number, on: 0, at: 1 + Double(number))
            told.tell(
                .attemptFailed(told.attempt(.map, 0, number), AttemptFailure(reason: long)), at: 2 + Double(number))
        }
        var job = JobReport()
        (job.name, job.output) = (long, long)
        #expect(page(told, job).utf8.count < 5_000_000)
    }
}
