import FileSystems
import Testing

@Suite struct ChecksumTests {
    /// Those of RFC 3720, appendix B.4, and the check value that catalogues give.
    @Test(
        arguments: [
            ([], 0), (Array("123456789".utf8), 0xe306_9283), (Array(repeating: 0, count: 32), 0x8a91_36aa),
            (Array(repeating: 0xff, count: 32), 0x62a8_ab43), (Array(0..<32), 0x46dd_794e),
        ] as [([UInt8], UInt32)]) func knownSums(bytes: [UInt8], sum: UInt32)
    {
        var checksum = Checksum()
        checksum.add(bytes.span)
        #expect(checksum.value == sum)
    }

    @Test(arguments: [1, 3, 8, 13]) func aSumDoesNotDependOnThePieces(size: Int) {
        let bytes = (0..<100).map { UInt8($0) }
        var (whole, pieces) = (Checksum(), Checksum())
        whole.add(bytes.span)
        for start in stride(from: 0, to: bytes.count, by: size) {
            pieces.add(bytes.span.extracting(start..<min(bytes.count, start + size)))
        }
        #expect(pieces.value == whole.value)
    }
}
