/// Which reducer a key goes to.
public enum Partitioner: Hashable, Sendable {
    case hash
    /// By parts of the key (Hadoop's KeyFieldBasedPartitioner).
    case keyFields(KeySpecification)
    /// So that all keys of a reducer come before those of the next.
    case totalOrder(TotalOrder)

    @inlinable @inline(__always)
    public func partition(_ key: Span<UInt8>, of count: Int) -> Int {
        switch self {
        case .hash: HashPartitioner.partition(key, of: count)
        case .keyFields(let specification): KeyFieldBasedPartitioner.partition(key, specification, of: count)
        case .totalOrder(let order): min(order.partition(key), count - 1)
        }
    }
}

/// The same as Hadoop's: the bytes of all parts one after another, from 0; without any part, Java's hash of the text.
@usableFromInline
enum KeyFieldBasedPartitioner {
    @usableFromInline
    static func partition(_ key: Span<UInt8>, _ specification: KeySpecification, of count: Int) -> Int {
        // Java reads the key as a text first, which makes other bytes of what is no UTF-8.
        if key.isASCII { return Int(hash(key, specification) & Int32.max) % count }
        let text = String(decoding: key.indices.map { key[$0] }, as: UTF8.self)
        let hash =
            specification.parts.isEmpty
            ? text.utf16.reduce(Int32(0)) { 31 &* $0 &+ Int32($1) } : hash(Array(text.utf8).span, specification)
        return Int(hash & Int32.max) % count
    }

    private static func hash(_ key: Span<UInt8>, _ specification: KeySpecification) -> Int32 {
        if specification.parts.isEmpty { return hash(key, from: 0, to: key.count, after: 0) }
        var hash: Int32 = 0
        for part in specification.parts {
            guard let place = specification.place(of: part, in: key) else { continue }
            hash = Self.hash(key, from: place.start, to: place.end, after: hash)
        }
        return hash
    }

    private static func hash(_ key: Span<UInt8>, from start: Int, to end: Int, after before: Int32) -> Int32 {
        var hash = before
        var place = start
        while place < end {
            hash = 31 &* hash &+ Int32(Int8(bitPattern: key[place]))
            place += 1
        }
        return hash
    }
}

extension Span<UInt8> {
    fileprivate var isASCII: Bool {
        var all: UInt8 = 0
        for index in indices { all |= self[index] }
        return all < 0x80
    }
}
