internal import FileSystems
internal import Records
internal import Wire

/// A map's sorted records for one reducer, where they wait to be merged.
///
/// However many there are, all are merged at once: the more, the less is read of each at a time. Hadoop merges in passes
/// instead, ten at a time (`mapreduce.task.io.sort.factor`), each of which writes and reads everything once more; that was for
/// disks whose heads move.
struct Segment: ByteSource {
    enum Place {
        case memory(MemorySegment)
        case file(FileReader)
    }

    /// Bytes of all segments together that are read ahead, as far as ``leastChunk`` allows it.
    private static let readAhead = 32 << 20
    private static let leastChunk = 512

    let place: Place
    private let chunk: Int

    /// - Parameter count: Of segments that are merged at once.
    init(_ place: Place, amongst count: Int) {
        self.place = place
        chunk = max(Self.leastChunk, Self.readAhead / count)
    }

    mutating func read(into buffer: inout [UInt8], limit: Int) throws -> Int {
        // Of a long record what is there may be doubled: pieces of 512 bytes would be many.
        let limit = min(limit, max(chunk, buffer.count))
        return switch place {
        case .memory(let segment): segment.read(into: &buffer, limit: limit)
        case .file(let reader): try reader.read(into: &buffer, limit: limit)
        }
    }
}

/// Bytes that are let go when they have been read.
final class MemorySegment {
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

/// What may be in memory of fetched segments (Hadoop's MergeManager).
final class ShuffleMemory {
    /// In bytes.
    private let limit: Int
    private(set) var used = 0

    init(limit: Int) { self.limit = limit }

    /// False when there is no room.
    func take(_ byteCount: Int) -> Bool {
        guard byteCount <= limit - used else { return false }
        used += byteCount
        return true
    }

    func giveBack(_ byteCount: Int) { used -= byteCount }
}

/// A segment on its way, into memory if there is room for all of it, else to the end of a file (Hadoop's InMemoryMapOutput
/// and OnDiskMapOutput).
final class IncomingSegment {
    /// Where it is when it is whole.
    enum Place {
        case memory([UInt8])
        case file(Range<Int>)

        var count: Int {
            switch self {
            case .memory(let bytes): bytes.count
            case .file(let range): range.count
            }
        }
    }

    private enum Target {
        case memory(ShuffleMemory)
        case file(FileWriter, start: Int)
    }

    let announced: FetchReply
    private let target: Target
    private var bytes: [UInt8] = []
    private(set) var count = 0
    private var sum = Checksum()

    /// - Parameter file: Asked for when there is no room in memory.
    init(_ announced: FetchReply, _ memory: ShuffleMemory, file: () throws -> FileWriter) throws {
        self.announced = announced
        if memory.take(announced.byteCount) {
            target = .memory(memory)
            bytes.reserveCapacity(announced.byteCount)
        } else {
            let file = try file()
            target = .file(file, start: file.byteCount)
        }
    }

    var isWhole: Bool { count == announced.byteCount }
    var isSound: Bool { isWhole && sum.value == announced.checksum }

    func append(_ piece: Span<UInt8>) throws {
        count += piece.count
        sum.add(piece)
        switch target {
        case .memory: bytes.append(piece)
        case .file(let file, _): try file.write(piece)
        }
    }

    var place: Place {
        switch target {
        case .memory: .memory(bytes)
        case .file(_, let start): .file(start..<start + count)
        }
    }

    /// It will not be used.
    func drop() {
        if case .memory(let memory) = target { memory.giveBack(announced.byteCount) }
    }
}
