/// How a journal lies on disk.
///
/// A segment begins with a header: eight bytes that name the format, four that give its version, and eight that give the
/// number of its first change. Frames follow, each of which was written and synced as one: the length of what follows its
/// head, the CRC-32C of that, and entries, each behind its own length. All numbers are little-endian. Since the next frame
/// is not begun before the last is synced, only the last one can be torn.
public enum JournalFormat {
    public static let version = 1
    public static let headerLength = 20
    public static let frameHeadLength = 8
    /// Bytes of a frame. An entry holds one submission at most, so what is longer is none.
    public static let frameLimit = 256 << 20

    private static let magic = Array("MARTLETJ".utf8)

    public static func header(firstSequence: Int) -> [UInt8] {
        magic + bytes(UInt64(version), 4) + bytes(UInt64(firstSequence), 8)
    }

    /// The head of a frame with these entries, which are already behind their lengths.
    public static func frameHead(_ entries: Span<UInt8>) -> [UInt8] {
        bytes(UInt64(entries.count), 4) + bytes(UInt64(CRC32C.of(entries)), 4)
    }

    /// Bytes of a segment that tell where its first frame ends.
    public static let firstFrame = headerLength + frameHeadLength

    /// Where a segment's first frame ends; nil when the bytes are none's beginning.
    public static func firstFrameEnd(_ bytes: Span<UInt8>) -> Int? {
        guard bytes.count >= firstFrame else { return nil }
        let length = Int(number(bytes, at: headerLength, 4))
        return length <= frameLimit ? firstFrame + length : nil
    }

    /// Appends an entry, behind its length, to a frame that is being made.
    public static func append(_ entry: JournalEntry, to frame: inout [UInt8]) {
        let start = frame.count
        frame += [0, 0, 0, 0]
        entry.append(to: &frame)
        let length = bytes(UInt64(frame.count - start - 4), 4)
        for index in 0..<4 { frame[start + index] = length[index] }
    }

    static func bytes(_ number: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
    }

    static func number(_ bytes: Span<UInt8>, at place: Int, _ count: Int) -> UInt64 {
        (0..<count).reduce(0) { $0 | UInt64(bytes[place + $1]) << UInt64(8 * $1) }
    }

    static func isMagic(_ bytes: Span<UInt8>) -> Bool { magic.indices.allSatisfy { bytes[$0] == magic[$0] } }
}
