internal import CZstd

final class ZstandardDecompressor: Decompressor {
    private let context: OpaquePointer

    /// A frame may ask for no more than the library's 128 MiB of window, as `zstd -d` has it too.
    init() throws(CompressionError) {
        guard let context = ZSTD_createDCtx() else { throw .noMemory }
        self.context = context
    }

    deinit { ZSTD_freeDCtx(context) }

    func step(
        _ input: UnsafeMutableBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>
    ) throws(CompressionError) -> CompressionStep {
        var from = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var to = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let code = ZSTD_decompressStream(context, &to, &from)
        try check(code)
        return CompressionStep(taken: from.pos, given: to.pos, isEnd: code == 0)
    }

    func reset() throws(CompressionError) { try check(ZSTD_DCtx_reset(context, ZSTD_reset_session_only)) }
}

final class ZstandardCompressor: Compressor {
    private let context: OpaquePointer

    init() throws(CompressionError) {
        guard let context = ZSTD_createCCtx() else { throw .noMemory }
        self.context = context
        // As the zstd program does, so that damage is noticed.
        try check(ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1))
    }

    deinit { ZSTD_freeCCtx(context) }

    func step(
        _ input: UnsafeMutableBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>, isLast: Bool
    ) throws(CompressionError) -> CompressionStep {
        var from = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var to = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let left = ZSTD_compressStream2(context, &to, &from, isLast ? ZSTD_e_end : ZSTD_e_continue)
        try check(left)
        return CompressionStep(taken: from.pos, given: to.pos, isEnd: isLast && left == 0)
    }

    func reset() throws(CompressionError) { try check(ZSTD_CCtx_reset(context, ZSTD_reset_session_only)) }
}

/// Throws what the library says when the number is one of its errors.
private func check(_ code: Int) throws(CompressionError) {
    guard ZSTD_isError(code) != 0 else { return }
    throw CompressionError(reason: String(cString: ZSTD_getErrorName(code)))
}
