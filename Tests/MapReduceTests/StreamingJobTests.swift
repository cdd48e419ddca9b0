import ClusterModel
import FileSystems
import Glibc
import MapReduce
import Testing

@Suite final class StreamingJobTests {
    private let folder: String

    init() throws {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/map-reduce-tests-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil, let path = String(validating: template.dropLast(), as: UTF8.self) else {
            throw FileSystemError(.invalid, "cannot make a folder in \(base)")
        }
        folder = path
        for (name, size) in [("in/a.txt", 250), ("in/b.gz", 250), ("in/sub/c.txt", 0), ("m.py", 3)] {
            let uri = FileURI(path: "\(path)/\(name)")
            try LocalFileSystem.makeFolder(uri.parent.path)
            let writer = try FileWriter(uri.path, isExecutable: name == "m.py")
            try writer.write([UInt8](repeating: 10, count: size).span)
            try writer.close()
        }
    }

    deinit { try? LocalFileSystem.remove(folder) }

    @Test func aCommandLineBecomesAJob() throws {
        let job = try job(["-files", "\(folder)/m.py#mapper", "-cmdenv", "A=1", "-D", "my.own=x"])
        let specification = job.specification
        #expect(specification.inputs == ["file://\(folder)/in/a.txt", "file://\(folder)/in/b.gz"])
        #expect(specification.splits.map(\.input) == [0, 0, 0, 1])
        #expect(specification.splits.map(\.length) == [100, 100, 50, 250])
        #expect(specification.output == "file://\(folder)/out")
        #expect(specification.name == "mapper")
        #expect(specification.program.mapper == ["mapper", "a b"])
        #expect(specification.program.reducer == ["wc"])
        #expect(specification.program.files == [SideFile(name: "mapper", isExecutable: true, byteCount: 3)])
        #expect(specification.program.writeLimit == StreamingProgram().writeLimit)
        #expect(specification.program.processLimit == StreamingProgram().processLimit)
        #expect(specification.program.shuffleMemory == StreamingProgram().shuffleMemory)
        #expect(job.fileContents == [[10, 10, 10]])
    }

