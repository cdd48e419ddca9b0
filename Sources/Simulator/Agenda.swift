internal import ClusterModel
internal import HeapModule

/// What is to happen, by time: the virtual clock goes from one entry to the next. What is due at the same instant happens in
/// the order in which it was noted.
struct Agenda<Item: Sendable>: Sendable {
    private struct Entry: Comparable, Sendable {
        let nanoseconds: Int64
        let order: Int
        /// Of the item: entries move in the heap, and items need not.
        let place: Int

        static func < (lhs: Self, rhs: Self) -> Bool {
            lhs.nanoseconds != rhs.nanoseconds ? lhs.nanoseconds < rhs.nanoseconds : lhs.order < rhs.order
        }
    }

    private var entries = Heap<Entry>()
    private var items: [Item] = []
    private var free: [Int] = []
    private var count = 0

    mutating func add(_ item: Item, at instant: Instant) {
        count += 1
        let place: Int
        if let last = free.popLast() {
            place = last
            items[place] = item
        } else {
            place = items.count
            items.append(item)
        }
        entries.insert(Entry(nanoseconds: instant.nanoseconds, order: count, place: place))
    }

    /// Takes the next item out.
    mutating func next() -> (instant: Instant, item: Item)? {
        guard let entry = entries.popMin() else { return nil }
        free.append(entry.place)
        return (Instant(nanoseconds: entry.nanoseconds), items[entry.place])
    }
}
