internal import FileSystems
internal import Records

/// A map's sorted records for one reducer, where they wait to be merged.
///
/// However many there are, all are merged at once: the more, the less is read of each at a time. Hadoop merges in passes
/// instead, ten at a time (`mapreduce.task.io.sort.factor`), each of which writes and reads everything once more; that was for
/// disks whose heads move.
struct Segment: ByteSource {
    enum Place {
        case memory(MemorySegment)
        case file(FileReader)
        case packed(BlockReader)
    }

    /// Bytes of all segments together that are read ahead, as far as ``leastChunk`` allows it.
    private static let readAhead = 32 << 20
    private static let leastChunk = 512

    let place: Place
    private let chunk: Int
    private let progress: SegmentProgress?

    /// - Parameters:
    ///   - count: Of segments that are merged at once.
    ///   - progress: Of reading all of them.
    init(_ place: Place, amongst count: Int, _ progress: SegmentProgress? = nil) {
        self.place = place
        self.progress = progress
        chunk = max(Self.leastChunk, Self.readAhead / count)
    }

    mutating func read(into buffer: inout [UInt8], limit: Int) throws -> Int {
        // Of a long record what is there may be doubled: pieces of 512 bytes would be many.
        let limit = min(limit, max(chunk, buffer.count))
        let count: Int
        switch place {
        case .memory(let segment): count = segment.read(into: &buffer, limit: limit)
        case .file(let reader): count = try reader.read(into: &buffer, limit: limit)
        case .packed(let reader):
            let before = reader.packedCount
            count = try reader.read(into: &buffer, limit: limit)
            progress?.byteCount += reader.packedCount - before
            return count
        }
        progress?.byteCount += count
        return count
    }
}

extension Segment.Place {
    /// - Parameters:
    ///   - codec: Nil for bytes that are not packed.
    ///   - name: For errors.
    init(_ bytes: [UInt8], _ codec: BlockCodec?, name: String) {
        let segment = MemorySegment(bytes)
        self = codec.map { .packed(BlockReader(segment, $0, name: name)) } ?? .memory(segment)
    }

    init(_ file: FileReader, _ range: Range<Int>, _ codec: BlockCodec?) {
        let section = file.section(offset: range.lowerBound, count: range.count)
        self =
            codec.map { .packed(BlockReader(section, $0, name: file.path, start: range.lowerBound)) } ?? .file(section)
    }
}

/// How much of segments has been read, as they came.
final class SegmentProgress {
    fileprivate(set) var byteCount = 0
}

/// Bytes that are let go when they have been read.
final class MemorySegment: ByteSource {
    private var bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func read(into buffer: inout [UInt8], limit: Int) -> Int {
        let all = bytes
        let count = min(limit, all.count - place)
        buffer.append(all.span.extracting(place..<place + count))
        place += count
        if place == all.count { (bytes, place) = ([], 0) }
        return count
    }
}