    @Test func theProgramsSeeThePropertiesGivenOrNot() throws {
        let environment = try job(["-cmdenv", "A=1", "-D", "my.own=x", "-numReduceTasks", "2"]).specification.program
            .environment
        #expect(
            environment == [
                "A=1", "mapreduce_input_fileinputformat_input_dir_nonrecursive_ignore_subdirs=false",
                "mapreduce_input_fileinputformat_input_dir_recursive=false",
                "mapreduce_input_fileinputformat_split_maxsize=100",
                "mapreduce_input_fileinputformat_split_minsize=1",
                "mapreduce_input_keyvaluelinerecordreader_key_value_separator=\t",
                "mapreduce_input_lineinputformat_linespermap=1",
                "mapreduce_job_inputformat_class=org.apache.hadoop.mapred.TextInputFormat", "mapreduce_job_name=mapper",
                "mapreduce_job_reduce_slowstart_completedmaps=0.05", "mapreduce_job_reduces=2",
                "mapreduce_job_running_map_limit=0", "mapreduce_job_running_reduce_limit=0",
                "mapreduce_map_maxattempts=4", "mapreduce_map_output_compress=false",
                "mapreduce_map_output_compress_codec=org.apache.hadoop.io.compress.DefaultCodec",
                "mapreduce_map_sort_spill_percent=0.80",
                "mapreduce_map_speculative=true",
                "mapreduce_output_fileoutputformat_compress=false",
                "mapreduce_output_fileoutputformat_compress_codec=org.apache.hadoop.io.compress.DefaultCodec",
                "mapreduce_output_fileoutputformat_compress_type=RECORD",
                "mapreduce_output_fileoutputformat_outputdir=file://\(folder)/out", "mapreduce_reduce_maxattempts=4",
                "mapreduce_reduce_memory_totalbytes=67108864", "mapreduce_reduce_speculative=true",
                "mapreduce_task_io_sort_factor=10", "mapreduce_task_io_sort_mb=100",
                "mapreduce_task_local_fs_write_limit_bytes=68719476736", "mapreduce_task_timeout=600000",
                "martlet_task_process_limit=1000", "my_own=x", "stream_non_zero_exit_is_failure=true",
                "stream_num_map_output_key_fields=1", "stream_num_reduce_output_key_fields=1",
            ])
    }

    @Test func foldersInFoldersAreReadWhenAskedFor() throws {
        let options = ["-input", "file://\(folder)/in", "-D", "\(Property.recursion.name)=true"]
        #expect(try job(options).specification.inputs.count == 5)
    }

    @Test func anAttemptsLimitsAreTheJobs() throws {
        let program = try job([
            "-D", "mapreduce.task.local-fs.write-limit.bytes=-1", "-D", "martlet.task.process-limit=7", "-D",
            "mapreduce.reduce.memory.totalbytes=0",
        ]).specification.program
        #expect(program.writeLimit == -1)
        #expect(program.processLimit == 7)
        #expect(program.shuffleMemory == 0)
    }

    @Test func mapOutputIsSortedAsAsked() throws {
        #expect(try job([]).specification.program.sorting == SortSettings())
        let sorting = try job([
            "-D", "mapreduce.task.io.sort.mb=2047", "-D", "mapreduce.map.sort.spill.percent=0.5", "-jobconf",
            "io.sort.factor=3",
        ]).specification.program.sorting
        #expect((sorting.memory, sorting.spillThousandths, sorting.mergeFactor) == (2047, 500, 3))
        for part in ["0", "0.0004", "1.1", "half"] {
            let options = ["-D", "mapreduce.map.sort.spill.percent=\(part)"]
            let error = try #require(throws: StreamingError.self) { try job(options) }
            #expect(error.description.contains("it must be a number from 0"))
        }
    }

    @Test(arguments: [
        ("DefaultCodec", "deflate"), ("org.apache.hadoop.io.compress.GzipCodec", "deflate"), ("Lz4Codec", "lz4"),
        ("SnappyCodec", "lz4"), ("ZStandardCodec", "zst"),
    ]) func mapOutputIsCompressedWhenThatIsAskedFor(codec: String, name: String) throws {
        let options = ["-D", "mapred.map.output.compression.codec=\(codec)"]
        #expect(try job(options).specification.program.mapOutputCompression.isEmpty)
        let compressed = try job(options + ["-D", "mapreduce.map.output.compress=true"])
        #expect(compressed.specification.program.mapOutputCompression == name)
    }

    @Test func anUnknownCodecForMapOutputIsRefusedWhereItWouldBeUsed() throws {
        let options = ["-D", "mapreduce.map.output.compress.codec=BZip2Codec"]
        #expect(try job(options).specification.program.mapOutputCompression.isEmpty)
        let error = try #require(throws: StreamingError.self) {
            try job(options + ["-D", "mapreduce.map.output.compress=true"])
        }
        #expect(error.description.contains("'BZip2Codec' for map output, only DefaultCodec, "))
    }

    @Test func anOutputThatIsThereIsRefused() throws {
        try LocalFileSystem.makeFolder("\(folder)/out")
        #expect(try #require(throws: StreamingError.self) { try job([]) }.description.contains("already exists"))
    }

    @Test(arguments: [
        "mapreduce.map.maxattempts=0", "mapreduce.map.maxattempts=101", "mapreduce.reduce.maxattempts=0",
        "mapreduce.reduce.maxattempts=101", "mapreduce.task.timeout=-1", "mapreduce.task.timeout=2147483648",
        "mapreduce.task.local-fs.write-limit.bytes=-2", "mapreduce.task.local-fs.write-limit.bytes=1GB",
        "martlet.task.process-limit=-1", "mapreduce.reduce.memory.totalbytes=-1",
        "mapreduce.input.lineinputformat.linespermap=0",
        "mapreduce.input.fileinputformat.split.minsize=-1",
        "mapreduce.input.fileinputformat.split.maxsize=0", "mapreduce.job.reduces=10001", "mapreduce.job.reduces=many",
        "mapreduce.input.fileinputformat.split.maxsize=9223372036854775808", "mapreduce.task.io.sort.mb=0",
        "mapreduce.task.io.sort.mb=2048", "mapreduce.task.io.sort.factor=1", "mapreduce.task.io.sort.factor=1001",
    ])
    func aPropertyBeyondItsBoundsIsRefused(property: String) throws {
        let error = try #require(throws: StreamingError.self) { try job(["-D", property]) }
        #expect(error.description.contains("it must be a number from"))
    }

    @Test func moreSplitsThanTheLimitAreRefused() throws {
        let path = "\(folder)/large"
        try FileWriter(path).close()
        #expect(truncate(path, 1 << 40) == 0)
        let options = ["-input", "file://\(path)", "-D", "mapreduce.input.fileinputformat.split.maxsize=1000"]
        let error = try #require(throws: FileSystemError.self) { try job(options) }
        #expect(error.description.contains("more than 1000000 splits"))
    }

    @Test func filesToBringAlongAreBounded() throws {
        let path = "\(folder)/large"
        try FileWriter(path).close()
        #expect(truncate(path, off_t(SideFile.byteLimit) + 1) == 0)
        for (option, text) in [
            ("\(path)", "over 64 MiB"), ("\(folder)/none", "there is no file"), (folder, "is a folder: pack it"),
        ] {
            for name in ["-file", "-cacheFile", "-files"] {
                let error = try #require(throws: StreamingError.self) { try job([name, option]) }
                #expect(error.description.contains(text), "\(error)")
            }
        }
        try LocalFileSystem.rename(path, to: path + ".zip")
        for name in ["-archives", "-cacheArchive"] {
            let error = try #require(throws: StreamingError.self) { try job([name, path + ".zip"]) }
            #expect(error.description.contains("over 64 MiB"))
        }
    }

    @Test func archivesAreFilesToUnpack() throws {
        try FileWriter("\(folder)/a.tar.gz").close()
        try FileWriter("\(folder)/b.ZIP").close()
        let files = try job([
            "-archives", "\(folder)/a.tar.gz,\(folder)/b.ZIP#b", "-cacheArchive", "file://\(folder)/a.tar.gz#c",
            "-cacheFile", "file://\(folder)/m.py#d,file://\(folder)/m.py#e",
        ]).specification.program.files
        #expect(files.map(\.name) == ["a.tar.gz", "b", "c", "d", "e"])
        #expect(files.map(\.isArchive) == [true, true, true, false, false])
        let error = try #require(throws: StreamingError.self) { try job(["-archives", "\(folder)/m.py"]) }
        #expect(error.description.contains("m.py is no archive that can be unpacked"))
    }

    @Test func verboseTellsWhatIsSubmitted() throws {
        let arguments = try StreamingArguments(parsing: words(["-file", "\(folder)/m.py", "-cmdenv", "A=1"]))
        let lines = try StreamingJob(arguments).summary(of: arguments)
        #expect(
            lines == [
                "job: mapper", "input: file://\(folder)/in/a.txt", "input: file://\(folder)/in/b.gz",
                "splits: 4, 500 bytes", "output: file://\(folder)/out", "mapper: 'mapper' 'a b'", "reducer: 'wc'",
                "reduce tasks: 1", "file: m.py, 3 bytes",
                "property: mapreduce.input.fileinputformat.split.maxsize=100", "variable: A=1",
            ])
    }

    private func job(_ options: [String]) throws -> StreamingJob {
        try StreamingJob(StreamingArguments(parsing: words(options)))
    }

    private func words(_ options: [String]) -> [String] {
        [
            "-input", "file://\(folder)/in/*.*", "-output", "file://\(folder)/out", "-mapper", "mapper 'a b'",
            "-reducer",
            "wc", "-D", "mapreduce.input.fileinputformat.split.maxsize=100",
        ] + options
    }
}
