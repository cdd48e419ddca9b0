import Foundation
import Testing

/// Nothing partial is shown as whole, and nobody else's is taken for ours.
@Suite(.serialized) struct OutputTests {
    @Test(arguments: [true, false]) func aFolderThatAppearsMeanwhileIsNotTakenForTheOutput(isWhole: Bool) throws {
        try TestCluster.with(core: 2) { cluster in
            try cluster.write("text", "a\n")
            #expect(mkfifo(cluster.path("go"), 0o600) == 0)
            try cluster.program("map", "#!/bin/sh\ncat > held\ncat \"$GO\"\ncat held\n")
            let submitted = try cluster.run([
                "stream", "-background", "-input", cluster.uri("text"), "-output", cluster.uri("out"), "-mapper", "map",
                "-reducer", "NONE", "-files", cluster.path("map"), "-cmdenv", "GO=\(cluster.path("go"))",
            ])
            #expect(submitted.status == 0)
            try cluster.write(isWhole ? "out/_SUCCESS" : "out/file", "somebody else's")
            let descriptor = open(cluster.path("go"), O_WRONLY)
            close(descriptor)
            let wait = try cluster.run(["wait", "job-1"])
            #expect(wait.status == 1)
            #expect(wait.error.contains(cluster.path("out")))
            let names = try FileManager.default.contentsOfDirectory(atPath: cluster.path("out"))
            #expect(names == [isWhole ? "_SUCCESS" : "file"])
        }
    }

    @Test func whatAChildOfTheMapperStillWritesIsNotLost() throws {
        try TestCluster.with(core: 1) { cluster in
            try cluster.write("text", "b\na\n")
            // bash does not wait for the sort that it has started.
            try cluster.program("map", "#!/bin/bash\nexec > >(sleep 0.2; exec sort)\ncat\n")
            let output = try cluster.stream([
                "-input", cluster.uri("text"), "-mapper", "map", "-reducer", "NONE", "-files", cluster.path("map"),
            ])
            #expect(output.parts.map { String(decoding: $0, as: UTF8.self) } == ["a\t\nb\t\n"])
        }
    }

    @Test func whoOnlyHoldsStandardErrorDoesNotHoldUpTheAttempt() throws {
        try TestCluster.with(core: 1) { cluster in
            try cluster.write("text", "a\n")
            try cluster.program("map", "#!/bin/sh\nsetsid sleep 1000 >/dev/null </dev/null &\nexec cat\n")
            let output = try cluster.stream([
                "-input", cluster.uri("text"), "-mapper", "map", "-reducer", "NONE", "-files", cluster.path("map"),
            ])
            #expect(output.text == ["a\t"])
        }
    }

    @Test func aWorkerTakesNoFolderThatIsSomebodyElses() throws {
        try TestCluster.with(core: 1) { cluster in
            try cluster.write("mine/jobs/precious", "kept")
            let refused = try cluster.run(["worker", "--coordinator", "127.0.0.1:1", "--data", cluster.path("mine")])
            #expect(refused.status == 1)
            #expect(refused.error.contains("holds other files"))
            #expect(try String(contentsOfFile: cluster.path("mine/jobs/precious"), encoding: .utf8) == "kept")
            let taken = try cluster.run([
                "worker", "--coordinator", "127.0.0.1:1", "--data", cluster.path("home/clusters/default/nodes/core-1"),
            ])
            #expect(taken.status == 1)
            #expect(taken.error.contains("another worker's"))
        }
    }

    @Test func cancellingDoesNotWaitForOtherJobs() throws {
        try TestCluster.with(core: 1) { cluster in
            try cluster.write("text", "a\n")
            func submit(_ output: String, _ more: [String]) throws {
                let submitted = try cluster.run(
                    [
                        "stream", "-background", "-input", cluster.uri("text"), "-output", cluster.uri(output),
                        "-mapper", "sleep 1000",
                        "-reducer", "NONE",
                    ] + more)
                #expect(submitted.status == 0)
            }
            // Both containers are taken, and more of the first job's tasks wait before the second's abort task.
            try cluster.write("many", String(repeating: "line\n", count: 100))
            try submit("one", [])
            try submit("two", [])
            try submit(
                "three", ["-input", cluster.uri("many"), "-D", "mapreduce.input.fileinputformat.split.maxsize=50"])
            #expect(try cluster.run(["cancel", "job-2"]).output == "job-2 is cancelled\n")
            #expect(try cluster.run(["cancel", "job-1"]).output == "job-1 is cancelled\n")
        }
    }

    @Test func aProgramsStatusIsShownWhileItRuns() throws {
        try TestCluster.with(core: 1) { cluster in
            try cluster.write("text", "a\n")
            #expect(mkfifo(cluster.path("started"), 0o600) == 0)
            try cluster.program(
                "map", "#!/bin/sh\necho 'reporter:status:half way' >&2\necho > \"$STARTED\"\nexec sleep 1000\n")
            let submitted = try cluster.run([
                "stream", "-background", "-input", cluster.uri("text"), "-output", cluster.uri("out"), "-mapper", "map",
                "-reducer", "NONE", "-files", cluster.path("map"), "-cmdenv", "STARTED=\(cluster.path("started"))",
            ])
            #expect(submitted.status == 0)
            try cluster.waitForWriter("started")
            var status = ""
            // It travels with the next heartbeat, which nothing announces.
            let deadline = Date(timeIntervalSinceNow: 10)
            while status.isEmpty && Date() < deadline {
                status = try cluster.tasks("job-1")[0].status
            }
            #expect(status == "half way")
            #expect(try cluster.run(["cancel", "job-1"]).status == 0)
        }
    }
}
