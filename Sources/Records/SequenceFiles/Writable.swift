/// What keys and values of SequenceFiles are: classes of Hadoop's `org.apache.hadoop.io`, by what they are as bytes.
public enum Writable: String, CaseIterable, Sendable {
    /// A HadoopVarint with the number of bytes, and so many bytes of UTF-8.
    case text = "Text"
    /// The number of bytes in four, and so many bytes.
    case bytes = "BytesWritable"
    /// Eight bytes, the highest first.
    case long = "LongWritable"
    /// Four bytes, the highest first.
    case int = "IntWritable"
    /// Nothing.
    case null = "NullWritable"

    private static let package = "org.apache.hadoop.io."

    public var className: String { Self.package + rawValue }

    /// - Parameter className: With its package, as it stands in files.
    public init?(className: String) {
        guard className.hasPrefix(Self.package) else { return nil }
        self.init(rawValue: String(className.dropFirst(Self.package.count)))
    }

    /// For texts.
    public static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }

    /// Where the content of such a thing is in its bytes: of text and bytes what they hold, of numbers all; nil when the bytes
    /// are none such.
    public func content(of bytes: Span<UInt8>) -> Range<Int>? {
        switch self {
        case .text:
            guard let (count, start) = HadoopVarint.decodeCount(bytes, at: 0), count == bytes.count - start else {
                return nil
            }
            return start..<bytes.count
        case .bytes:
            guard bytes.count >= 4, Self.number(bytes, count: 4) == Int64(bytes.count - 4) else { return nil }
            return 4..<bytes.count
        case .long: return bytes.count == 8 ? 0..<8 : nil
        case .int: return bytes.count == 4 ? 0..<4 : nil
        case .null: return bytes.isEmpty ? 0..<0 : nil
        }
    }

    /// Appends it as text, as its `toString` has it.
    ///
    /// - Returns: False when the bytes are none such; then nothing is appended.
    public func appendText(of bytes: Span<UInt8>, to text: inout [UInt8]) -> Bool {
        guard let content = content(of: bytes) else { return false }
        switch self {
        case .text: text.append(bytes.extracting(content))
        case .bytes: Self.appendHex(bytes.extracting(content), to: &text)
        case .long, .int: text.append(decimal: Int(Self.number(bytes, count: bytes.count)))
        case .null: text += "(null)".utf8
        }
        return true
    }

    /// Appends the bytes of text or bytes with this content; of another class, of the number that the content is as text.
    ///
    /// - Returns: False when the content is no such number; then nothing is appended.
    public func append(_ content: Span<UInt8>, to bytes: inout [UInt8]) -> Bool {
        switch self {
        case .text: HadoopVarint.append(Int64(content.count), to: &bytes)
        case .bytes: Self.append(Int64(content.count), count: 4, to: &bytes)
        case .long, .int:
            guard let number = JavaNumbers.long(content), self == .long || Int32(exactly: number) != nil else {
                return false
            }
            Self.append(Int64(number), count: self == .long ? 8 : 4, to: &bytes)
            return true
        case .null: return true
        }
        bytes.append(content)
        return true
    }

    /// Appends so many bytes of a number, the highest first.
    package static func append(_ number: Int64, count: Int, to bytes: inout [UInt8]) {
        for place in (0..<count).reversed() { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * place))) }
    }

    private static func number(_ bytes: Span<UInt8>, count: Int) -> Int64 {
        var number: UInt64 = 0
        for place in 0..<count { number = number << 8 | UInt64(bytes[place]) }
        return count == 4 ? Int64(Int32(truncatingIfNeeded: number)) : Int64(bitPattern: number)
    }

    private static func appendHex(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
        func digit(_ number: UInt8) -> UInt8 {
            number < 10 ? UInt8(ascii: "0") + number : UInt8(ascii: "a") + number - 10
        }
        for place in 0..<bytes.count {
            if place > 0 { text.append(UInt8(ascii: " ")) }
            text.append(digit(bytes[place] >> 4))
            text.append(digit(bytes[place] & 15))
        }
    }
}
