internal import CBzip2

final class Bzip2Decompressor: Decompressor {
    /// Where it is must not change: the library keeps a pointer back to it.
    private let stream = UnsafeMutablePointer<bz_stream>.allocate(capacity: 1)

    init() throws(CompressionError) {
        stream.initialize(to: bz_stream())
        guard BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK else { throw .noMemory }
    }

    deinit {
        BZ2_bzDecompressEnd(stream)
        stream.deallocate()
    }

    func step(
        _ input: UnsafeMutableBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>
    ) throws(CompressionError) -> CompressionStep {
        stream.pointee.set(input, output)
        let code = BZ2_bzDecompress(stream)
        switch code {
        case BZ_OK, BZ_STREAM_END: return stream.pointee.step(input, output, isEnd: code == BZ_STREAM_END)
        case BZ_DATA_ERROR: throw CompressionError(reason: "its bytes are damaged")
        case BZ_DATA_ERROR_MAGIC: throw CompressionError(reason: "it does not begin like one")
        case BZ_MEM_ERROR: throw .noMemory
        default: throw CompressionError(reason: "code \(code)")
        }
    }

    func reset() throws(CompressionError) {
        BZ2_bzDecompressEnd(stream)
        stream.initialize(to: bz_stream())
        guard BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK else { throw .noMemory }
    }
}

final class Bzip2Compressor: Compressor {
    /// Of 100 kB: the largest, as Hadoop's BZip2Codec takes it.
    private static let blockSize: CInt = 9

    private let stream = UnsafeMutablePointer<bz_stream>.allocate(capacity: 1)

    init() throws(CompressionError) {
        stream.initialize(to: bz_stream())
        guard BZ2_bzCompressInit(stream, Self.blockSize, 0, 0) == BZ_OK else { throw .noMemory }
    }

    deinit {
        BZ2_bzCompressEnd(stream)
        stream.deallocate()
    }

    func step(
        _ input: UnsafeMutableBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>, isLast: Bool
    ) throws(CompressionError) -> CompressionStep {
        stream.pointee.set(input, output)
        // Without input the library calls BZ_RUN a mistake.
        if !isLast && input.isEmpty { return CompressionStep(taken: 0, given: 0, isEnd: false) }
        let code = BZ2_bzCompress(stream, isLast ? BZ_FINISH : BZ_RUN)
        guard code == BZ_RUN_OK || code == BZ_FINISH_OK || code == BZ_STREAM_END else {
            throw CompressionError(reason: "bzip2: code \(code)")
        }
        return stream.pointee.step(input, output, isEnd: code == BZ_STREAM_END)
    }

    func reset() throws(CompressionError) {
        BZ2_bzCompressEnd(stream)
        stream.pointee = bz_stream()
        guard BZ2_bzCompressInit(stream, Self.blockSize, 0, 0) == BZ_OK else { throw .noMemory }
    }
}

extension bz_stream {
    fileprivate mutating func set(
        _ input: UnsafeMutableBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>
    ) {
        next_in = UnsafeMutableRawPointer(input.baseAddress)?.assumingMemoryBound(to: CChar.self)
        avail_in = UInt32(input.count)
        next_out = UnsafeMutableRawPointer(output.baseAddress)?.assumingMemoryBound(to: CChar.self)
        avail_out = UInt32(output.count)
    }

    fileprivate func step(
        _ input: UnsafeMutableBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>, isEnd: Bool
    ) -> CompressionStep {
        CompressionStep(taken: input.count - Int(avail_in), given: output.count - Int(avail_out), isEnd: isEnd)
    }
}
