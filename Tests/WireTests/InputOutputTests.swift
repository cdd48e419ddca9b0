import ClusterModel
import Testing
import Wire

/// What jobs have had since they may read and write more than plain lines.
@Suite struct InputOutputTests {
    @Test func howAJobReadsAndWritesTravels() throws {
        var program = StreamingProgram()
        program.mapper = ["cat"]
        for input in MapperInput.allCases {
            for separator in [UInt8(ascii: "\t"), 0, UInt8(ascii: ","), 255] {
                program.format.mapperInput = input
                program.format.keyValueSeparator = separator
                program.outputCompression = "zst"
                program.splitsAreLines = true
                program.shuffleMemory = Int(separator)
                program.mapOutputCompression = "lz4"
                program.files = [SideFile(name: "lib", byteCount: 3, isArchive: true)]
                #expect(try StreamingProgram(decoding: program.encoded().span) == program)
            }
        }
        for (read, written) in zip(InputFiles.allCases, OutputFiles.allCases) {
            (program.inputFiles, program.outputFiles) = (read, written)
            #expect(try StreamingProgram(decoding: program.encoded().span) == program)
        }
        let split = InputSplit(input: 2, offset: 0, length: 9, followers: 4)
        #expect(try InputSplit(decoding: split.encoded().span) == split)
        let assignment = Assignment.map(uri: "file:///a", offset: 0, length: 2, more: ["file:///b", "file:///c"])
        #expect(try Assignment(decoding: assignment.encoded().span) == assignment)
    }

    @Test(arguments: [(1, 1, 2), (100, 800, 10), (2047, 1000, 1000), (.min, .max, .min)])
    func howMapOutputIsSortedTravels(memory: Int, spill: Int, factor: Int) throws {
        var program = StreamingProgram()
        program.sorting.memory = memory
        program.sorting.spillThousandths = spill
        program.sorting.mergeFactor = factor
        #expect(try StreamingProgram(decoding: program.encoded().span) == program)
    }

    @Test func whatAnOlderVersionWroteIsPlainLines() throws {
        let program = try StreamingProgram(decoding: [UInt8]().span)
        #expect(program.sorting == SortSettings())
        #expect(
            (program.format.mapperInput, program.format.keyValueSeparator, program.outputCompression) == (.line, 9, ""))
    }

    @Test func whatIsNotSaidOfTheShuffleIsAsUsual() throws {
        let program = try StreamingProgram(decoding: [UInt8]().span)
        #expect((program.shuffleMemory, program.mapOutputCompression) == (64 << 20, ""))
    }

    @Test func aReadingThatIsNoneIsRefused() {
        // Fields 17 and 18.
        #expect(throws: WireError.unknownCase(3)) { try StreamingProgram(decoding: [34, 3].span) }
        #expect(throws: WireError.unknownCase(4)) { try StreamingProgram(decoding: [36, 4].span) }
        // Field 11, a number, 4.
        #expect(throws: WireError.unknownCase(4)) { try RecordFormat(decoding: [22, 4].span) }
    }
}
