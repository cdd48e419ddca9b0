/// The counters of a kind's winners, by task.
///
/// Most tasks of a kind count the same things, so the names are kept once, and a task has a row of numbers, which are packed:
/// a million tasks take a few tens of megabytes and not hundreds.
package struct CounterTable: Sendable {
    private struct Row: Hashable, Sendable {
        /// Place among ``shapes``.
        var shape: UInt32 = 0
        /// Where its first number begins in ``values``.
        var start: UInt32 = 0
    }

    /// What a row counts, each list once, in its counters' order. The first one is empty: that of a task without a winner.
    private var shapes: [[Counters.Name]] = [[]]
    private var numbers: [[Counters.Name]: UInt32] = [[]: 0]
    private var rows: [Row] = []
    /// The numbers of all rows, in the order they came; a row that is set again leaves the room of the one before unused.
    private var values = PackedNumbers()
    private var lastShape: UInt32 = 0

    package init() {}

    /// Without any row, it counts nothing for any task.
    package var count: Int { rows.count }

    subscript(index: Int) -> Counters {
        guard index < rows.count else { return Counters() }
        var place = Int(rows[index].start)
        return Counters(shapes[Int(rows[index].shape)].map { $0.entry(values.next(&place) ?? 0) })
    }

    /// - Parameter count: Tasks of the kind.
    mutating func set(_ index: Int, to counters: Counters, of count: Int) {
        if rows.isEmpty { rows = Array(repeating: Row(), count: count) }
        rows[index] = Row(shape: shape(of: counters.entries), start: UInt32(values.bytes.count))
        for place in counters.entries.indices { values.append(counters.entries[place].value) }
    }

    /// What it counts of one group; without any row when that is nothing.
    func keeping(group: String) -> CounterTable {
        guard shapes.contains(where: { $0.contains { $0.group == group } }) else { return CounterTable() }
        var kept = CounterTable()
        for index in rows.indices where rows[index].shape != 0 {
            let entries = self[index].entries.filter { $0.group == group }
            if !entries.isEmpty { kept.set(index, to: Counters(inOrder: entries), of: rows.count) }
        }
        return kept
    }

    /// Sums over all tasks: those of a shape first, then of all shapes in the order of their first tasks.
    var total: Counters {
        var sums: [[Int]] = Array(repeating: [], count: shapes.count)
        var order: [Int] = []
        for row in rows where row.shape != 0 {
            let shape = Int(row.shape)
            if sums[shape].isEmpty {
                order.append(shape)
                sums[shape] = Array(repeating: 0, count: shapes[shape].count)
            }
            var start = Int(row.start)
            for place in sums[shape].indices { sums[shape][place] &+= values.next(&start) ?? 0 }
        }
        var total = Counters()
        for shape in order { total += Counters(zip(shapes[shape], sums[shape]).map { $0.entry($1) }) }
        return total
    }

    private mutating func shape(of entries: [Counters.Entry]) -> UInt32 {
        if Self.isSame(shapes[Int(lastShape)], entries) { return lastShape }
        let names = entries.map { Counters.Name(group: $0.group, name: $0.name) }
        lastShape = numbers[names] ?? UInt32(shapes.count)
        if Int(lastShape) == shapes.count {
            numbers[names] = lastShape
            shapes.append(names)
        }
        return lastShape
    }

    private static func isSame(_ names: [Counters.Name], _ entries: [Counters.Entry]) -> Bool {
        guard names.count == entries.count else { return false }
        for place in names.indices where names[place].name != entries[place].name { return false }
        for place in names.indices where names[place].group != entries[place].group { return false }
        return true
    }
}

/// Two are the same when each task's counters are, whatever order they came in.
extension CounterTable: Hashable {
    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.columns == rhs.columns }

    package func hash(into hasher: inout Hasher) { hasher.combine(columns) }
}

extension Counters {
    /// What is counted.
    struct Name: Hashable, Sendable {
        let group: String
        let name: String

        func entry(_ value: Int) -> Entry { Entry(group: group, name: name, value: value) }
    }
}

// MARK: - As it is kept

/// A ``CounterTable`` as lists; the same counters give the same lists.
package struct CounterColumns: Hashable, Sendable {
    /// What is counted, in the order of the first tasks that count it; the values are 0.
    package var shapes: [Counters] = []
    /// By task: place of its shape, from 1; 0 for a task that has counted nothing.
    package var rows: [UInt32] = []
    /// Row after row, packed as the wire packs lists of numbers.
    package var values: [UInt8] = []

    package init() {}
}

extension CounterTable {
    package var columns: CounterColumns {
        var columns = CounterColumns()
        columns.rows.reserveCapacity(rows.count)
        columns.values.reserveCapacity(values.bytes.count)
        var places = [UInt32](repeating: 0, count: shapes.count)
        for row in rows {
            let shape = Int(row.shape)
            if shape != 0, places[shape] == 0 {
                columns.shapes.append(Counters(shapes[shape].map { $0.entry(0) }))
                places[shape] = UInt32(columns.shapes.count)
            }
            columns.rows.append(places[shape])
            columns.values += values.bytes[Int(row.start)..<(end(of: row) ?? 0)]
        }
        return columns
    }

    /// Where what is behind the row begins; nil when it is not whole.
    private func end(of row: Row) -> Int? {
        var place = Int(row.start)
        for _ in shapes[Int(row.shape)] { guard values.next(&place) != nil else { return nil } }
        return place
    }

    /// Nil when the lists do not fit each other.
    package init?(_ columns: CounterColumns) {
        self.init()
        rows.reserveCapacity(columns.rows.count)
        for counters in columns.shapes {
            guard !counters.entries.isEmpty, Int(shape(of: counters.entries)) == shapes.count - 1 else { return nil }
        }
        guard shapes.count == columns.shapes.count + 1, columns.values.count <= UInt32.max else { return nil }
        values = PackedNumbers(bytes: columns.values)
        var start = 0
        for shape in columns.rows {
            guard shape < shapes.count else { return nil }
            let row = Row(shape: shape, start: UInt32(start))
            guard let end = end(of: row) else { return nil }
            rows.append(row)
            start = end
        }
        guard start == columns.values.count else { return nil }
    }
}
