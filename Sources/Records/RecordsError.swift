/// Bytes that are no records.
public enum RecordsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// In bytes.
    case lineTooLong(limit: Int)
    case truncatedRun
    /// A run tells of a record that no ``SortBuffer`` makes. In bytes.
    case recordTooLong(limit: Int)
    /// A run tells of a record that stands there never, or more often than can be.
    case damagedCount
    /// A record that is to be sorted has more bytes than ``Run/recordLimit``.
    case recordOverLimit(byteCount: Int)

    public var description: String {
        switch self {
        case .lineTooLong(let limit): "a line is longer than \(limit) bytes"
        case .truncatedRun: "sorted records end in the middle of one"
        case .recordTooLong(let limit): "sorted records hold one longer than \(limit) bytes: they are damaged"
        case .damagedCount: "sorted records hold one that stands there an impossible number of times: they are damaged"
        case .recordOverLimit(let byteCount):
            "a record has \(byteCount) bytes: key and value together may have \(Run.recordLimit)"
        }
    }
}
