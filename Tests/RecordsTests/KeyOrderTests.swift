import Foundation
import SeededNumbers
import Testing

@testable import Records

@Suite struct KeyOrderTests {
    /// Worked out by hand from KeyFieldBasedComparator.
    @Test(
        arguments: [
            ("-n", "9", "10", -1), ("-n", "-1", "1", -1), ("-n", "-2", "-1", -1), ("-n", "1.5", "1.25", 1),
            ("-n", "-1.5", "-1.25", -1), ("-n", "1", "1.0", 0), ("-n", "1", "1.01", -1), ("-n", "-0.0", "0", 0),
            ("-n", "0", "-0", 0), ("-n", "0.5", ".5", 0), ("-n", "10", "2.5", 1), ("-nr", "9", "10", 1),
            ("-n", "5", "5", 0), ("-n", "123456789012345678901", "123456789012345678900", 1),
            // Where Hadoop is not GNU sort.
            ("-n", "05", "5", -1), ("-n", "5", "5a", -1), ("-n", "a", "b", -1), ("-n", " 9", "1", -1),
            ("-k2,2", "b\t1", "a\t2", -1), ("-k2,2", "a\t1", "b\t1", 0), ("-k2", "a", "b\t", 0),
            ("-k2", "a", "b\tc", -1),
            ("-k2r", "a", "b\tc", 1), ("-k1.2,1.3", "xab", "yaa", 1), ("-k1.5,1", "ab\tcdef", "abc\tdef", -1),
            ("", "a", "b", -1), ("", "a", "ab", -1), ("-r", "a", "ab", 1), ("-k1,1", "\u{80}", "a", 1),
        ])
    func keysAreComparedAsInHadoop(options: String, first: String, second: String, sign: Int) throws {
        let specification = try KeySpecification(parsing: options, separator: bytes("\t"))
        let (one, other) = (bytes(first), bytes(second))
        #expect(specification.compare(one.span, other.span).signum() == sign)
        #expect(specification.compare(other.span, one.span).signum() == -sign)
        #expect(KeyOrder.fields(specification).groups(one.span, other.span) == (sign == 0))
    }

    /// GNU sort and Hadoop agree where each key has all fields that are looked at, where each is long enough for the characters
    /// that are asked for, and where numbers are written as people write them. Beyond that they differ: GNU sort takes a
    /// character behind a field's end for that end and Hadoop for a character of the next field; to Hadoop an empty field at
    /// the end of the key is none, and a number with zeros before it is less than without.
    @Test(
        arguments: [
            "-k1,1", "-k2,2", "-k2", "-k1,2", "-k3,3 -k1,1", "-k1,1r", "-k2,2r -k3", "-k2.2,2.3", "-k1.1,1.1 -k2", "-r",
            "-k4,4n", "-k4,4nr", "-k4,4n -k1,1", "-k1,1 -k4,4nr -k2,2", "-k4n,4", "-n -k4,4 -k1,1r", "-k1.2,2.1",
            "-k3.2",
        ])
    func keysAreSortedAsGNUSortDoes(options: String) throws {
        var random = SplitMix64(seed: options.utf8.reduce(1) { $0 &* 31 &+ Int($1) } & 0xffff)
        let keys = (0..<500).map { _ in Self.key(&random) }
        let specification = try KeySpecification(parsing: options, separator: bytes("\t"))
        var buffer = SortBuffer(partitionCount: 1, order: .fields(specification))
        for key in keys { buffer.append(partition: 0, key: key.span, value: [UInt8]().span) }
        buffer.sort()
        var sorted: [[UInt8]] = []
        buffer.forEach(partition: 0) { key, _ in sorted.append(key.array) }
        #expect(joined(sorted) == (try gnuSort(joined(keys), options)))
        #expect(try merged(keys, specification, &random) == sorted)
    }

    /// Of three to five bytes each, whatever they are, but for the fourth, a number.
    private static func key(_ random: inout SplitMix64) -> [UInt8] {
        let alphabet: [UInt8] = [1, 0x20, 0x2d, 0x2e, 0x30, 0x39, 0x61, 0x62, 0x7f, 0x80, 0xc3, 0xff]
        let texts = (0..<3).map { _ in random.bytes(3 + random.below(3), of: alphabet) }
        let sign = ["", "", "-"][random.below(3)]
        let fraction = ["", ".5", ".25", ".0", ".\(random.below(30))"][random.below(5)]
        let number = bytes("\(sign)\(random.below([3, 200, 100_000][random.below(3)]))\(fraction)")
        return Array((texts + [number]).joined(separator: [9]))
    }

    /// The same keys in runs, each sorted, through a merger.
    private func merged(
        _ keys: [[UInt8]], _ specification: KeySpecification, _ random: inout SplitMix64
    ) throws -> [[UInt8]] {
        let order = KeyOrder.fields(specification)
        var runs: [[UInt8]] = []
        var start = 0
        while start < keys.count {
            let end = min(keys.count, start + 1 + random.below(120))
            var buffer = SortBuffer(partitionCount: 1, order: order)
            for key in keys[start..<end] { buffer.append(partition: 0, key: key.span, value: [UInt8]().span) }
            buffer.sort()
            var run: [UInt8] = []
            buffer.forEachPiece(partition: 0) { run += $0.array }
            runs.append(run)
            start = end
        }
        var merger = Merger(runs.map { Pieces($0, piece: 50) }, order: order)
        var found: [[UInt8]] = []
        while try merger.next() { merger.withRecord { key, _ in found.append(key.array) } }
        return found
    }

    private func gnuSort(_ text: [UInt8], _ options: String) throws -> [UInt8] {
        let path = NSTemporaryDirectory() + "/martlet-sort-" + UUID().uuidString
        try Data(text).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/sort")
        process.arguments = ["-s", "-t", "\t"] + options.split(separator: " ").map(String.init) + [path]
        process.environment = ["LC_ALL": "C"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let sorted = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return Array(sorted)
    }
}
