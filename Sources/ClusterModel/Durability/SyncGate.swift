internal import DequeModule

/// Holds back what must not be known outside before the journal is synced, and what must not overtake it on its way to
/// the same peer.
public struct SyncGate<Item: Sendable>: Sendable {
    /// Whom an item is for: items for one of them keep their order.
    public enum Destination: Hashable, Sendable {
        case node(NodeID)
        case connection(ConnectionID)
    }

    private struct Held: Sendable {
        let sequence: Int
        let destination: Destination?
        let item: Item
    }

    private var held: Deque<Held> = []
    private var counts: [Destination: Int] = [:]
    /// The number of the last change that is synced.
    public private(set) var synced: Int

    public init(synced: Int) { self.synced = synced }

    /// - Parameters:
    ///   - sequence: Of the change that must be synced before the item may leave; 0 when it need not wait.
    /// - Returns: Whether it may leave at once; otherwise ``sync(upTo:)`` will give it.
    public mutating func pass(_ item: Item, after sequence: Int, to destination: Destination?) -> Bool {
        let isBehind = destination.map { counts[$0] != nil } ?? false
        guard sequence > synced || isBehind else { return true }
        held.append(Held(sequence: max(sequence, held.last?.sequence ?? 0), destination: destination, item: item))
        if let destination { counts[destination, default: 0] += 1 }
        return false
    }

    /// The changes up to this one are synced.
    ///
    /// - Returns: What may leave now, in order.
    public mutating func sync(upTo sequence: Int) -> [Item] {
        synced = max(synced, sequence)
        var items: [Item] = []
        while let first = held.first, first.sequence <= synced {
            held.removeFirst()
            items.append(first.item)
            guard let destination = first.destination, let count = counts[destination] else { continue }
            counts[destination] = count > 1 ? count - 1 : nil
        }
        return items
    }

    /// Nothing can be synced for now, and these need not wait for it, wherever they stand.
    ///
    /// - Returns: Those that leave now, in order.
    public mutating func release(where isFree: (Item) -> Bool) -> [Item] {
        let free = held.filter { isFree($0.item) }
        guard !free.isEmpty else { return [] }
        held.removeAll { isFree($0.item) }
        for destination in free.compactMap(\.destination) {
            guard let count = counts[destination] else { continue }
            counts[destination] = count > 1 ? count - 1 : nil
        }
        return free.map(\.item)
    }
}
