/// Sorts the entries of a ``SortBuffer`` by partition and key, those of equal keys as they came.
struct EntrySorter {
    typealias Entry = SortBuffer.Entry

    let bytes: [UInt8]
    let order: KeyOrder

    /// - Returns: Where each partition begins, and where the last one ends.
    func sort(_ entries: inout [Entry], partitionCount: Int) -> [Int] {
        var others = entries
        let starts = gather(&entries, &others, partitionCount)
        for partition in 0..<partitionCount {
            let range = starts[partition]..<starts[partition + 1]
            switch order {
            case .bytes: RadixSort(bytes: bytes).sort(&entries, &others, range)
            case .fields(let specification): sort(&entries, range, by: specification)
            }
        }
        return starts
    }

    /// Brings the partitions' entries together.
    ///
    /// - Parameter others: The same entries.
    private func gather(_ entries: inout [Entry], _ others: inout [Entry], _ partitionCount: Int) -> [Int] {
        var starts = Array(repeating: 0, count: partitionCount + 1)
        if partitionCount == 1 {
            starts[1] = entries.count
            return starts
        }
        for entry in entries { starts[Int(entry.partition) + 1] += 1 }
        for partition in 0..<partitionCount { starts[partition + 1] += starts[partition] }
        var places = starts
        var target = entries.mutableSpan
        for entry in others {
            target[places[Int(entry.partition)]] = entry
            places[Int(entry.partition)] += 1
        }
        return starts
    }

    private func sort(_ entries: inout [Entry], _ range: Range<Int>, by specification: KeySpecification) {
        let sorted = entries[range].sorted { first, second in
            let all = bytes.span
            let one = Run.ranges(at: Int(first.offset), in: all).key
            let other = Run.ranges(at: Int(second.offset), in: all).key
            let order = specification.compare(all.extracting(one), all.extracting(other))
            return order != 0 ? order < 0 : first.offset < second.offset
        }
        for (index, entry) in zip(range, sorted) { entries[index] = entry }
    }
}
