/// Whether a program has failed for want of room on the disk: it need not say so, and may have made room again when it did.
enum FullDisk {
    /// Bytes; with no more than this, the disk is called full.
    static let remainder = 64 << 10

    /// What to say of a program that failed; nil when the disk has nothing to do with it.
    ///
    /// - Parameters:
    ///   - folder: The program's, which is on the disk.
    ///   - freeBytes: On it; nil when that is not known.
    ///   - standardError: The last of what the program has said.
    static func explanation(folder: String, freeBytes: Int?, standardError: String) -> String? {
        let isFull = freeBytes.map { $0 <= remainder } ?? false
        guard isFull || standardError.contains("No space left on device") else { return nil }
        return "the disk is full: make room on that of \(folder)"
    }
}
