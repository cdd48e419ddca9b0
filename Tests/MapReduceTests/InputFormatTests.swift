import ClusterModel
import FileSystems
import Glibc
import Testing

@testable import MapReduce

/// How a job's command line says what its mappers read, and how its output is compressed.
@Suite final class InputFormatTests {
    private let folder: String

    init() throws {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/input-format-tests-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil, let path = String(validating: template.dropLast(), as: UTF8.self) else {
            throw FileSystemError(.invalid, "cannot make a folder in \(base)")
        }
        folder = path
        for (name, text) in [("in/a", "one\ntwo\nthree\n"), ("in/b", "four\n")] {
            let uri = FileURI(path: "\(path)/\(name)")
            try LocalFileSystem.makeFolder(uri.parent.path)
            let writer = try FileWriter(uri.path)
            try writer.write(Array(text.utf8).span)
            try writer.close()
        }
        try LocalFileSystem.makeFolder("\(path)/nested/sub")
        try FileWriter("\(path)/nested/a").close()
    }

    deinit { try? LocalFileSystem.remove(folder) }

    @Test(arguments: [
        ("TextInputFormat", 2), ("org.apache.hadoop.mapred.TextInputFormat", 2),
        ("org.apache.hadoop.mapreduce.lib.input.TextInputFormat", 2), ("KeyValueTextInputFormat", 2),
        ("org.apache.hadoop.mapred.KeyValueTextInputFormat", 2), ("NLineInputFormat", 4),
        ("org.apache.hadoop.mapred.lib.NLineInputFormat", 4),
        ("org.apache.hadoop.mapreduce.lib.input.NLineInputFormat", 4), ("CombineTextInputFormat", 1),
        ("org.apache.hadoop.mapred.lib.CombineTextInputFormat", 1),
    ])
    func aFormatIsNamedWithOrWithoutItsPackage(name: String, splits: Int) throws {
        for words in [["-inputformat", name], ["-D", "mapreduce.job.inputformat.class=\(name)"]] {
            let specification = try job(words)
            #expect(specification.splits.count == splits)
            let variable = specification.program.environment.first { $0.hasPrefix("mapreduce_job_inputformat_class=") }
            #expect(variable?.contains(name.split(separator: ".").last ?? "?") == true)
            #expect(variable?.contains("=org.apache.hadoop.mapred.") == true)
        }
    }

    @Test func theOptionComesBeforeTheProperty() throws {
        let words = ["-inputformat", "NLineInputFormat", "-D", "mapreduce.job.inputformat.class=TextInputFormat"]
        #expect(try job(words).splits.count == 4)
    }

