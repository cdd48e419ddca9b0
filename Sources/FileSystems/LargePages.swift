internal import CPlatform
public import Records

/// Memory of which much will be used: it is got by 2 MiB at a touch, not by 4 KiB, where that is worth while.
public struct LargePages: MemorySource {
    public init() {}

    public func reserve<Element: BitwiseCopyable>(_ count: Int, for array: inout [Element]) {
        array.reserveCapacity(count)
        let byteCount = array.capacity * MemoryLayout<Element>.stride
        array.withUnsafeMutableBytes { platform_prefer_large_pages($0.baseAddress, byteCount) }
    }
}
