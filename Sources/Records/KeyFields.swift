/// How a line is a key and a value: so many fields are the key, what is behind the separator that ends them is the value
/// (TextOutputReader of Hadoop streaming). A line with fewer fields is a key with an empty value.
public struct KeyFields: Hashable, Sendable {
    /// The first field, ended by a TAB.
    public static let standard = KeyFields(separator: [UInt8(ascii: "\t")], count: 1)

    public let separator: [UInt8]
    /// At least 1.
    public let count: Int
    /// The separator, when it is one byte and ends the first field.
    let onlyByte: UInt8?

    /// - Parameters:
    ///   - separator: Not empty.
    ///   - count: 0 is 1, as in Hadoop.
    public init(separator: [UInt8], count: Int) {
        precondition(!separator.isEmpty)
        self.separator = separator
        self.count = max(1, count)
        onlyByte = separator.count == 1 && count <= 1 ? separator[0] : nil
    }

    /// Where the key ends, and where the value begins; both are the line's end when the whole line is the key.
    public func split(_ line: Span<UInt8>) -> (keyEnd: Int, valueStart: Int) {
        guard let onlyByte else { return splitAtFields(line) }
        let end = line.first(onlyByte, from: 0)
        return (end, min(end + 1, line.count))
    }

    private func splitAtFields(_ line: Span<UInt8>) -> (keyEnd: Int, valueStart: Int) {
        var place = line.place(of: separator.span, from: 0)
        for _ in 1..<count {
            guard let before = place else { break }
            place = line.place(of: separator.span, from: before + separator.count)
        }
        guard let place else { return (line.count, line.count) }
        return (place, place + separator.count)
    }
}

extension Span<UInt8> {
    /// Where the pattern stands first, not before `start`; nil when it does not (UTF8ByteArrayUtils.findBytes).
    func place(of pattern: Span<UInt8>, from start: Int) -> Int? {
        var place = start
        while place <= count - pattern.count {
            var length = 0
            while length < pattern.count, self[place + length] == pattern[length] { length += 1 }
            if length == pattern.count { return place }
            place += 1
        }
        return nil
    }
}
