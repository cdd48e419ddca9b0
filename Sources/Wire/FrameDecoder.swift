/// Cuts a stream of bytes into frames, however the network has cut them.
///
/// A frame is its length, four bytes with the greatest first, and then that many bytes.
public struct FrameDecoder: Sendable {
    /// The longest frame between peers that know each other, in bytes.
    public static let defaultLengthLimit = 16 << 20
    /// The longest frame of a peer that has not yet proved who it is.
    public static let strangerLengthLimit = 512

    /// The longest frame that is taken, in bytes; a change counts from the next call of ``decode(_:onFrame:)`` on.
    public var lengthLimit: Int

    private static let headerLength = 4
    private var pending: [UInt8] = []
    /// Bytes that a frame given piece by piece still lacks; nil between frames.
    private var left: Int?

    public init(lengthLimit: Int = Self.defaultLengthLimit) { self.lengthLimit = lengthLimit }

    /// Takes the next bytes of the stream, and gives `onFrame` each frame they complete.
    ///
    /// A frame that lies wholly in `bytes` is handed on where it is; only what is incomplete is copied, once.
    ///
    /// - Throws: ``WireError/frameTooLong(length:limit:)`` as soon as a header is there, or whatever `onFrame` throws. The
    ///   stream has lost its place then, and the decoder is of no more use.
    public mutating func decode(
        _ bytes: Span<UInt8>, onFrame: (Span<UInt8>) throws(WireError) -> Void
    ) throws(WireError) {
        var start = 0
        if !pending.isEmpty {
            start = try completePending(with: bytes, onFrame)
            guard pending.isEmpty else { return }
        }
        start = try giveFrames(of: bytes, from: start, onFrame)
        append(bytes.extracting(start..<bytes.count))
    }

    /// Takes no more bytes than the pending frame lacks, its header first, so that a length is checked before it is
    /// believed.
    ///
    /// - Returns: How many bytes were taken; something is still pending only if it is all of them.
    private mutating func completePending(
        with bytes: Span<UInt8>, _ onFrame: (Span<UInt8>) throws(WireError) -> Void
    ) throws(WireError) -> Int {
        var taken = min(max(0, Self.headerLength - pending.count), bytes.count)
        append(bytes.extracting(0..<taken))
        guard let length = try announcedLength(in: pending.span, at: 0) else { return taken }

        let missing = min(Self.headerLength + length - pending.count, bytes.count - taken)
        append(bytes.extracting(taken..<taken + missing))
        taken += missing
        if pending.count == Self.headerLength + length {
            // Its room is given back: connections are many, and most are idle.
            let frame = pending
            pending = []
            try onFrame(frame.span.extracting(Self.headerLength..<frame.count))
        }
        return taken
    }

    private mutating func append(_ bytes: Span<UInt8>) {
        guard !bytes.isEmpty else { return }
        pending.append(addingCapacity: bytes.count) { room in
            for index in bytes.indices { room.append(bytes[index]) }
        }
    }

    /// - Returns: Where the bytes begin that are no complete frame.
    private func giveFrames(
        of bytes: Span<UInt8>, from first: Int, _ onFrame: (Span<UInt8>) throws(WireError) -> Void
    ) throws(WireError) -> Int {
        var start = first
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

extension FrameDecoder {
    /// As ``decode(_:onFrame:)``, for frames that need not be whole: what has come of one is handed on where it is.
    ///
    /// - Parameter onPiece: Given the next bytes of a frame, and how many it still lacks; once for an empty frame.
    public mutating func decodePieces(
        _ bytes: Span<UInt8>, onPiece: (Span<UInt8>, _ left: Int) throws(WireError) -> Void
    ) throws(WireError) {
        var start = 0
        if pending.count > Self.headerLength { try giveGathered(onPiece) }
        while true {
            if let left {
                let count = min(left, bytes.count - start)
                if count == 0 && left > 0 { return }
                self.left = left == count ? nil : left - count
                try onPiece(bytes.extracting(start..<start + count), left - count)
                start += count
            } else {
                let count = min(Self.headerLength - pending.count, bytes.count - start)
                append(bytes.extracting(start..<start + count))
                start += count
                guard let length = try announcedLength(in: pending.span, at: 0) else { return }
                pending.removeAll(keepingCapacity: true)
                left = length
            }
        }
    }

    /// A frame that ``decode(_:onFrame:)`` had begun to gather.
    private mutating func giveGathered(
        _ onPiece: (Span<UInt8>, _ left: Int) throws(WireError) -> Void
    ) throws(WireError) {
        let gathered = pending
        guard let length = try announcedLength(in: gathered.span, at: 0) else { return }
        pending = []
        let missing = length - (gathered.count - Self.headerLength)
        left = missing
        try onPiece(gathered.span.extracting(Self.headerLength..<gathered.count), missing)
    }
}

/// Puts the length before a frame's bytes.
public enum FrameEncoder {
    /// Bytes of the length before a frame.
    public static let headerLength = 4

    /// Appends one frame, whose bytes `body` appends and which must stay below 4 GiB; `body` changes nothing that was there.
    /// If it throws, nothing is appended.
    public static func append<E: Error>(to bytes: inout [UInt8], body: (inout [UInt8]) throws(E) -> Void) throws(E) {
        let start = bytes.count
        bytes.append(contentsOf: [0, 0, 0, 0])
        do throws(E) {
            try body(&bytes)
        } catch {
            bytes.removeSubrange(start...)
            throw error
        }
        let length = UInt32(bytes.count - start - headerLength)
        for place in 0..<4 { bytes[start + place] = UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * place)) }
    }
}
