extension [UInt8] {
    mutating func append(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBufferPointer { append(contentsOf: $0) }
    }

    init(_ bytes: Span<UInt8>) {
        self = []
        append(bytes)
    }

    var text: String { String(decoding: self, as: UTF8.self) }
}
