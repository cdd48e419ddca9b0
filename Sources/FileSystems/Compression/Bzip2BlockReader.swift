internal import Records

/// The blocks of a bzip2 file that begin in a piece of it, and those behind (Hadoop's BZip2Codec, reading by block).
///
/// A piece that does not begin the file looks for a block's mark, whose bits may stand anywhere. So what is found counts as a
/// block only when it is whole. A block that is damaged does not get lost that way: each piece also looks at the first block
/// behind it, all of it, and comes there from block to block, so that it knows where one must be.
public final class Bzip2BlockReader: PackedSource {
    private enum Place {
        /// Byte of the file at which a stream begins, or the file ends.
        case stream(Int)
        /// Bit of the file.
        case mark(Bzip2Mark, Int)
        /// Nothing is read.
        case nowhere
    }

    private static let chunk = 64 << 10

    public let start: Int
    public var fileLength: Int { file.length }
    public private(set) var contentLength: Int?
    private let file: FileReader
    private let range: Range<Int>
    private var next: Place
    private var block: Bzip2Block?
    private var blockStart = 0
    /// Bytes that came out so far.
    private var contentCount = 0
    /// Of the stream's blocks so far; nil when its first ones were not read.
    private var checksum: UInt32?

    /// - Parameter range: Bytes; nil is all of the file.
    public init(_ path: String, _ range: Range<Int>? = nil) throws {
        file = try FileReader(path)
        self.range = range ?? 0..<file.length
        next = .stream(0)
        guard self.range.lowerBound > 0 else {
            start = 0
            return
        }
        let first = try Self.firstBlock(in: file, self.range)
        start = first.map { $0 / 8 } ?? self.range.lowerBound
        next = first.map { .mark(.block, $0) } ?? .nowhere
    }

    public var packedCount: Int {
        let place =
            switch next {
            case .stream(let byte): byte
            case .mark(_, let bit): bit / 8
            case .nowhere: range.upperBound
            }
        return max(0, place - range.lowerBound)
    }

    public func read(into buffer: inout [UInt8], limit: Int) throws -> Int {
        while true {
            if let block {
                let count = try noting(blockStart) { try block.read(into: &buffer, limit: min(limit, 4 << 20)) }
                contentCount += count
                if count > 0 { return count }
                self.block = nil
            }
            switch next {
            case .stream(file.length), .nowhere: return 0
            case .stream(let byte): try openStream(byte)
            case .mark(.block, let bit): try open(bit)
            case .mark(.end, let bit): try endStream(bit)
            }
        }
    }

    // MARK: - Blocks

    private static func firstBlock(in file: FileReader, _ range: Range<Int>) throws -> Int? {
        var place = 8 * range.lowerBound
        while let bit = try Bzip2Mark.firstBlock(in: file, from: place, before: 8 * range.upperBound) {
            do {
                try check(file, bit)
                return bit
            } catch let error as CompressionError where error != .noMemory {
                place = bit + 1
            }
        }
        return nil
    }

    /// - Throws: ``CompressionError`` when there is no whole block.
    private static func check(_ file: FileReader, _ bit: Int) throws {
        let block = try Bzip2Block(file, at: bit)
        var content: [UInt8] = []
        while try block.read(into: &content, limit: chunk) > 0 { content.removeAll(keepingCapacity: true) }
    }

    private func open(_ bit: Int) throws {
        if contentLength == nil, bit >= 8 * range.upperBound {
            try noting(bit) { try Self.check(file, bit) }
            contentLength = contentCount
        }
        let block = try noting(bit) { try Bzip2Block(file, at: bit) }
        checksum = checksum.map { ($0 << 1 | $0 >> 31) ^ block.checksum }
        (self.block, blockStart) = (block, bit)
        next = .mark(block.next, block.end)
    }

    // MARK: - Streams

    private func openStream(_ byte: Int) throws {
        let head = try bytes(from: 8 * byte, 10)
        let isBeginning = zip(head, "BZh".utf8).allSatisfy { $0 == $1 }
        guard isBeginning, head.count < 4 || (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(head[3]) else {
            throw corrupt(8 * byte, "here begins no stream")
        }
        guard head.count == 10 else { throw corrupt(8 * byte, CompressionError.endsTooEarly.reason) }
        guard let mark = Bzip2Mark(head[4...], behind: 0) else { throw corrupt(8 * byte + 32, "here begins no block") }
        checksum = 0
        next = .mark(mark, 8 * byte + 32)
    }

    private func endStream(_ bit: Int) throws {
        let sum = try bytes(from: bit + Bzip2Mark.bitCount, 4)
        guard sum.count == 4 else { throw corrupt(bit, CompressionError.endsTooEarly.reason) }
        guard checksum == nil || sum.reduce(0, { $0 << 8 | UInt32($1) }) == checksum else {
            throw corrupt(bit, "the checksum of all blocks is another")
        }
        next = .stream((bit + Bzip2Mark.bitCount + 32 + 7) / 8)
    }

    private func bytes(from bit: Int, _ count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var source = ShiftedBytes(file, from: bit)
        try source.read(into: &bytes, limit: count)
        return bytes
    }

    // MARK: - Errors

    private func noting<Result>(_ bit: Int, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as CompressionError {
            throw corrupt(bit, error.reason)
        }
    }

    private func corrupt(_ bit: Int, _ what: String) -> FileSystemError {
        .corrupt(file.path, "bzip2 file", what, at: bit / 8, contentCount: contentCount)
    }
}
