internal import Records

/// Where the frames of a zstd file end. The lengths of their blocks tell, so that nothing need be unpacked; pzstd, the seekable
/// format and joined files have several.
///
/// Source: RFC 8878, 3.1.
enum ZstandardFrames {
    /// Of all frames together; beyond, a file is not worth the time.
    private static let blockLimit = 1 << 22
    private static let magic = 0xfd2f_b528
    /// Of a frame for other programs, but for its last four bits.
    private static let skippableMagic = 0x184d_2a50

    /// Bytes of the file; nil when it is not made of whole frames.
    static func ends(_ path: String) throws -> [Int]? {
        let file = try FileReader(path)
        var blocksLeft = blockLimit
        var ends: [Int] = []
        while ends.last ?? 0 < file.length {
            guard let end = try end(ofFrameAt: ends.last ?? 0, in: file, &blocksLeft), end <= file.length else {
                return nil
            }
            ends.append(end)
        }
        return ends
    }

    private static func end(ofFrameAt start: Int, in file: FileReader, _ blocksLeft: inout Int) throws -> Int? {
        guard let magic = try number(in: file, at: start, 4) else { return nil }
        if magic & ~0xf == skippableMagic { return try number(in: file, at: start + 4, 4).map { start + 8 + $0 } }
        guard magic == Self.magic, let flags = try number(in: file, at: start + 4, 1) else { return nil }
        let isSingleSegment = flags & 0x20 != 0
        let dictionary = [0, 1, 2, 4][flags & 3]
        let contentSize = [isSingleSegment ? 1 : 0, 2, 4, 8][flags >> 6]
        var place = start + 5 + (isSingleSegment ? 0 : 1) + dictionary + contentSize
        while true {
            blocksLeft -= 1
            guard blocksLeft >= 0, let header = try number(in: file, at: place, 3), header >> 1 & 3 != 3 else {
                return nil
            }
            // One byte stands for as many as the size says.
            place += 3 + (header >> 1 & 3 == 1 ? 1 : header >> 3)
            if header & 1 != 0 { return place + (flags & 4 != 0 ? 4 : 0) }
        }
    }

    /// The lowest byte first; nil when the file is shorter.
    private static func number(in file: FileReader, at place: Int, _ count: Int) throws -> Int? {
        var bytes: [UInt8] = []
        let got = try file.section(offset: place, count: count).read(into: &bytes, limit: count)
        return got == count ? bytes.reversed().reduce(0) { $0 << 8 | Int($1) } : nil
    }
}
