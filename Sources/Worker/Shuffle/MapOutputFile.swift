internal import FileSystems
internal import Records

/// A map attempt's output on its node's disk: the partitions' sorted records one after another, then for each partition the
/// place where it ends, then for each the checksum of its bytes, then the number of partitions (Hadoop's SpillRecord). All
/// numbers are eight bytes, the lowest first.
struct MapOutputWriter {
    private let file: FileWriter
    private var ends: [Int] = []
    private var sums: [Int] = []
    private var sum = Checksum()

    init(_ path: String, _ allowance: WriteAllowance) throws(FileSystemError) {
        file = try FileWriter(path, allowance: allowance)
    }

    mutating func write(_ bytes: Span<UInt8>) throws(FileSystemError) {
        sum.add(bytes)
        try file.write(bytes)
    }

    mutating func endPartition() {
        ends.append(file.byteCount)
        sums.append(Int(sum.value))
        sum = Checksum()
    }

    /// Bytes of the partitions together.
    mutating func close() throws(FileSystemError) -> Int {
        let count = file.byteCount
        let index = (ends + sums + [ends.count]).flatMap { MapOutputWriter.bytes($0) }
        try file.write(index.span)
        try file.close()
        return count
    }

    private static func bytes(_ number: Int) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}

/// A map's output file, open, and where the partitions are in it.
struct MapOutput {
    private let file: FileReader
    private let ends: [Int]
    private let sums: [UInt32]

    /// - Throws: What is no index: one of a file that was cut short, or whose numbers contradict each other.
    init(_ path: String) throws {
        file = try FileReader(path)
        let length = file.length
        guard length >= 8 else { throw Self.notWhole(path) }
        let count = try Self.numbers(file, at: length - 8, 1)[0]
        guard count > 0, count <= (length - 8) / 16 else { throw Self.notWhole(path) }
        let index = length - 8 - 16 * count
        ends = try Self.numbers(file, at: index, count)
        sums = try Self.numbers(file, at: index + 8 * count, count).compactMap { UInt32(exactly: $0) }
        guard zip([0] + ends, ends).allSatisfy({ $0 <= $1 }), ends.last == index, sums.count == count else {
            throw Self.notWhole(path)
        }
    }

    var partitionCount: Int { ends.count }

    func range(of partition: Int) -> Range<Int> {
        let start = partition == 0 ? 0 : ends[partition - 1]
        return start..<ends[partition]
    }

    /// What the bytes of the partition came to when they were written.
    func checksum(of partition: Int) -> UInt32 { sums[partition] }

    /// It keeps the file open, though it be removed.
    func reader(of partition: Int) -> FileReader {
        let range = range(of: partition)
        return file.section(offset: range.lowerBound, count: range.count)
    }

    /// Reads the partition through to see whether it is still what was written: what is found later, when its records
    /// have been used, could not be made good by another copy.
    func check(_ partition: Int) throws {
        let reader = reader(of: partition)
        var (sum, count) = (Checksum(), 0)
        var bytes: [UInt8] = []
        while try reader.read(into: &bytes, limit: 256 << 10) > 0 {
            sum.add(bytes.span)
            count += bytes.count
            bytes.removeAll(keepingCapacity: true)
        }
        guard count == range(of: partition).count, sum.value == sums[partition] else {
            throw FileSystemError(.invalid, "partition \(partition) of \(file.path) is damaged")
        }
    }

    private static func numbers(_ file: FileReader, at offset: Int, _ count: Int) throws -> [Int] {
        let reader = file.section(offset: offset, count: 8 * count)
        var bytes: [UInt8] = []
        while try reader.read(into: &bytes, limit: 8 * count) > 0 {}
        guard bytes.count == 8 * count else { throw notWhole(file.path) }
        return (0..<count).map { number in
            (0..<8).reduce(0) { $0 | Int(bytes[8 * number + $1]) << (8 * $1) }
        }
    }

    private static func notWhole(_ path: String) -> FileSystemError {
        FileSystemError(.invalid, "\(path) is no whole map output")
    }
}
