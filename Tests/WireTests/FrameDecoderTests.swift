import SeededNumbers
import Testing
import Wire

@Suite struct FrameDecoderTests {
    @Test func framesAreTheSameHoweverTheStreamIsCut() throws {
        let frames = (0..<40).map { number in (0..<(number * 7) % 50).map { UInt8($0 + number) } }
        var stream: [UInt8] = []
        for frame in frames { FrameEncoder.append(to: &stream) { $0 += frame } }
        for size in [1, 2, 3, 4, 5, 7, 64, stream.count] {
            #expect(try decode(stream, pieces: size) == frames, "in pieces of \(size)")
        }
    }

    @Test func piecesMakeTheSameFramesHoweverTheStreamIsCut() throws {
        let frames = (0..<40).map { number in (0..<(number * 7) % 50).map { UInt8($0 + number) } }
        var stream: [UInt8] = []
        for frame in frames { FrameEncoder.append(to: &stream) { $0 += frame } }
        for size in [1, 2, 3, 4, 5, 7, 64, stream.count] {
            // From wherever the frames need not be gathered any more, also in the middle of one.
            for change in [0, size, 5 * size] {
                #expect(try gatherPieces(stream, size, after: change) == frames, "pieces of \(size) after \(change)")
            }
        }
    }

    private func gatherPieces(_ stream: [UInt8], _ size: Int, after change: Int) throws -> [[UInt8]] {
        var decoder = FrameDecoder()
        var frames: [[UInt8]] = []
        var frame: [UInt8] = []
        for start in stride(from: 0, to: stream.count, by: size) {
            let bytes = stream.span.extracting(start..<min(stream.count, start + size))
            guard start >= change else {
                try decoder.decode(bytes) { whole in frames.append(whole.indices.map { whole[$0] }) }
                continue
            }
            try decoder.decodePieces(bytes) { piece, left in
                frame += piece.indices.map { piece[$0] }
                guard left == 0 else { return }
                frames.append(frame)
                frame = []
            }
        }
        return frames
    }

    @Test func aLengthIsCheckedBeforeAPieceIsGiven() {
        var decoder = FrameDecoder(lengthLimit: 10)
        let bytes: [UInt8] = [0, 0, 0, 11, 1, 2]
        #expect(throws: WireError.frameTooLong(length: 11, limit: 10)) {
            try decoder.decodePieces(bytes.span) { _, _ in Issue.record("given") }
        }
    }

    @Test func whatThrowsHasAppendedNothing() {
        var stream: [UInt8] = [9]
        #expect(throws: WireError.malformed) {
            try FrameEncoder.append(to: &stream) { (bytes: inout [UInt8]) throws(WireError) in
                bytes += [1, 2]
                throw .malformed
            }
        }
        #expect(stream == [9])
    }

    @Test func aFrameOf4GiBIsRefusedByItsHeader() {
        #expect(throws: WireError.frameTooLong(length: 0xffff_ffff, limit: FrameDecoder.defaultLengthLimit)) {
            try decode([0xff, 0xff, 0xff, 0xff], pieces: 4)
        }
    }

    /// Also when the header comes byte by byte, and with more behind it.
    @Test(arguments: 1...4) func aLengthIsCheckedAsSoonAsItIsThere(piece: Int) {
        var header: [UInt8] = [0xff, 0xff, 0xff, 0xff]
        #expect(throws: WireError.frameTooLong(length: 0xffff_ffff, limit: FrameDecoder.defaultLengthLimit)) {
            try decode(header, pieces: piece)
        }
        header += Array(repeating: 0, count: 1000)
        #expect(throws: WireError.frameTooLong(length: 0xffff_ffff, limit: FrameDecoder.defaultLengthLimit)) {
            try decode(header, pieces: piece)
        }
    }

    @Test func aLimitCanBeRaisedBetweenFrames() throws {
        var decoder = FrameDecoder(lengthLimit: 1)
        var stream: [UInt8] = []
        FrameEncoder.append(to: &stream) { $0 += [1] }
        try decoder.decode(stream.span) { _ in }
        decoder.lengthLimit = 2
        stream = []
        FrameEncoder.append(to: &stream) { $0 += [1, 2] }
        var found = 0
        try decoder.decode(stream.span) { frame in found = frame.count }
        #expect(found == 2)
    }

    @Test(arguments: [0, 1, 512]) func theLimitItselfIsAllowed(limit: Int) throws {
        var decoder = FrameDecoder(lengthLimit: limit)
        var stream: [UInt8] = []
        FrameEncoder.append(to: &stream) { $0 += Array(repeating: 1, count: limit) }
        var found = -1
        try decoder.decode(stream.span) { frame in found = frame.count }
        #expect(found == limit)
        stream = []
        FrameEncoder.append(to: &stream) { $0 += Array(repeating: 1, count: limit + 1) }
        let bytes = stream
        #expect(throws: WireError.frameTooLong(length: limit + 1, limit: limit)) {
            try decoder.decode(bytes.span) { _ in }
        }
    }

    @Test func whatAFrameThrowsEndsTheDecoding() {
        var stream: [UInt8] = []
        for _ in 0..<2 { FrameEncoder.append(to: &stream) { $0 += [1] } }
        var decoder = FrameDecoder()
        var count = 0
        let bytes = stream
        #expect(throws: WireError.malformed) {
            try decoder.decode(bytes.span) { (_) throws(WireError) in
                count += 1
                throw .malformed
            }
        }
        #expect(count == 1)
    }

    @Test func anyBytesGiveFramesOrAnError() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<2000 {
            let bytes = random.bytes(upTo: 200)
            var decoder = FrameDecoder(lengthLimit: 100)
            var left = bytes[...]
            while !left.isEmpty {
                let piece = Array(left.prefix(1 + random.below(20)))
                left = left.dropFirst(piece.count)
                do throws(WireError) {
                    try decoder.decode(piece.span) { frame in #expect(frame.count <= 100) }
                } catch {
                    break
                }
            }
        }
    }

    private func decode(_ stream: [UInt8], pieces size: Int) throws(WireError) -> [[UInt8]] {
        var decoder = FrameDecoder()
        var frames: [[UInt8]] = []
        for start in stride(from: 0, to: stream.count, by: size) {
            let piece = Array(stream[start..<min(start + size, stream.count)])
            try decoder.decode(piece.span) { frame in frames.append(frame.indices.map { frame[$0] }) }
        }
        return frames
    }
}

extension SplitMix64 {
    mutating func bytes(upTo count: Int) -> [UInt8] {
        (0..<below(count)).map { _ in UInt8(truncatingIfNeeded: next()) }
    }
}
