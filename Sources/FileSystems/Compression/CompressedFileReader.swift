public import Records

/// The content of a compressed file: all its members, one after another, as Hadoop's DecompressorStream reads them.
///
/// What it holds does not depend on how much comes out: a file of a few bytes may hold gigabytes.
public final class CompressedFileReader: ByteSource {
    /// Bytes at once, at most, since so much room is made for them; zlib itself counts in 32 bits.
    private static let outputLimit = 4 << 20

    private let source: FileReader
    private let decompressor: any Decompressor
    /// For errors: the file, and what it should be.
    private let path: String
    private let format: String
    private var input: [UInt8] = []
    private var place = 0
    /// Inside a member, so that the file must not end.
    private var isInMember = false
    /// Compressed bytes taken so far.
    public private(set) var packedCount = 0
    /// Of the file, as it is on the disk.
    public var fileLength: Int { source.length }

    public convenience init(_ path: String, _ format: CompressionFormat) throws(FileSystemError) {
        try self.init(FileReader(path), path, format)
    }

    /// - Parameter path: Of the file that the source reads, for errors.
    convenience init(_ source: FileReader, _ path: String, _ format: CompressionFormat) throws(FileSystemError) {
        do throws(CompressionError) {
            self.init(source, try format.makeDecompressor(), path, "\(format.name) file")
        } catch {
            throw FileSystemError(.invalid, "\(path) cannot be decompressed: \(error.reason)")
        }
    }

    init(_ source: FileReader, _ decompressor: any Decompressor, _ path: String, _ format: String) {
        self.source = source
        self.decompressor = decompressor
        self.path = path
        self.format = format
    }

    public func read(into buffer: inout [UInt8], limit: Int) throws -> Int {
        let limit = min(limit, Self.outputLimit)
        while true {
            if place == input.count { try refill() }
            let isAtEnd = input.isEmpty
            if isAtEnd && !isInMember { return 0 }
            let count = try step(into: &buffer, limit: limit)
            if count > 0 { return count }
            // Without input a library gives what it still holds, and then nothing.
            if isAtEnd && isInMember { throw corrupt("it ends too early") }
        }
    }

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
        FileSystemError(.invalid, "\(path) is no whole \(format): \(what)")
    }
}
