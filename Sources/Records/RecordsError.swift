/// Bytes that are no records.
public enum RecordsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// In bytes.
    case lineTooLong(limit: Int)
    case truncatedRun

    public var description: String {
        switch self {
        case .lineTooLong(let limit): "a line is longer than \(limit >> 20) MiB"
        case .truncatedRun: "sorted records end in the middle of one"
        }
    }
}

extension [UInt8] {
    /// Appends in bulk.
    @inline(__always)
    mutating func append(_ bytes: Span<UInt8>) {
        append(addingCapacity: bytes.count) { room in
            for index in bytes.indices { room.append(bytes[index]) }
        }
    }
}
