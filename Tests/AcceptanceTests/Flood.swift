import Foundation
import Testing

/// A cluster of one node with another attempt beside the flood, that goes on whatever happens; and a job afterwards. It is
/// still the node's first incarnation then.
enum Flood {
    static func with(_ body: (TestCluster) throws -> Void) throws {
        try TestCluster.with(core: 1) { cluster in try on(cluster) { try body(cluster) } }
    }

    static func on(_ cluster: TestCluster, _ body: () throws -> Void) throws {
        try cluster.write("text", "a\n")
        let beside = try Beside(cluster)
        try body()
        try beside.end()
        try cluster.write("after", "a\n")
        let after = ["-input", cluster.uri("after"), "-mapper", "cat", "-reducer", "cat"]
        #expect(try cluster.stream(after, output: "after-out").text == ["a\t"])
        let workers = try cluster.nodes().filter { $0["role"] as? String != "master" }
        #expect(!workers.isEmpty && workers.allSatisfy { $0["incarnation"] as? Int == 1 })
        #expect(workers.allSatisfy { $0["state"] as? String == "running" })
    }

    /// An attempt under way from the beginning to the end.
    struct Beside {
        let cluster: TestCluster
        let job: String

        init(_ cluster: TestCluster) throws {
            self.cluster = cluster
            #expect(mkfifo(cluster.path("beside-started"), 0o600) == 0)
            #expect(mkfifo(cluster.path("beside-go"), 0o600) == 0)
            try cluster.write("beside-in", "kept\n")
            try cluster.program(
                "beside", "#!/bin/sh\necho > \"$FOLDER/beside-started\"\ncat \"$FOLDER/beside-go\"\nexec cat\n")
            job = try cluster.submit(
                "beside", output: "beside-out",
                ["-input", cluster.uri("beside-in"), "-cmdenv", "FOLDER=\(cluster.folder)"])
            try cluster.waitForWriter("beside-started")
        }

        func end() throws {
            close(open(cluster.path("beside-go"), O_WRONLY))
            let wait = try cluster.run(["wait", job, "--quiet"])
            #expect(wait.status == 0, "\(wait.error)")
            #expect(try cluster.read("beside-out").text == ["kept\t"])
            #expect(try cluster.json(["job", job])["attemptsLost"] as? Int == 0)
        }
    }
}

extension TestCluster {
    /// Submits a job whose mapper is the program of that name, by itself without reducers; gives the job's name.
    func submit(_ mapper: String, output: String = "out", _ more: [String] = []) throws -> String {
        let input = more.contains("-input") ? [] : ["-input", uri("text")]
        let submitted = try run(
            [
                "stream", "-background", "-output", uri(output), "-mapper", mapper, "-files", path(mapper), "-reducer",
                "NONE", "-D", "mapreduce.map.maxattempts=1", "-D", "mapreduce.reduce.maxattempts=1",
            ] + input + more)
        try #require(submitted.status == 0, "\(submitted.error)")
        return submitted.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The same for a job that must fail; gives what is said of it.
    func failure(_ mapper: String, output: String = "out", _ more: [String] = []) throws -> String {
        let wait = try run(["wait", try submit(mapper, output: output, more), "--quiet"])
        #expect(wait.status == 1)
        return wait.error
    }

    /// Bytes that each of the cluster's processes of the kind has had in memory at most.
    func peakMemory(of kind: String) throws -> [Int] {
        let processes = Self.processes(naming: folder).filter { $0.command.contains("martlet \(kind)") }
        try #require(!processes.isEmpty)
        return try processes.map { process in
            let status = try String(contentsOfFile: "/proc/\(process.pid)/status", encoding: .utf8)
            let line = try #require(status.firstMatch(of: #/VmHWM:\s*(\d+) kB/#))
            return try #require(Int(line.1)) << 10
        }
    }
}
