internal import Records

extension FoldTable {
    /// Gives all that it holds, partition after partition, each in the order of its keys' bytes, and empties it. It needs no
    /// second table: the slots are sorted where they are.
    ///
    /// - Parameter partition: Of a key, below `count`.
    public mutating func drain(
        partitions count: Int, _ partition: (_ key: Span<UInt8>) -> Int,
        _ body: (_ partition: Int, _ key: Span<UInt8>, _ value: Int) throws -> Void
    ) rethrows {
        settle()
        compact()
        sort()
        let order = orderByPartition(count, partition)
        var next = 0
        for number in 0..<count {
            while next < order.ends[number] {
                let slot = slots[order.places[next]]
                try withKey(slot.key) { try body(number, $0, slot.value) }
                next += 1
            }
        }
        removeAll()
    }

    /// The slots in use come first.
    private func compact() {
        var free = 0
        for place in 0...mask where slots[place].key.low != 0 {
            if place > free { slots[free] = slots[place] }
            free += 1
        }
    }

    private func withKey<Result>(_ key: ShortKey, _ body: (Span<UInt8>) throws -> Result) rethrows -> Result {
        if key.isLong { return try body(longKeys.span.extracting(longRange(at: key.place))) }
        let bytes: InlineArray<2, UInt64> = [key.high.bigEndian, key.low.bigEndian]
        return try bytes.span.withUnsafeBytes { try body(Span(_unsafeBytes: $0).extracting(0..<key.length)) }
    }

    /// Places of slots by partition, those of one in the order of their keys, and where each partition's end.
    private func orderByPartition(
        _ count: Int, _ partition: (Span<UInt8>) -> Int
    ) -> (places: OrderedPlaces, ends: [Int]) {
        guard count > 1 else { return (OrderedPlaces(moved: nil), [keyCount]) }
        let partitions = (0..<keyCount).map { place in Int32(withKey(slots[place].key, partition)) }
        var starts = [Int](repeating: 0, count: count + 1)
        for number in partitions { starts[Int(number) + 1] += 1 }
        for number in 0..<count { starts[number + 1] += starts[number] }
        let ends = Array(starts.dropFirst())
        var moved = [Int32](repeating: 0, count: keyCount)
        for (place, number) in partitions.enumerated() {
            moved[starts[Int(number)]] = Int32(place)
            starts[Int(number)] += 1
        }
        return (OrderedPlaces(moved: moved), ends)
    }

    private struct OrderedPlaces {
        /// Nil: all are where they belong.
        let moved: [Int32]?

        subscript(index: Int) -> Int { moved.map { Int($0[index]) } ?? index }
    }

    // MARK: - Sorting

    private static var smallCount: Int { 32 }

    private func sort() { sort(slots, keyCount, shift: 56) }

    /// By one byte of the keys' first eight after another, in place (McIlroy's American flag sort).
    private func sort(_ first: UnsafeMutablePointer<Slot>, _ count: Int, shift: Int) {
        if count <= Self.smallCount { return insertionSort(first, count) }
        guard shift >= 0 else {
            var equal = UnsafeMutableBufferPointer(start: first, count: count)
            return equal.sort { isBefore($0.key, $1.key) }
        }
        var counts = InlineArray<256, Int>(repeating: 0)
        for index in 0..<count { counts[Int(first[index].key.high >> UInt64(shift) & 0xff)] += 1 }
        var places = InlineArray<256, Int>(repeating: 0)
        var ends = InlineArray<256, Int>(repeating: 0)
        var sum = 0
        for byte in 0..<256 {
            places[byte] = sum
            sum += counts[byte]
            ends[byte] = sum
        }
        for byte in 0..<256 {
            while places[byte] < ends[byte] {
                let place = places[byte]
                let other = Int(first[place].key.high >> UInt64(shift) & 0xff)
                if other != byte {
                    let slot = first[places[other]]
                    first[places[other]] = first[place]
                    first[place] = slot
                }
                places[other] += 1
            }
        }
        for byte in 0..<256 where counts[byte] > 1 {
            sort(first + (ends[byte] - counts[byte]), counts[byte], shift: shift - 8)
        }
    }

    private func insertionSort(_ first: UnsafeMutablePointer<Slot>, _ count: Int) {
        guard count > 1 else { return }
        for index in 1..<count {
            let slot = first[index]
            var place = index
            while place > 0, isBefore(slot.key, first[place - 1].key) {
                first[place] = first[place - 1]
                place -= 1
            }
            first[place] = slot
        }
    }

    @inline(__always)
    private func isBefore(_ first: ShortKey, _ second: ShortKey) -> Bool {
        if first.high != second.high { return first.high < second.high }
        if !first.isLong, !second.isLong { return first.low < second.low }
        return isLongBefore(first, second)
    }

    private func isLongBefore(_ first: ShortKey, _ second: ShortKey) -> Bool {
        withKey(first) { one in withKey(second) { one.compare(to: $0) < 0 } }
    }
}
