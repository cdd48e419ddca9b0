import Foundation
import Testing

/// A worker is killed in the middle of each thing that happens to records on their way; the output is what it would have been.
@Suite(.serialized) struct StageKillTests {
    /// Of the map attempt that is killed, the rest of what it has spilled.
    @Test func aMergeOfSpills() throws {
        try expectTheSame(["mapreduce.task.io.sort.mb=1", "mapreduce.task.io.sort.factor=2"]) { cluster in
            // The first of them goes when others have been merged with it.
            expectSoon {
                let spills = cluster.files(named: ".spill-")
                return !spills.isEmpty && !spills.contains { $0.hasSuffix(".spill-1") }
            }
            return try #require(try cluster.attempt("map", "running")?.node)
        }
    }

    enum End: String, CaseIterable { case reader = "the reader", source = "the source" }

    /// Onto the disk, where the beginning of it can be seen.
    @Test(arguments: End.allCases) func aFetch(end: End) throws {
        try expectTheSame([
            "mapreduce.reduce.memory.totalbytes=0", "mapreduce.job.reduce.slowstart.completedmaps=0",
        ]) { cluster in
            expectSoon { !cluster.files(named: ".shuffle-").isEmpty }
            let reader = try #require(try cluster.attempt("reduce", "running")).node
            if end == .reader { return reader }
            return try #require(
                try cluster.tasks("job-1").filter { $0.kind == "map" }.flatMap(\.attempts).map(\.node)
                    .first { $0 != reader })
        }
    }

    @Test func aCommit() throws {
        try expectTheSame([]) { cluster in
            let watch = try cluster.watch()
            defer { watch.end() }
            var node: String?
            while node == nil, let line = watch.next(within: 60) {
                if line.contains("-commit-") { node = TestCluster.node(of: line) }
            }
            return try #require(node)
        }
    }

    /// - Parameter choose: Waits for the moment, and says which node is killed then.
    private func expectTheSame(_ settings: [String], _ choose: (TestCluster) throws -> String) throws {
        try TestCluster.with(core: 3) { cluster in
            for number in 0..<3 { try cluster.write("in/\(number)", "\(number)\n") }
            try cluster.program("map", "#!/bin/sh\nread -r number\nexec seq ${number}000000 ${number}120000\n")
            try cluster.submit(
                [
                    "-input", cluster.uri("in"), "-mapper", "map", "-reducer", "cat", "-files", cluster.path("map"),
                    "-numReduceTasks", "1",
                ] + settings.flatMap { ["-D", $0] })
            try cluster.order("kill", try choose(cluster))
            let wait = try cluster.run(["wait", "job-1", "--quiet"])
            #expect(wait.status == 0, "\(wait.error)")
            let output = try cluster.read("out")
            #expect(output.names == ["_SUCCESS", "part-00000"])
            let numbers = (0..<3).flatMap { $0 * 1_000_000...$0 * 1_000_000 + 120_000 }
            let isExpected = output.lines(0) == numbers.map { "\($0)\t" }.sorted()
            #expect(isExpected)
        }
    }
}

extension TestCluster {
    /// Paths of files somewhere in the cluster's folder whose names begin so.
    func files(named beginning: String) -> [String] {
        let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return files.filter { URL(filePath: $0).lastPathComponent.hasPrefix(beginning) }
    }

    /// The first attempt of job-1's tasks of the kind that is in the state.
    fileprivate func attempt(_ kind: String, _ state: String) throws -> TaskReport.Attempt? {
        try tasks("job-1").filter { $0.kind == kind }.flatMap(\.attempts).first { $0.state == state }
    }
}
