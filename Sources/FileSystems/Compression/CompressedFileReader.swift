internal import Records

/// The content of a compressed file: all its members, one after another, as Hadoop's DecompressorStream reads them.
///
/// What it holds does not depend on how much comes out: a file of a few bytes may hold gigabytes.
public final class CompressedFileReader: PackedSource {
    /// Bytes at once, at most, since so much room is made for them; zlib itself counts in 32 bits.
    private static let outputLimit = 4 << 20

    public let start: Int
    public private(set) var packedCount = 0
    public private(set) var contentLength: Int?
    public var fileLength: Int { source.length }
    private let source: FileReader
    private let decompressor: any Decompressor
    /// For errors: the file, and what it should be.
    private let path: String
    private let format: String
    /// Of the piece that is read.
    private let end: Int
    private var input: [UInt8] = []
    private var place = 0
    /// Bytes that came out so far.
    private var contentCount = 0
    /// Inside a member, so that the file must not end.
    private var isInMember = false

    /// - Parameter range: Bytes of the file, which begin with a member; nil is all of it.
    public convenience init(
        _ path: String, _ format: CompressionFormat, _ range: Range<Int>? = nil
    ) throws(FileSystemError) {
        let source = try FileReader(path, offset: range?.lowerBound ?? 0)
        try self.init(source, path, format, range)
    }

    /// - Parameter path: Of the file that the source reads, for errors.
    convenience init(
        _ source: FileReader, _ path: String, _ format: CompressionFormat, _ range: Range<Int>? = nil
    ) throws(FileSystemError) {
        do throws(CompressionError) {
            self.init(source, try format.makeDecompressor(), path, "\(format.name) file", range ?? 0..<Int.max)
        } catch {
            throw FileSystemError(.invalid, "\(path) cannot be decompressed: \(error.reason)")
        }
    }

    init(
        _ source: FileReader, _ decompressor: any Decompressor, _ path: String, _ format: String,
        _ range: Range<Int> = 0..<Int.max
    ) {
        self.source = source
        self.decompressor = decompressor
        self.path = path
        self.format = format
        (start, end) = (range.lowerBound, range.upperBound)
    }

    public func read(into buffer: inout [UInt8], limit: Int) throws -> Int {
        let limit = min(limit, Self.outputLimit)
        while true {
            if place == input.count { try refill() }
            let isAtEnd = input.isEmpty
            if isAtEnd && !isInMember { return 0 }
            // The next member is none of the piece's.
            if !isInMember, contentLength == nil, packedPlace >= end { contentLength = contentCount }
            let count = try step(into: &buffer, limit: limit)
            contentCount += count
            if count > 0 { return count }
            // Without input a library gives what it still holds, and then nothing.
            if isAtEnd && isInMember { throw corrupt(CompressionError.endsTooEarly.reason) }
        }
    }

    /// Of the next byte that the library is given.
    private var packedPlace: Int { start + packedCount - (input.count - place) }

    private func refill() throws {
        input.removeAll(keepingCapacity: true)
        place = 0
        packedCount += try source.read(into: &input, limit: 64 << 10)
    }

    private func step(into buffer: inout [UInt8], limit: Int) throws -> Int {
        var result: Result<CompressionStep, CompressionError> = .failure(.noMemory)
        buffer.append(addingCapacity: limit) { room in
            room.withUnsafeMutableBufferPointer { free, count in
                let output = UnsafeMutableBufferPointer(rebasing: free[count..<count + limit])
                result = input.withUnsafeMutableBufferPointer { bytes in
                    unpack(UnsafeMutableBufferPointer(rebasing: bytes[place...]), output)
                }
                if case .success(let step) = result { count += step.given }
            }
        }
        switch result {
        case .success(let step):
            place += step.taken
            isInMember = !step.isEnd
            return step.given
        case .failure(let error): throw corrupt(error.reason)
        }
    }

    private func unpack(
        _ input: UnsafeMutableBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>
    ) -> Result<CompressionStep, CompressionError> {
        Result { () throws(CompressionError) in
            let step = try decompressor.step(input, output)
            if step.isEnd { try decompressor.reset() }
            return step
        }
    }

    private func corrupt(_ what: String) -> FileSystemError {
        .corrupt(path, format, what, at: packedPlace, contentCount: contentCount)
    }
}