    @Test(arguments: ["MyInputFormat", "com.example.TextInputFormat", "textinputformat", "", "."])
    func anUnknownFormatIsMetWithThoseThatThereAre(name: String) {
        let list =
            "TextInputFormat, KeyValueTextInputFormat, NLineInputFormat, CombineTextInputFormat, SequenceFileInputFormat, "
            + "SequenceFileAsTextInputFormat"
        #expect(
            throws: StreamingError("there is no input format '\(name)', only \(list)")
        ) { try self.job(["-inputformat", name]) }
    }

    @Test(arguments: [
        ("TextInputFormat", InputFiles.text), ("SequenceFileInputFormat", .sequence),
        ("org.apache.hadoop.mapred.SequenceFileAsTextInputFormat", .sequenceAsText),
        ("org.apache.hadoop.mapreduce.lib.input.SequenceFileAsTextInputFormat", .sequenceAsText),
    ])
    func theFormatTellsWhatFilesHold(name: String, files: InputFiles) throws {
        #expect(try job(["-inputformat", name]).program.inputFiles == files)
    }

    @Test(
        arguments: [
            ([], OutputFiles.text, ""), (["-outputformat", "SequenceFileOutputFormat"], .sequence, ""),
            (["-outputformat", "SequenceFileOutputFormat", "-D", "mapred.output.compress=true"], .sequence, "deflate"),
            (
                [
                    "-outputformat", "org.apache.hadoop.mapred.SequenceFileOutputFormat", "-D",
                    "mapreduce.output.fileoutputformat.compress=true", "-D",
                    "mapreduce.output.fileoutputformat.compress.type=BLOCK",
                ], .sequenceOfBlocks, "deflate"
            ),
            (
                [
                    "-outputformat", "SequenceFileOutputFormat", "-D",
                    "mapreduce.output.fileoutputformat.compress=true",
                    "-D", "mapreduce.output.fileoutputformat.compress.type=NONE",
                ], .sequence, ""
            ),
        ] as [([String], OutputFiles, String)])
    func whatOutputFilesHoldIsSaid(words: [String], files: OutputFiles, compression: String) throws {
        let program = try job(words).program
        #expect(program.outputFiles == files && program.outputCompression == compression)
    }

    @Test func anUnknownTypeOfCompressionIsRefused() throws {
        let name = "mapreduce.output.fileoutputformat.compress.type"
        let error = try #require(throws: StreamingError.self) {
            try job(["-outputformat", "SequenceFileOutputFormat", "-D", "\(name)=ALL"])
        }
        #expect(error.description == "\(name) is 'ALL': it must be NONE, RECORD or BLOCK")
    }

    /// PipeMapper's `ignoreKey`.
    @Test(arguments: [
        ("TextInputFormat", MapperInput.line, MapperInput.line, MapperInput.offsetAndLine),
        ("NLineInputFormat", .offsetAndLine, .line, .offsetAndLine),
        ("CombineTextInputFormat", .offsetAndLine, .line, .offsetAndLine),
        ("KeyValueTextInputFormat", .keyAndValue, .value, .keyAndValue),
        ("SequenceFileInputFormat", .keyAndValue, .value, .keyAndValue),
        ("SequenceFileAsTextInputFormat", .keyAndValue, .value, .keyAndValue),
    ])
    func whetherMappersReadKeysDependsOnTheFormat(
        name: String, standard: MapperInput, ignored: MapperInput, told: MapperInput
    ) throws {
        let words = ["-inputformat", name, "-D"]
        #expect(try job(words + ["a=b"]).program.format.mapperInput == standard)
        #expect(try job(words + ["stream.map.input.ignoreKey=true"]).program.format.mapperInput == ignored)
        #expect(try job(words + ["stream.map.input.ignoreKey=false"]).program.format.mapperInput == told)
    }

    @Test(arguments: [(",", UInt8(ascii: ",")), ("=>", UInt8(ascii: "=")), ("é", 0xe9), ("€", 0xac)])
    func theSeparatorIsTheLowByteOfJavasFirstCharacter(text: String, expected: UInt8) throws {
        let name = Property.keyValueSeparator.name
        #expect(try job(["-D", "\(name)=\(text)"]).program.format.keyValueSeparator == expected)
        #expect(throws: StreamingError.self) { try self.job(["-D", "\(name)="]) }
    }

    @Test func theSmallestSizeOfASplitComesFirst() throws {
        let words = ["-D", "mapreduce.input.fileinputformat.split.maxsize=5"]
        #expect(try job(words).splits.count == 4)
        #expect(try job(words + ["-D", "mapred.min.split.size=1000"]).splits.count == 2)
    }

    @Test(arguments: [
        ("DefaultCodec", "deflate"), ("GzipCodec", "gz"), ("org.apache.hadoop.io.compress.BZip2Codec", "bz2"),
        ("org.apache.hadoop.io.compress.ZStandardCodec", "zst"), ("DeflateCodec", "deflate"),
    ])
    func theOutputIsCompressedWhenToldSo(codec: String, expected: String) throws {
        let words = ["-D", "mapreduce.output.fileoutputformat.compress.codec=\(codec)", "-D"]
        #expect(
            try job(words + ["mapreduce.output.fileoutputformat.compress=true"]).program.outputCompression == expected)
        #expect(try job(words + ["mapred.output.compress=true"]).program.outputCompression == expected)
        #expect(try job(words + ["mapred.output.compress=false"]).program.outputCompression == "")
        #expect(try job(["-D", "mapred.output.compress=true"]).program.outputCompression == "deflate")
    }

    @Test func anUnknownCodecIsMetWithThoseThatThereAre() throws {
        let words = ["-D", "mapred.output.compression.codec=org.apache.hadoop.io.compress.SnappyCodec"]
        let error = try #require(throws: StreamingError.self) { try job(words) }
        #expect(error.description.contains("only DefaultCodec, DeflateCodec, GzipCodec, BZip2Codec, ZStandardCodec"))
    }

    /// Each is given until one value makes another job, or makes one where there was none.
    @Test(arguments: Property.all) func everyPropertyThatIsListedIsHeeded(property: Property) {
        let contexts = [
            [], ["-inputformat", "NLineInputFormat"], ["-D", "mapreduce.output.fileoutputformat.compress=true"],
            ["-D", "mapreduce.map.output.compress=true"], ["-input", "file://\(folder)/nested"],
            ["-D", "mapreduce.input.fileinputformat.split.maxsize=5"],
            ["-partitioner", "KeyFieldBasedPartitioner"],
            ["-D", "mapreduce.job.output.key.comparator.class=KeyFieldBasedComparator"],
            ["-D", "mapreduce.job.output.group.comparator.class=KeyFieldBasedComparator"],
            ["-D", "mapreduce.mapper.regex=(a)(b)"], ["-outputformat", "SequenceFileOutputFormat"],
        ]
        let values = [
            "2", "7", "true", "false", ",", "name", "GzipCodec", "Lz4Codec", "NLineInputFormat",
            "KeyFieldBasedPartitioner",
            "KeyFieldBasedComparator", "-k2", "1:0", "0.5", "BLOCK",
        ]
        let isHeeded = contexts.contains { context in
            let before = withoutEnvironment(try? job(context))
            return values.contains { value in
                let after = withoutEnvironment(try? job(context + ["-D", "\(property.name)=\(value)"]))
                return after != nil && after != before
            }
        }
        #expect(isHeeded, "no value of \(property.name) makes a difference")
    }

    @Test(arguments: Property.ignored) func whatIsIgnoredIsAccepted(name: String) throws {
        #expect(try withoutEnvironment(job(["-D", "\(name)=1"])) == withoutEnvironment(job([])))
    }

    @Test(arguments: Property.refused) func whatIsRefusedIsRefused(name: String) {
        #expect(throws: StreamingError.self) { try self.job(["-D", "\(name)=1"]) }
    }

    private func withoutEnvironment(_ job: JobSpecification?) -> JobSpecification? {
        var job = job
        job?.program.environment = []
        return job
    }

    private func job(_ options: [String]) throws -> JobSpecification {
        try StreamingJob(
            StreamingArguments(
                parsing: [
                    "-input", "file://\(folder)/in", "-output", "file://\(folder)/out", "-mapper", "cat", "-reducer",
                    "wc",
                ] + options)
        ).specification
    }
}
