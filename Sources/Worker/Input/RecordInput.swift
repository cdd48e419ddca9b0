internal import ClusterModel
internal import FileSystems
internal import MapReduce
internal import Records

/// The records of a split for a native mapper, many at a time: they stay in the bytes that were read.
final class RecordInput {
    private static let chunk = 256 << 10

    private let uri: String
    private let shape: RecordShape
    private let phases: PhaseClock
    private let source: Source
    /// Of a record whose end is to come.
    private var rest: [UInt8] = []

    private enum Source {
        case lines(SplitInput)
        /// Records of one length, from the first that begins in the split.
        case file(FileReader, length: Int, bytes: Int)
    }

    init(
        _ uri: String, offset: Int, length: Int, more: [String], isAligned: Bool, _ shape: RecordShape,
        _ phases: PhaseClock
    ) throws {
        self.uri = uri
        self.shape = shape
        self.phases = phases
        switch shape {
        case .lines:
            source = .lines(
                try SplitInput(
                    uri, offset: offset, length: length, more: more, InputFileLines.Style(isAligned: isAligned),
                    chunk: Self.chunk))
        case .bytes(let size):
            guard more.isEmpty, CompressionFormat(ofFile: uri) == nil else {
                throw FileSystemError(
                    .invalid,
                    "\(uri) is compressed or one of several in a split: records of \(size) bytes are read from "
                        + "plain files one by one")
            }
            let range = Self.records(of: size, in: offset..<offset + length)
            let file = try FileReader(FileURI(parsing: uri).path, offset: range.lowerBound, count: range.count)
            guard range.upperBound <= file.length else {
                throw FileSystemError(
                    .invalid, "\(uri) ends at byte \(file.length) in the middle of a record of \(size) bytes")
            }
            source = .file(file, length: size, bytes: range.count)
        }
    }

    /// A record belongs to the split in which it begins.
    private static func records(of size: Int, in split: Range<Int>) -> Range<Int> {
        let first = (split.lowerBound + size - 1) / size * size
        let end = (split.upperBound + size - 1) / size * size
        return min(first, end)..<end
    }

    var recordCount: Int {
        switch source {
        case .lines(let input): input.lineCount
        case .file(_, let length, _): readBytes / length
        }
    }

    /// Thousandths.
    var fraction: Int {
        switch source {
        case .lines(let input): input.fraction
        case .file(_, _, let bytes): bytes > 0 ? readBytes * 1000 / bytes : 1000
        }
    }

    private var readBytes = 0

    /// Gives the next records, if there are any; false at the end.
    func next(_ body: (Span<UInt8>) throws -> Void) throws -> Bool {
        // Out of here and back, so that its memory is used again.
        var rest: [UInt8] = []
        swap(&rest, &self.rest)
        defer { swap(&rest, &self.rest) }
        guard let chunk = try phases.during(.read, read) else {
            if !rest.isEmpty { try body(rest.span) }
            rest = []
            return false
        }
        let bytes = chunk.span
        var start = 0
        if !rest.isEmpty {
            start = shape.endOfFirst(in: bytes, behind: rest.count)
            rest.append(bytes.extracting(0..<start))
            guard shape.isWhole(rest.span) else {
                guard rest.count <= Run.recordLimit else {
                    throw FileSystemError(.invalid, "\(uri): \(RecordsError.lineTooLong(limit: Run.recordLimit))")
                }
                return true
            }
            try body(rest.span)
            rest.removeAll(keepingCapacity: true)
        }
        let whole = bytes.extracting(start..<bytes.count)
        let count = shape.wholeCount(of: whole)
        if count > 0 { try body(whole.extracting(0..<count)) }
        rest.append(whole.extracting(count..<whole.count))
        return true
    }

    private func read() throws -> [UInt8]? {
        switch source {
        case .lines(let input): return try input.next()
        case .file(let file, _, let bytes):
            var chunk: [UInt8] = []
            let count = try file.read(into: &chunk, limit: Self.chunk)
            readBytes += count
            guard count > 0 || readBytes == bytes else {
                throw FileSystemError(.invalid, "\(file.path) has become shorter")
            }
            return count > 0 ? chunk : nil
        }
    }
}
