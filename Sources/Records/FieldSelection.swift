/// Which fields become a key and which a value: `4,3,0,1:6,5,1-3,7-`, the key's before the colon, counted from 0; `7-` is
/// all from there on, for values only (Hadoop's FieldSelectionHelper).
///
/// Hadoop takes the separator for a regular expression where it cuts, and of one of several characters leaves all but the
/// last at the end; here it is what it is.
public struct FieldSelection: Hashable, Sendable {
    /// What Hadoop selects when nothing is said, which is nothing.
    public static let standard = "0-:"
    /// Fields that a list may name.
    static let limit = 10_000

    private let keyFields: [Int]
    private let valueFields: [Int]
    /// All fields from here on are in the value; nil is none.
    private let restStart: Int?
    private let separator: [UInt8]

    /// - Parameter separator: Between fields; not empty.
    public init(parsing text: String, separator: [UInt8]) throws(TransformError) {
        precondition(!separator.isEmpty)
        let lists = text.split(separator: ":", omittingEmptySubsequences: false)
        (keyFields, _) = try Self.fields(lists[0], of: text)
        (valueFields, restStart) = lists.count > 1 ? try Self.fields(lists[1], of: text) : ([], nil)
        self.separator = separator
    }

    private static func fields(
        _ list: Substring, of text: String
    ) throws(TransformError) -> (fields: [Int], restStart: Int?) {
        var fields: [Int] = []
        var restStart: Int?
        for item in list.split(separator: ",") {
            let bounds = item.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            let first = bounds[0].isEmpty && bounds.count > 1 ? 0 : number(bounds[0])
            if let first, bounds.count > 1, bounds[1].isEmpty {
                restStart = first
                continue
            }
            guard let first, let last = bounds.count > 1 ? number(bounds[1]) : first else {
                throw TransformError("'\(item)' of '\(text)' is no field: write N, N-M or N-, counted from 0")
            }
            if first <= last { fields += first...last }
            guard fields.count <= limit else { throw TransformError("'\(text)' names more than \(limit) fields") }
        }
        return (fields, restStart)
    }

    private static func number(_ text: Substring) -> Int? {
        guard let number = Int(text), (0...limit).contains(number) else { return nil }
        return number
    }

    /// Key and value of the fields in a line; nil for what nothing was selected for.
    func select(_ line: Span<UInt8>) -> (key: [UInt8]?, value: [UInt8]?) {
        let fields = cut(line)
        return (join(keyFields, nil, fields, line), join(valueFields, restStart, fields, line))
    }

    /// Empty fields at the end are none, as in Java's String.split.
    private func cut(_ line: Span<UInt8>) -> [Range<Int>] {
        var fields: [Range<Int>] = []
        var start = 0
        while let end = line.place(of: separator.span, from: start) {
            fields.append(start..<end)
            start = end + separator.count
        }
        fields.append(start..<line.count)
        while fields.count > 1 || line.count > 0, let last = fields.last, last.isEmpty { fields.removeLast() }
        return fields
    }

    private func join(_ list: [Int], _ restStart: Int?, _ fields: [Range<Int>], _ line: Span<UInt8>) -> [UInt8]? {
        guard !list.isEmpty || restStart != nil else { return nil }
        let rest = restStart.map { min($0, fields.count)..<fields.count } ?? 0..<0
        var joined: [UInt8] = []
        var isFirst = true
        for index in list + Array(rest) {
            if !isFirst { joined.append(separator.span) }
            if index < fields.count { joined.append(line.extracting(fields[index])) }
            isFirst = false
        }
        return joined
    }
}

/// Hadoop's FieldSelectionMapReduce as a mapper of lines, whose keys, places in the file, are left out.
public struct FieldSelectionMapTransform: RecordTransform {
    private let selection: FieldSelection

    public init(_ selection: FieldSelection) { self.selection = selection }

    public var usesKeys: Bool { false }

    /// Without key fields, what is selected for the value is the key.
    public mutating func take(
        _ key: Span<UInt8>, _ value: Span<UInt8>, isFirst: Bool, into batch: inout RecordBatch
    ) throws {
        let (newKey, newValue) = selection.select(value)
        let outKey = newKey ?? newValue ?? []
        let outValue = newKey == nil ? [] : newValue ?? []
        batch.append(outKey.span, outValue.span)
    }
}

/// The same as a reducer: fields are counted through key and value.
public struct FieldSelectionReduceTransform: RecordTransform {
    private let selection: FieldSelection
    private let separator: [UInt8]

    public init(_ selection: FieldSelection, separator: [UInt8]) {
        self.selection = selection
        self.separator = separator
    }

    public mutating func take(
        _ key: Span<UInt8>, _ value: Span<UInt8>, isFirst: Bool, into batch: inout RecordBatch
    ) throws {
        var line: [UInt8] = []
        line.append(key)
        line.append(separator.span)
        line.append(value)
        let (newKey, newValue) = selection.select(line.span)
        var parts: RecordParts = []
        if newKey != nil { parts.insert(.key) }
        if newValue != nil { parts.insert(.value) }
        let (outKey, outValue) = (newKey ?? [], newValue ?? [])
        batch.append(outKey.span, outValue.span, parts)
    }
}
