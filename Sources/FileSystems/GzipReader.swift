internal import CZlib
public import Records

/// The content of a gzip file: all its members, one after another (Hadoop's GzipCodec).
public final class GzipReader: ByteSource {
    /// Bytes at once, at most, since so much room is made for them; zlib itself counts in 32 bits.
    private static let outputLimit = 4 << 20

    private let file: FileReader
    /// Where it is must not change: zlib keeps a pointer back to it.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private var input: [UInt8] = []
    private var place = 0
    /// Inside a member, so that the file must not end.
    private var isInMember = false

    public init(_ path: String) throws(FileSystemError) {
        file = try FileReader(path)
        stream.initialize(to: z_stream())
        guard czlib_inflate_init_gzip(stream) == Z_OK else {
            throw FileSystemError(.invalid, "\(path): no memory to decompress it")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    public func read(into buffer: inout [UInt8], limit: Int) throws -> Int {
        let limit = min(limit, Self.outputLimit)
        while true {
            if place == input.count, try !refill() {
                if isInMember { throw corrupt("it ends too early") }
                return 0
            }
            let count = try inflateSome(into: &buffer, limit: limit)
            if count > 0 { return count }
        }
    }

    private func refill() throws -> Bool {
        input.removeAll(keepingCapacity: true)
        place = 0
        return try file.read(into: &input, limit: 64 << 10) > 0
    }

    private func inflateSome(into buffer: inout [UInt8], limit: Int) throws -> Int {
        let before = buffer.count
        var code = Z_OK
        buffer.append(addingCapacity: limit) { room in
            room.withUnsafeMutableBufferPointer { free, count in
                input.withUnsafeMutableBufferPointer { input in
                    stream.pointee.next_in = input.baseAddress! + place
                    stream.pointee.avail_in = UInt32(input.count - place)
                    stream.pointee.next_out = free.baseAddress! + count
                    stream.pointee.avail_out = UInt32(limit)
                    code = inflate(stream, Z_NO_FLUSH)
                    place = input.count - Int(stream.pointee.avail_in)
                    count += limit - Int(stream.pointee.avail_out)
                }
            }
        }
        switch code {
        case Z_OK, Z_BUF_ERROR: isInMember = true
        case Z_STREAM_END:
            isInMember = false
            inflateReset(stream)
        default: throw corrupt(stream.pointee.msg.map { String(cString: $0) } ?? "code \(code)")
        }
        return buffer.count - before
    }

    private func corrupt(_ what: String) -> FileSystemError {
        FileSystemError(.invalid, "\(file.path) is no whole gzip file: \(what)")
    }
}
