internal import FileSystems
internal import Records

/// A map attempt's output on its node's disk: the partitions' sorted records one after another, then for each partition the
/// place where it ends, then the number of partitions. All numbers are eight bytes, the lowest first.
struct MapOutputWriter {
    private let file: FileWriter
    private var ends: [Int] = []

    init(_ path: String, _ allowance: WriteAllowance) throws(FileSystemError) {
        file = try FileWriter(path, allowance: allowance)
    }

    mutating func write(_ bytes: [UInt8]) throws(FileSystemError) { try file.write(bytes.span) }

    mutating func endPartition() { ends.append(file.byteCount) }

    /// Bytes of the partitions together.
    mutating func close() throws(FileSystemError) -> Int {
        let count = file.byteCount
        let index = (ends + [ends.count]).flatMap { MapOutputWriter.bytes($0) }
        try file.write(index.span)
        try file.close()
        return count
    }

    private static func bytes(_ number: Int) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}

/// Where the partitions are in a map's output file.
struct MapOutputIndex {
    private let ends: [Int]

    init(_ path: String) throws {
        guard let status = try LocalFileSystem.status(path), status.length >= 8 else {
            throw FileSystemError(.notFound, "there is no map output \(path)")
        }
        let count = try Self.numbers(path, at: status.length - 8, 1)[0]
        let start = status.length - 8 * (count + 1)
        guard count > 0, start >= 0 else { throw FileSystemError(.invalid, "\(path) is no whole map output") }
        ends = try Self.numbers(path, at: start, count)
    }

    var partitionCount: Int { ends.count }

    func range(of partition: Int) -> Range<Int> {
        let start = partition == 0 ? 0 : ends[partition - 1]
        return start..<ends[partition]
    }

    private static func numbers(_ path: String, at offset: Int, _ count: Int) throws -> [Int] {
        let reader = try FileReader(path, offset: offset, count: 8 * count)
        var bytes: [UInt8] = []
        while try reader.read(into: &bytes, limit: 8 * count) > 0 {}
        guard bytes.count == 8 * count else { throw FileSystemError(.invalid, "\(path) is no whole map output") }
        return (0..<count).map { number in
            (0..<8).reduce(0) { $0 | Int(bytes[8 * number + $1]) << (8 * $1) }
        }
    }
}
