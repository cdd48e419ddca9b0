/// What keys are sorted and grouped by.
public enum KeyOrder: Hashable, Sendable {
    /// Unsigned bytes, the shorter first (Hadoop's Text.Comparator).
    case bytes
    /// Parts of the key (KeyFieldBasedComparator).
    case fields(KeySpecification)

    @usableFromInline
    var specification: KeySpecification? {
        switch self {
        case .bytes: nil
        case .fields(let specification): specification
        }
    }

    /// Whether a reducer takes both keys for one.
    public func groups(_ first: Span<UInt8>, _ second: Span<UInt8>) -> Bool {
        switch self {
        case .bytes: first.isEqual(to: second)
        case .fields(let specification): specification.compare(first, second) == 0
        }
    }
}
