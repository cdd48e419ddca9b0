internal import CZlib

/// The checksum of zip and gzip files (java.util.zip.CRC32).
public enum CRC32 {
    public static func of(_ bytes: Span<UInt8>) -> UInt32 {
        bytes.withUnsafeBufferPointer { UInt32(truncatingIfNeeded: crc32(0, $0.baseAddress, UInt32($0.count))) }
    }
}
