/// Sorted runs as one: records in the order of their keys, those with equal keys in the order of the runs.
public struct Merger<Source: ByteSource> {
    private var readers: [RunReader<Source>]
    /// A heap of places in `readers`, the next record's on top.
    private var heap: [Int] = []
    private var hasStarted = false

    public init(_ sources: [Source]) {
        readers = sources.map { RunReader($0) }
    }

    /// Moves to the next record; false at the end.
    public mutating func next() throws -> Bool {
        if !hasStarted {
            try start()
        } else if let top = heap.first {
            if try !readers[top].next() {
                heap[0] = heap[heap.count - 1]
                heap.removeLast()
            }
            sink(0)
        }
        return !heap.isEmpty
    }

    /// Lends the record; there is one after ``next()`` was true.
    public func withRecord<Result>(
        _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>) throws -> Result
    ) rethrows -> Result {
        try readers[heap[0]].withRecord(body)
    }

    private mutating func start() throws {
        hasStarted = true
        for place in readers.indices where try readers[place].next() { heap.append(place) }
        for place in stride(from: heap.count / 2, through: 0, by: -1) { sink(place) }
    }

    private mutating func sink(_ start: Int) {
        var place = start
        while 2 * place + 1 < heap.count {
            var child = 2 * place + 1
            if child + 1 < heap.count, isBefore(heap[child + 1], heap[child]) { child += 1 }
            guard isBefore(heap[child], heap[place]) else { return }
            heap.swapAt(child, place)
            place = child
        }
    }

    private func isBefore(_ first: Int, _ second: Int) -> Bool {
        let order = readers[first].compareKey(to: readers[second])
        return order != 0 ? order < 0 : first < second
    }
}
