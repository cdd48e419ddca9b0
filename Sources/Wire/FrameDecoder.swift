/// Cuts a stream of bytes into frames, however the network has cut them.
///
/// A frame is its length, four bytes with the greatest first, and then that many bytes.
public struct FrameDecoder: Sendable {
    /// The longest frame between peers that know each other, in bytes.
    public static let defaultLengthLimit = 16 << 20
    /// The longest frame of a peer that has not yet proved who it is.
    public static let strangerLengthLimit = 512

    public var lengthLimit: Int

    private static let headerLength = 4
    private var pending: [UInt8] = []

    public init(lengthLimit: Int = Self.defaultLengthLimit) { self.lengthLimit = lengthLimit }

    /// Takes the next bytes of the stream, and gives `onFrame` each frame they complete.
    public mutating func decode(
        _ bytes: Span<UInt8>, onFrame: (Span<UInt8>) throws(WireError) -> Void
    ) throws(WireError) {
        if pending.isEmpty {
            let used = try giveFrames(of: bytes, onFrame)
            append(bytes.extracting(used..<bytes.count))
        } else {
            append(bytes)
            let whole = pending
            pending = []
            let used = try giveFrames(of: whole.span, onFrame)
            // Bytes arrive in pieces of at most a read buffer, so a long frame is moved only when it is complete.
            pending = used == 0 ? whole : Array(whole[used...])
        }
    }

    private mutating func append(_ bytes: Span<UInt8>) {
        guard !bytes.isEmpty else { return }
        pending.append(addingCapacity: bytes.count) { room in
            for index in bytes.indices { room.append(bytes[index]) }
        }
    }

    /// - Returns: How many bytes the complete frames take.
    private func giveFrames(
        of bytes: Span<UInt8>, _ onFrame: (Span<UInt8>) throws(WireError) -> Void
    ) throws(WireError) -> Int {
        var start = 0
        while let length = try announcedLength(in: bytes, at: start) {
            let body = start + Self.headerLength
            guard length <= bytes.count - body else { break }
            try onFrame(bytes.extracting(body..<body + length))
            start = body + length
        }
        return start
    }

    /// The length that the header at `start` gives; nil while the header is not all there.
    private func announcedLength(in bytes: Span<UInt8>, at start: Int) throws(WireError) -> Int? {
        guard bytes.count - start >= Self.headerLength else { return nil }
        var length = 0
        for index in start..<start + Self.headerLength { length = length << 8 | Int(bytes[index]) }
        guard length <= lengthLimit else { throw .frameTooLong(length: length, limit: lengthLimit) }
        return length
    }
}

/// Puts the length before a frame's bytes.
public enum FrameEncoder {
    /// Appends one frame, whose bytes `body` appends.
    public static func append(to bytes: inout [UInt8], body: (inout [UInt8]) -> Void) {
        let start = bytes.count
        bytes.append(contentsOf: [0, 0, 0, 0])
        body(&bytes)
        let length = UInt32(bytes.count - start - 4)
        for place in 0..<4 { bytes[start + place] = UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * place)) }
    }
}
