internal import CPlatform

/// Plain file descriptors: what a child inherits and a stream adopts. No child gets one unasked, as all made here are
/// closed when a program is executed.
public enum Descriptors {
    /// A one-way pipe.
    public static func pipe() throws(LoopError) -> (readEnd: CInt, writeEnd: CInt) {
        let (readEnd, writeEnd) = try pair(platform_pipe)
        return (readEnd, writeEnd)
    }

    /// Two connected local sockets, each for both directions.
    public static func socketPair() throws(LoopError) -> (CInt, CInt) {
        try pair(platform_socket_pair)
    }

    /// Closes descriptors that nothing else owns.
    public static func close(_ descriptors: CInt...) {
        for descriptor in descriptors {
            let code = platform_close(descriptor)
            precondition(code != LoopError.badDescriptor.code, "descriptor \(descriptor) is not open")
        }
    }

    /// Asks for a larger pipe buffer, which about doubles throughput; where the system refuses, nothing changes.
    public static func enlargePipe(_ descriptor: CInt, byteCount: Int = 256 * 1024) {
        platform_enlarge_pipe(descriptor, CInt(clamping: byteCount))
    }

    /// Reads once, waiting until there is something; for threads without a loop.
    ///
    /// - Returns: At most `limit` bytes; none at the end.
    public static func read(_ descriptor: CInt, limit: Int = 64 * 1024) throws(LoopError) -> [UInt8] {
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, initializedCount in
            count = platform_read(descriptor, buffer.baseAddress, limit)
            initializedCount = max(0, count)
        }
        try checked(CInt(clamping: count))
        return bytes
    }

    /// Writes all of `bytes`, waiting as long as it takes; for threads without a loop.
    public static func write(_ bytes: Span<UInt8>, to descriptor: CInt) throws(LoopError) {
        try checked(bytes.withUnsafeBufferPointer { platform_write_all(descriptor, $0.baseAddress, $0.count) })
    }

    private static func pair(_ open: (UnsafeMutablePointer<CInt>?) -> CInt) throws(LoopError) -> (CInt, CInt) {
        var ends: [CInt] = [-1, -1]
        try checked(open(&ends))
        return (ends[0], ends[1])
    }
}
