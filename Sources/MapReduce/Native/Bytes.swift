internal import Glibc

extension Span<UInt8> {
    func isEqual(to other: Span<UInt8>) -> Bool { count == other.count && compare(to: other) == 0 }

    /// Below 0 when it comes before the other: by unsigned bytes, the shorter first.
    func compare(to other: Span<UInt8>) -> Int {
        let order = withUnsafeBytes { first in
            other.withUnsafeBytes { second in
                let shared = Swift.min(first.count, second.count)
                return shared > 0 ? memcmp(first.baseAddress!, second.baseAddress!, shared) : 0
            }
        }
        return order != 0 ? Int(order) : count - other.count
    }
}
