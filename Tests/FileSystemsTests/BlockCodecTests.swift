import Records
import SeededNumbers
import Testing

@testable import FileSystems

@Suite struct BlockCodecTests {
    static let sizes = [1, 2, 100, BlockCodec.blockLimit - 1, BlockCodec.blockLimit]

    @Test(arguments: BlockFormat.allCases, [1, 256]) func blocksComeBackAsTheyWere(
        format: BlockFormat, letters: Int
    ) throws {
        let codec = try BlockCodec(format)
        var random = SplitMix64(seed: letters)
        var (whole, packed): ([UInt8], [UInt8]) = ([], [])
        for size in Self.sizes {
            let block = (0..<size).map { _ in UInt8(random.below(letters)) }
            whole += block
            try codec.pack(block.span, to: &packed)
        }
        for limit in [1000, 64 << 10] {
            let reader = BlockReader(Bytes(packed, atOnce: 777), codec, name: "it")
            var read: [UInt8] = []
            while try reader.read(into: &read, limit: limit) > 0 {}
            #expect(read == whole)
            #expect(reader.packedCount == packed.count)
        }
    }

    @Test(arguments: BlockFormat.allCases) func whatIsAlikeBecomesSmall(format: BlockFormat) throws {
        let codec = try BlockCodec(format)
        let bytes = [UInt8](repeating: 7, count: BlockCodec.blockLimit)
        var packed: [UInt8] = []
        try codec.pack(bytes.span, to: &packed)
        #expect(packed.count < 500)
    }

    @Test(arguments: BlockFormat.allCases) func aTruncatedBlockIsAnErrorThatTellsWhere(format: BlockFormat) throws {
        let codec = try BlockCodec(format)
        let bytes = [UInt8](repeating: 1, count: 100)
        var packed: [UInt8] = []
        try codec.pack(bytes.span, to: &packed)
        let second = packed.count
        try codec.pack(bytes.span, to: &packed)
        for count in 1..<packed.count where count != second {
            let error = failure(Array(packed.prefix(count)), codec)
            let place = count < second ? 0 : second
            #expect(error == "/some/file: the compressed block at byte \(1000 + place) ends too early")
        }
    }

    @Test(arguments: BlockFormat.allCases) func aDamagedBlockIsAnErrorOrSoMuchAndNoMore(format: BlockFormat) throws {
        let codec = try BlockCodec(format)
        let bytes = (0..<200).map { UInt8($0 % 7) }
        var packed: [UInt8] = []
        try codec.pack(bytes.span, to: &packed)
        for place in packed.indices {
            var damaged = packed
            damaged[place] ^= 0x55
            guard let error = failure(damaged, codec) else { continue }
            #expect(error.contains("/some/file: the compressed block at byte 1000 "), "byte \(place): \(error)")
        }
    }

    @Test(arguments: [(0, 10), (10, 0), (BlockCodec.blockLimit + 1, 10), (10, BlockCodec.packedLimit + 1), (-1, -1)])
    func lengthsBeyondTheLimitsAreRefusedBeforeRoomIsMade(whole: Int, packed: Int) throws {
        let header = [whole, packed].flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
        let error = failure(header + [1, 2, 3], try BlockCodec(.lz4))
        #expect(error == "/some/file: the compressed block at byte 1000 is none")
    }

    private func failure(_ packed: [UInt8], _ codec: BlockCodec) -> String? {
        let reader = BlockReader(Bytes(packed, atOnce: 1 << 20), codec, name: "/some/file", start: 1000)
        var read: [UInt8] = []
        do {
            while try reader.read(into: &read, limit: 1 << 20) > 0 {}
            return nil
        } catch {
            return "\(error)"
        }
    }
}

/// Bytes that come so many at once, at most.
private struct Bytes: ByteSource {
    private var rest: ArraySlice<UInt8>
    private let atOnce: Int

    init(_ bytes: [UInt8], atOnce: Int) { (rest, self.atOnce) = (bytes[...], atOnce) }

    mutating func read(into buffer: inout [UInt8], limit: Int) -> Int {
        let piece = rest.prefix(min(limit, atOnce))
        buffer += piece
        rest = rest.dropFirst(piece.count)
        return piece.count
    }
}
