internal import Records

/// A part of a file in memory, from the place that is read on.
final class FileWindow {
    /// Bytes that are read at once; what a damaged length claims is not allocated before it has come.
    private static let chunk = 64 << 10
    private static let longChunk = 4 << 20

    let path: String
    private let file: FileReader
    private var source: FileReader
    private var bytes: [UInt8] = []
    /// Of the first of them.
    private var start = 0
    private var offset = 0

    init(_ path: String) throws(FileSystemError) {
        self.path = path
        file = try FileReader(path)
        source = file
    }

    var length: Int { file.length }
    /// Of the next byte.
    var place: Int { start + offset }
    /// Bytes that are there.
    var restCount: Int { bytes.count - offset }

    func seek(_ place: Int) throws {
        source = file.section(offset: place, count: .max)
        bytes.removeAll(keepingCapacity: true)
        (start, offset) = (place, 0)
    }

    /// Sees to it that so many bytes are there; false when the file has no more of them.
    func fill(_ count: Int) throws -> Bool {
        if restCount >= count { return true }
        bytes.removeFirst(offset)
        (start, offset) = (start + offset, 0)
        while bytes.count < count {
            let limit = min(max(Self.chunk, count - bytes.count), Self.longChunk)
            if try source.read(into: &bytes, limit: limit) == 0 { return false }
        }
        return true
    }

    func skip(_ count: Int) { offset += count }

    /// Appends the next ones to others.
    func take(_ count: Int, into other: inout [UInt8]) {
        other.append(bytes.span.extracting(offset..<offset + count))
        offset += count
    }

    /// The next four, the highest first.
    func takeInt32() -> Int {
        defer { offset += 4 }
        return Int(bytes[offset..<offset + 4].reduce(Int32(0)) { $0 << 8 | Int32($1) })
    }

    /// Of the HadoopVarint that comes.
    var varintLength: Int { HadoopVarint.length(bytes[offset]) }

    func takeVarint() -> Int64? {
        guard let (value, end) = HadoopVarint.decode(bytes.span, at: offset) else { return nil }
        offset = end
        return value
    }

    /// Lends what is there.
    func withRest<Result, Failure: Error>(_ body: (Span<UInt8>) throws(Failure) -> Result) throws(Failure) -> Result {
        let bytes = bytes
        return try body(bytes.span.extracting(offset..<bytes.count))
    }
}
