internal import Records

/// Writes a new file of one member. Nothing is certain to be in the file before ``close()`` has returned.
public final class CompressedFileWriter {
    private static let chunk = 64 << 10

    /// Bytes written so far, before they are compressed.
    public private(set) var byteCount = 0
    private let file: FileWriter
    private let compressor: any Compressor
    private var pending: [UInt8] = []

    /// - Parameter allowance: What goes to the disk is taken from it.
    public init(
        _ path: String, _ format: CompressionFormat, allowance: WriteAllowance? = nil
    ) throws(FileSystemError) {
        file = try FileWriter(path, allowance: allowance)
        do throws(CompressionError) {
            compressor = try format.makeCompressor()
        } catch {
            throw Self.failure(path, error)
        }
    }

    public func write(_ bytes: Span<UInt8>) throws(FileSystemError) {
        pending.append(bytes)
        byteCount += bytes.count
        if pending.count >= Self.chunk { try pack(isLast: false) }
    }

    /// Writes what is left and closes the file.
    public func close() throws(FileSystemError) {
        try pack(isLast: true)
        try file.close()
    }

    private func pack(isLast: Bool) throws(FileSystemError) {
        var place = 0
        var isDone = false
        while isLast ? !isDone : place < pending.count {
            var packed: [UInt8] = []
            let step = try step(from: place, isLast: isLast, into: &packed)
            place += step.taken
            isDone = step.isEnd
            try file.write(packed.span)
        }
        pending.removeAll(keepingCapacity: true)
    }

    private func step(
        from place: Int, isLast: Bool, into packed: inout [UInt8]
    ) throws(FileSystemError) -> CompressionStep {
        var result: Result<CompressionStep, CompressionError> = .failure(.noMemory)
        packed.append(addingCapacity: Self.chunk) { room in
            room.withUnsafeMutableBufferPointer { free, count in
                result = pending.withUnsafeMutableBufferPointer { bytes in
                    Result { () throws(CompressionError) in
                        try compressor.step(
                            UnsafeMutableBufferPointer(rebasing: bytes[place...]),
                            UnsafeMutableBufferPointer(rebasing: free[..<Self.chunk]), isLast: isLast)
                    }
                }
                if case .success(let step) = result { count = step.given }
            }
        }
        do throws(CompressionError) {
            return try result.get()
        } catch {
            throw Self.failure(file.path, error)
        }
    }

    private static func failure(_ path: String, _ error: CompressionError) -> FileSystemError {
        FileSystemError(.invalid, "\(path) cannot be compressed: \(error.reason)")
    }
}
