import Foundation
import Testing

/// Archives that jobs bring along.
@Suite(.serialized) struct ArchiveTests {
    @Test func archivesAreFoldersForTheProgramsOnEveryNode() throws {
        try TestCluster.with(core: 2) { cluster in
            try cluster.write("in/a", "1\n")
            try cluster.write("in/b", "2\n")
            try cluster.program("tree/bin/show", "#!/bin/sh\ncat \"$1\"/sub/data\n")
            try cluster.write("tree/sub/data", "found\n")
            try cluster.shell(
                """
                cd \(cluster.path("tree")) && ln -s sub/data link
                tar -cf ../a.tar . && tar -czf ../a.tgz * && tar -cjf ../a.tar.bz2 . && zip -qry ../a.zip *
                """)
            let names = ["a.tar", "a.tgz", "a.tar.bz2", "a.zip#zip"]
            let folders = ["a.tar", "a.tgz", "a.tar.bz2", "zip"]
            try cluster.program(
                "map",
                """
                #!/bin/sh
                cat > /dev/null
                for folder in \(folders.joined(separator: " ")); do
                    echo "$folder $($folder/bin/show $folder) $(cat $folder/link)"
                done
                """)
            let output = try cluster.stream([
                "-input", cluster.uri("in"), "-archives", names.map { cluster.path($0) }.joined(separator: ","),
                "-cacheFile", cluster.uri("map#mapper"), "-mapper", "mapper", "-reducer", "NONE",
            ])
            let lines = folders.map { "\($0) found found\t" }
            #expect(output.text == (lines + lines).sorted())
        }
    }

    @Test func anArchiveIsUnpackedOnceOnANodeForAJob() throws {
        try TestCluster.with(core: 1) { cluster in
            try cluster.write("lib/data", "x")
            try cluster.shell("tar -czf \(cluster.path("lib.tgz")) -C \(cluster.path("lib")) data")
            for number in 0..<6 { try cluster.write("in/\(number)", "line\n") }
            let arguments = [
                "-input", cluster.uri("in"), "-archives", cluster.path("lib.tgz"), "-reducer",
                "sh -c 'cat; stat -Lc %i lib.tgz'",
                "-mapper", "stat -Lc %i lib.tgz",
            ]
            let first = try cluster.stream(arguments)
            #expect(first.text.count == 7 && Set(first.text).count == 1, "\(first.text)")
            let second = try cluster.stream(arguments, output: "again")
            #expect(Set(second.text).count == 1, "\(second.text)")
        }
    }

    /// A node that comes later has the archive too, and none keeps it when the job has ended.
    @Test func archivesAndCompressedOutputOutliveANode() throws {
        try TestCluster.with(core: 2) { cluster in
            try cluster.write("lib/prefix", "p")
            try cluster.shell("tar -czf \(cluster.path("lib.tgz")) -C \(cluster.path("lib")) prefix")
            for number in 0..<12 { try cluster.write("in/\(number)", "\(number)\n") }
            let watch = try cluster.watch()
            try cluster.submit([
                "-input", cluster.uri("in"), "-cacheArchive", cluster.uri("lib.tgz#lib"), "-mapper",
                "sh -c 'sleep 0.2; sed s/^/$(cat lib/prefix)/'", "-reducer", "cat", "-D", "mapred.output.compress=true",
                "-D", "mapred.output.compression.codec=org.apache.hadoop.io.compress.GzipCodec",
            ])
            try watch.wait { $0.contains("-map-") && $0.contains("succeeded") }
            try cluster.order("kill", "core-1")
            try cluster.order("start", "core-1")
            #expect(try cluster.run(["wait", "job-1", "--quiet"]).status == 0)
            watch.end()
            #expect(try cluster.read("out").names == ["_SUCCESS", "part-00000.gz"])
            let text = try cluster.shell("gunzip -c \(cluster.path("out/part-00000.gz"))")
            #expect(text == (0..<12).map { "p\($0)\t\n" }.sorted().joined())
            // What it looks into may go meanwhile.
            let find = "find \(cluster.path("home")) -path '*/job-1/files*' 2>&1 || true"
            expectSoon { (try? cluster.shell(find)) == "" }
        }
    }

    @Test func anArchiveThatLeadsOutOfItsFolderFailsTheJob() throws {
        try TestCluster.with(core: 1) { cluster in
            try cluster.write("text", "a\n")
            try cluster.shell(
                """
                cd \(cluster.folder) && python3 - <<'END'
                import io, tarfile
                with tarfile.open("evil.tar", "w") as archive:
                    entry = tarfile.TarInfo("../../../../../escaped")
                    entry.size = 1
                    archive.addfile(entry, io.BytesIO(b"x"))
                END
                """)
            let result = try cluster.run([
                "stream", "-input", cluster.uri("text"), "-output", cluster.uri("out"), "-mapper", "cat", "-reducer",
                "NONE", "-archives", cluster.path("evil.tar"), "-D", "mapreduce.map.maxattempts=1",
            ])
            #expect(result.status == 1)
            #expect(
                result.error.contains("evil.tar cannot be unpacked: the entry '../../../../../escaped' leads out"),
                "\(result.error)")
            let found = try cluster.shell("find \(cluster.folder) -name escaped")
            #expect(found == "")
        }
    }

    @Test func whatIsSubmittedAndWhichPropertiesThereAreIsTold() throws {
        try TestCluster.with(core: 1) { cluster in
            try cluster.write("text", "a\n")
            let result = try cluster.run([
                "stream", "-verbose", "-input", cluster.uri("text"), "-output", cluster.uri("out"), "-mapper", "cat",
                "-reducer", "NONE", "-D", "mapreduce.job.reduce=3",
            ])
            #expect(result.status == 0)
            #expect(result.error.contains("did you mean mapreduce.job.reduces?\n"))
            #expect(result.error.contains("splits: 1, 2 bytes\n"))
            let text = try cluster.run(["stream", "--properties"]).output
            #expect(text.contains("  mapreduce.job.reduces=1\n    number of reduce tasks"))
            let json = try cluster.json(["stream", "--properties"])
            let names = try #require(json["properties"] as? [[String: Any]]).compactMap { $0["name"] as? String }
            #expect(names.contains("mapreduce.job.inputformat.class"))
            #expect(names.allSatisfy { text.contains("  \($0)=") })
            #expect((json["ignored"] as? [String])?.contains("mapreduce.map.java.opts") == true)
            #expect((json["refused"] as? [String])?.contains("textinputformat.record.delimiter") == true)
        }
    }
}
