/// How two numbers of a key become one, in whatever order.
public enum Fold: Sendable { case sum, min, max }

/// Of the keys that begin with a prefix, all that a transform does is to fold each one's numbers, as Java's `long`s, whatever
/// it is given of them at a time.
public struct KeyFold: Sendable {
    public let prefix: [UInt8]
    public let fold: Fold

    init(_ prefix: String, _ fold: Fold) { (self.prefix, self.fold) = (Array(prefix.utf8), fold) }
}
