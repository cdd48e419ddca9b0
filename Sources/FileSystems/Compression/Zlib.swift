internal import CZlib

/// What zlib writes around its compressed bytes, by the window's bits that mean it.
enum ZlibWrapping: CInt {
    case zlib = 15
    case gzip = 31
    /// Nothing, as in zip files.
    case none = -15
}

final class Inflater: Decompressor {
    /// Where it is must not change: zlib keeps a pointer back to it.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

    init(_ wrapping: ZlibWrapping) throws(CompressionError) {
        stream.initialize(to: z_stream())
        guard czlib_inflate_init(stream, wrapping.rawValue) == Z_OK else { throw .noMemory }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func step(
        _ input: UnsafeMutableBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>
    ) throws(CompressionError) -> CompressionStep {
        stream.pointee.set(input, output)
        let code = inflate(stream, Z_NO_FLUSH)
        guard code == Z_OK || code == Z_BUF_ERROR || code == Z_STREAM_END else {
            throw CompressionError(reason: stream.pointee.msg.map { String(cString: $0) } ?? "code \(code)")
        }
        return stream.pointee.step(input, output, isEnd: code == Z_STREAM_END)
    }

    func reset() throws(CompressionError) {
        guard inflateReset(stream) == Z_OK else { throw .noMemory }
    }
}

final class Deflater: Compressor {
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

    init(_ wrapping: ZlibWrapping) throws(CompressionError) {
        stream.initialize(to: z_stream())
        guard czlib_deflate_init(stream, wrapping.rawValue) == Z_OK else { throw .noMemory }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    func step(
        _ input: UnsafeMutableBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>, isLast: Bool
    ) throws(CompressionError) -> CompressionStep {
        stream.pointee.set(input, output)
        let code = deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
        guard code == Z_OK || code == Z_BUF_ERROR || code == Z_STREAM_END else {
            throw CompressionError(reason: "zlib: code \(code)")
        }
        return stream.pointee.step(input, output, isEnd: code == Z_STREAM_END)
    }

    func reset() throws(CompressionError) {
        guard deflateReset(stream) == Z_OK else { throw .noMemory }
    }
}

extension z_stream {
    fileprivate mutating func set(
        _ input: UnsafeMutableBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>
    ) {
        next_in = input.baseAddress
        avail_in = UInt32(input.count)
        next_out = output.baseAddress
        avail_out = UInt32(output.count)
    }

    fileprivate func step(
        _ input: UnsafeMutableBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>, isEnd: Bool
    ) -> CompressionStep {
        CompressionStep(taken: input.count - Int(avail_in), given: output.count - Int(avail_out), isEnd: isEnd)
    }
}
