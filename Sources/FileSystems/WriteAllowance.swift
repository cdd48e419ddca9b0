internal import Synchronization

/// Bytes that several files may take together, over their whole life: what is removed again counts too, as in Hadoop. The
/// files may be written by several threads.
public final class WriteAllowance: Sendable {
    /// Bytes; nil is any number.
    public let limit: Int?
    /// Bytes taken so far, with those that were refused.
    public var taken: Int { total.load(ordering: .relaxed) }
    private let total = Atomic(0)
    private let remedy: String

    /// - Parameter remedy: What to do when it does not suffice, for the error.
    public init(limit: Int?, remedy: String) {
        self.limit = limit
        self.remedy = remedy
    }

    /// Bytes; 0 when more than all has been asked for.
    public var left: Int { limit.map { max(0, $0 - taken) } ?? Int.max }

    /// - Throws: When that is more than is left.
    func take(_ byteCount: Int, for path: String) throws(FileSystemError) {
        let taken = total.add(byteCount, ordering: .relaxed).newValue
        guard let limit, taken > limit else { return }
        throw FileSystemError(
            .overLimit,
            "cannot write \(path): the attempt would have written \(taken) bytes to disk, and its limit is \(limit) (\(remedy))"
        )
    }
}
