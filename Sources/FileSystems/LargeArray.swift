internal import CPlatform

extension [UInt8] {
    /// As `reserveCapacity`, in large pages where that is worth while.
    public mutating func reserveLarge(_ count: Int) {
        reserveCapacity(count)
        let capacity = capacity
        withUnsafeMutableBytes { platform_prefer_large_pages($0.baseAddress, capacity) }
    }
}
