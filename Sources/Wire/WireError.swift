/// Bytes that are not of this protocol. The connection that they came from is of no more use.
public enum WireError: Error, Hashable, Sendable, CustomStringConvertible {
    /// In bytes; the limit is ``FrameDecoder/lengthLimit``.
    case frameTooLong(length: Int, limit: Int)
    /// A field or number ends after the message does, or announces more than is left.
    case truncated
    /// A tag that does not come after the one before it, or a field of another kind than its tag's.
    case malformed
    case invalidText
    /// A kind of message or a state that this version does not know.
    case unknownCase(UInt8)
    case nestedTooDeep

    public var description: String {
        switch self {
        case .frameTooLong(let length, let limit): "a frame of \(length) bytes is over the limit of \(limit)"
        case .truncated: "a message ends too early"
        case .malformed: "a message has fields out of order or of the wrong kind"
        case .invalidText: "a text is not UTF-8"
        case .unknownCase(let number): "a message has the unknown kind \(number): are both sides of one version?"
        case .nestedTooDeep: "a message is nested too deep"
        }
    }
}
