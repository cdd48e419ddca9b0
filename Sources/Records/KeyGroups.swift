/// Tells of sorted records where a group of equal keys begins.
public struct KeyGroups: Sendable {
    private let order: KeyOrder
    /// Of the group's first record, which stands for all of them, as in Hadoop: where keys are compared by parts of them, the
    /// other parts are those of that record.
    public private(set) var key: [UInt8] = []
    private var isInGroup = false

    public init(_ order: KeyOrder) { self.order = order }

    /// Takes the next record's key; true when it begins a group.
    public mutating func begins(with key: Span<UInt8>) -> Bool {
        if isInGroup, order.groups(self.key.span, key) { return false }
        self.key.removeAll(keepingCapacity: true)
        self.key.append(key)
        isInGroup = true
        return true
    }

    /// What follows is of no group so far.
    public mutating func end() { isInGroup = false }
}
