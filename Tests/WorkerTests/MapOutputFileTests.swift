import FileSystems
import Foundation
import Testing

@testable import Worker

@Suite struct MapOutputFileTests {
    private let partitions: [[UInt8]] = [Array("first".utf8), [], Array("the third one".utf8)]

    @Test func eachPartitionIsReadAsItWasWritten() throws {
        try withFile { path in
            let output = try MapOutput(path)
            #expect(output.partitionCount == 3)
            for (index, content) in partitions.enumerated() {
                #expect(output.range(of: index).count == content.count)
                try output.check(index)
                var bytes: [UInt8] = []
                let reader = output.reader(of: index)
                while try reader.read(into: &bytes, limit: 4) > 0 {}
                #expect(bytes == content)
            }
        }
    }

    /// Whichever byte of the file it is, of content or index.
    @Test func aFlippedBitIsNoticed() throws {
        try withFile { path in
            let whole = try FileReader.readAll(path, limit: 1000)
            for place in whole.indices {
                var damaged = whole
                damaged[place] ^= 1 << UInt8(place % 8)
                try write(damaged, path)
                #expect(throws: FileSystemError.self, "byte \(place)") {
                    let output = try MapOutput(path)
                    for partition in 0..<3 { try output.check(partition) }
                }
            }
        }
    }

    @Test func aFileThatIsCutShortIsNoticed() throws {
        try withFile { path in
            let whole = try FileReader.readAll(path, limit: 1000)
            for count in 0..<whole.count {
                try write(Array(whole.prefix(count)), path)
                #expect(throws: FileSystemError.self, "\(count) bytes") {
                    let output = try MapOutput(path)
                    for partition in 0..<3 { try output.check(partition) }
                }
            }
        }
    }

    private func withFile(_ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.path + "/martlet-map-output-\(UUID().uuidString)"
        defer { try? LocalFileSystem.remove(path) }
        var writer = try MapOutputWriter(path, WriteAllowance(limit: nil, remedy: ""))
        for partition in partitions {
            try writer.write(partition.span)
            writer.endPartition()
        }
        #expect(try writer.close() == 18)
        try body(path)
    }

    private func write(_ bytes: [UInt8], _ path: String) throws {
        let file = try FileWriter(path)
        try file.write(bytes.span)
        try file.close()
    }
}
