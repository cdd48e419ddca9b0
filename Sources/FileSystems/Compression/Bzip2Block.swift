internal import Records

/// One block of a bzip2 file, which the library is given as the only one of a stream. It is not told where the block ends:
/// it takes no byte more than it needs.
final class Bzip2Block {
    private static let chunk = 64 << 10
    /// Of a stream whose blocks have 900 kB at most, as all have.
    private static let streamHead = Array("BZh9".utf8)
    /// Bytes of a block's mark and checksum.
    private static let headLength = 10

    /// The first bit behind it, and what begins there.
    let end: Int
    let next: Bzip2Mark
    /// Of its content, as the block says.
    let checksum: UInt32
    private let library: Bzip2Decompressor

    /// - Parameter start: Bit of the file at which its mark begins.
    /// - Throws: ``CompressionError`` when it is no whole block that another or the stream's end follows.
    init(_ file: FileReader, at start: Int) throws {
        library = try Bzip2Decompressor()
        var source = ShiftedBytes(file, from: start)
        var input: [UInt8] = []
        try Self.fill(&input, to: Self.headLength, from: &source)
        checksum = input[6..<Self.headLength].reduce(0) { $0 << 8 | UInt32($1) }
        _ = try library.take(Self.streamHead)
        var taken = 0
        var last: UInt8 = 0
        repeat {
            try Self.fill(&input, to: 1, from: &source)
            let count = try library.take(input)
            if count > 0 { last = input[count - 1] }
            taken += count
            input.removeFirst(count)
            // What it leaves is behind the block.
        } while input.isEmpty
        try Self.fill(&input, to: 6, from: &source)
        // Of the last byte that it took, the block needs one bit at least.
        let near = [last] + input.prefix(6)
        let found = (1...8).lazy.compactMap { bits in Bzip2Mark(near, behind: bits).map { (bits, $0) } }.first
        guard let (bits, mark) = found else {
            throw CompressionError(reason: "neither another block nor the stream's end follows it")
        }
        end = start + 8 * (taken - 1) + bits
        next = mark
    }

    /// - Throws: ``CompressionError/endsTooEarly`` when there are not so many bytes.
    private static func fill(_ input: inout [UInt8], to count: Int, from source: inout ShiftedBytes) throws {
        while input.count < count {
            let before = input.count
            try source.read(into: &input, limit: chunk)
            if input.count == before { throw CompressionError.endsTooEarly }
        }
    }

    /// Appends a part of its content; 0 at its end.
    ///
    /// - Throws: ``CompressionError`` when it is not what its checksum says, at its end.
    func read(into buffer: inout [UInt8], limit: Int) throws -> Int {
        let before = buffer.count
        var failure: CompressionError?
        buffer.append(addingCapacity: limit) { room in
            room.withUnsafeMutableBufferPointer { free, count in
                let output = UnsafeMutableBufferPointer(rebasing: free[count..<count + limit])
                do throws(CompressionError) {
                    count += try library.step(UnsafeMutableBufferPointer(start: nil, count: 0), output).given
                } catch {
                    failure = error
                }
            }
        }
        if let failure { throw failure }
        return buffer.count - before
    }
}

extension Bzip2Decompressor {
    /// Lets it take bytes while it has no room for what it makes of them.
    ///
    /// - Returns: How many it took.
    fileprivate func take(_ input: [UInt8]) throws(CompressionError) -> Int {
        var input = input
        return try input.withUnsafeMutableBufferPointer { bytes throws(CompressionError) in
            try step(bytes, UnsafeMutableBufferPointer(start: nil, count: 0)).taken
        }
    }
}
