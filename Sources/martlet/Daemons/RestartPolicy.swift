/// Whether and when a coordinator that ended though nobody had told it to is started again.
///
/// Somebody's SIGKILL says nothing against one that has served: the next is started at once, however often. One that ends
/// by itself soon after its start will probably do so again: pauses grow, and in the end it is given up.
struct RestartPolicy {
    /// What the launcher has seen of a coordinator's life.
    struct Life {
        let milliseconds: UInt64
        /// It took the launcher's connection, so that its journal was read.
        let hasServed: Bool
        let wasKilled: Bool
    }

    /// Milliseconds; who has lived for longer did not end at once.
    static let shortLife: UInt64 = 2000
    /// Short lives in a row, the last of which is not followed by another.
    static let limit = 6
    /// Milliseconds after the first short life; doubled after each further one.
    static let firstPause: UInt64 = 100

    private(set) var shortLives = 0

    /// - Returns: Milliseconds until the next start; nil to give up.
    mutating func pause(after life: Life) -> UInt64? {
        if life.milliseconds >= Self.shortLife { shortLives = 0 }
        if life.hasServed && (life.wasKilled || life.milliseconds >= Self.shortLife) { return 0 }
        shortLives += 1
        return shortLives < Self.limit ? Self.firstPause << UInt64(shortLives - 1) : nil
    }
}
