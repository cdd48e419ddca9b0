/// A seeded generator with a range reduction of its own, so that a noted seed brings the same run for ever.
///
/// Source: Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators (2014).
public struct SplitMix64: Sendable {
    @usableFromInline var state: UInt64

    @inlinable
    public init(seed: UInt64) { state = seed }

    @inlinable
    public init(seed: Int) { self.init(seed: UInt64(truncatingIfNeeded: seed)) }

    @inlinable
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        return bits ^ (bits >> 31)
    }

    /// From 0 to the limit, without it; the bias is below 2⁻⁵⁰ for the small limits of a simulation.
    @inlinable
    public mutating func below(_ limit: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(limit)).high) }

    @inlinable
    public mutating func within(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + below(range.upperBound - range.lowerBound + 1)
    }

    @inlinable
    public mutating func pick<Element>(_ elements: [Element]) -> Element? {
        elements.isEmpty ? nil : elements[below(elements.count)]
    }

    @inlinable
    public mutating func chance(percent: Int) -> Bool { below(100) < percent }

    @inlinable
    public mutating func chance(permille: Int) -> Bool { below(1000) < permille }

    /// Another generator, so that drawing more here does not change what is drawn there.
    @inlinable
    public mutating func split() -> SplitMix64 { SplitMix64(seed: next()) }
}
