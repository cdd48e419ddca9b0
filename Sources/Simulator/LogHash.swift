public import Wire

/// Tells runs apart: the same entries in the same order have the same one, in every process.
///
/// FNV-1a of 64 bits over the entries as the journal would have them: it need not withstand anybody.
public struct LogHash: Hashable, Sendable, CustomStringConvertible {
    private var value: UInt64 = 0xcbf2_9ce4_8422_2325
    private var bytes: [UInt8] = []

    public init() {}

    public mutating func add(_ entry: JournalEntry) {
        bytes.removeAll(keepingCapacity: true)
        entry.append(to: &bytes)
        for byte in bytes { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    }

    /// Adds a run's, after those before.
    public mutating func add(_ other: LogHash) { value = (value ^ other.value) &* 0x0000_0100_0000_01b3 }

    public static func == (lhs: Self, rhs: Self) -> Bool { lhs.value == rhs.value }

    public func hash(into hasher: inout Hasher) { hasher.combine(value) }

    public var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
