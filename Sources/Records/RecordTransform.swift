/// A mapper, combiner or reducer that makes records of records, here rather than in a program of the user's.
public protocol RecordTransform {
    /// False for a mapper that does not look at keys, so that none need be made.
    var usesKeys: Bool { get }
    /// All that it makes of a group has the group's key: as a combiner it may be used on any part of a map's sorted output,
    /// and again on what it has made.
    var keepsKeys: Bool { get }
    /// Keys of which it need not be given every record: their numbers may be folded before. A value that is no number is to
    /// be given to it.
    var folds: [KeyFold] { get }

    /// - Parameter isFirst: The record begins a group of equal keys; its key is that of the whole group.
    mutating func take(
        _ key: Span<UInt8>, _ value: Span<UInt8>, isFirst: Bool, into batch: inout RecordBatch
    ) throws
    /// There are no more records.
    mutating func finish(into batch: inout RecordBatch) throws
}

extension RecordTransform {
    public var usesKeys: Bool { true }
    public var keepsKeys: Bool { false }
    public var folds: [KeyFold] { [] }
    public mutating func finish(into batch: inout RecordBatch) throws {}
}

/// What a built-in step cannot make anything of.
public struct TransformError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }

    /// The bytes as a message shows them.
    static func text(_ bytes: Span<UInt8>) -> String {
        let shown = bytes.extracting(0..<min(bytes.count, 100))
        return String(decoding: shown.indices.map { shown[$0] }, as: UTF8.self) + (bytes.count > 100 ? "…" : "")
    }
}

/// Each record as it is (Hadoop's IdentityMapper and IdentityReducer).
public struct IdentityTransform: RecordTransform {
    public init() {}

    public var keepsKeys: Bool { true }

    public mutating func take(
        _ key: Span<UInt8>, _ value: Span<UInt8>, isFirst: Bool, into batch: inout RecordBatch
    ) throws {
        batch.append(key, value)
    }
}

/// Key and value change places (InverseMapper).
public struct InverseTransform: RecordTransform {
    public init() {}

    public mutating func take(
        _ key: Span<UInt8>, _ value: Span<UInt8>, isFirst: Bool, into batch: inout RecordBatch
    ) throws {
        batch.append(value, key)
    }
}

/// What the program `cat` would do as a mapper: the lines are cut into key and value.
public struct LineTransform: RecordTransform {
    private let fields: KeyFields

    public init(_ fields: KeyFields) { self.fields = fields }

    public var usesKeys: Bool { false }

    public mutating func take(
        _ key: Span<UInt8>, _ value: Span<UInt8>, isFirst: Bool, into batch: inout RecordBatch
    ) throws {
        let (keyEnd, valueStart) = fields.split(value)
        batch.append(value.extracting(0..<keyEnd), value.extracting(valueStart..<value.count))
    }
}

/// What the program `cat` would do with records: each is made a line, and cut into key and value.
public struct JoinTransform: RecordTransform {
    private let separator: [UInt8]
    private let fields: KeyFields
    /// Where the line is joined, it is cut again, unless the key has a separator in it.
    private let isCutWhereJoined: Bool
    private var line: [UInt8] = []

    /// - Parameters:
    ///   - separator: Between key and value, as the program would read them.
    ///   - fields: How its lines are cut.
    public init(separator: [UInt8], _ fields: KeyFields) {
        self.separator = separator
        self.fields = fields
        // A longer separator may be found across the join.
        isCutWhereJoined = separator.count == 1 && fields == KeyFields(separator: separator, count: 1)
    }

    public mutating func take(
        _ key: Span<UInt8>, _ value: Span<UInt8>, isFirst: Bool, into batch: inout RecordBatch
    ) throws {
        if isCutWhereJoined, fields.split(key).keyEnd == key.count { return batch.append(key, value) }
        // Out of here and back, so that its memory is used again.
        var line: [UInt8] = []
        swap(&line, &self.line)
        defer { swap(&line, &self.line) }
        line.removeAll(keepingCapacity: true)
        line.append(key)
        line.append(separator.span)
        line.append(value)
        let (keyEnd, valueStart) = fields.split(line.span)
        batch.append(line.span.extracting(0..<keyEnd), line.span.extracting(valueStart..<line.count))
    }
}

/// The words of each value, with a 1 each (TokenCountMapper).
public struct TokenCountTransform: RecordTransform {
    private static let one = [UInt8(ascii: "1")]

    public init() {}

    public var usesKeys: Bool { false }

    public mutating func take(
        _ key: Span<UInt8>, _ value: Span<UInt8>, isFirst: Bool, into batch: inout RecordBatch
    ) throws {
        var start = 0
        for index in 0...value.count where index == value.count || Self.isBlank(value[index]) {
            if index > start { batch.append(value.extracting(start..<index), Self.one.span) }
            start = index + 1
        }
    }

    /// What parts words in Java's StringTokenizer.
    private static func isBlank(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"), 0x0c: true
        default: false
        }
    }
}
