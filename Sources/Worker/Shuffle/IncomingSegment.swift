internal import FileSystems
internal import Records
internal import Wire

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
            LargePages().reserve(announced.byteCount, for: &bytes)
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
