import Testing

@testable import ClusterModel

@Suite struct CounterTableTests {
    private func counters(_ values: [String: Int]) -> Counters {
        var counters = Counters()
        for (name, value) in values { counters.add(value, group: "g", name: name) }
        return counters
    }

    @Test func aTaskThatWinsAgainIsCountedOnce() {
        var table = CounterTable()
        table.set(0, to: counters(["a": 1, "b": 2]), of: 3)
        table.set(2, to: counters(["a": 10, "b": 20]), of: 3)
        table.set(0, to: counters(["a": 3, "b": 4]), of: 3)
        #expect(table.total == counters(["a": 13, "b": 24]))
        table.set(0, to: counters(["c": 5]), of: 3)
        #expect(table.total == counters(["a": 10, "b": 20, "c": 5]))
        #expect(table[0] == counters(["c": 5]))
        #expect(table[1] == Counters())
        table.set(0, to: Counters(), of: 3)
        #expect(table.total == counters(["a": 10, "b": 20]))
    }

    @Test func theOrderInWhichTasksWonDoesNotShow() {
        var (first, second) = (CounterTable(), CounterTable())
        let (one, two) = (counters(["a": 1]), counters(["b": 2]))
        first.set(0, to: one, of: 2)
        first.set(1, to: two, of: 2)
        second.set(1, to: two, of: 2)
        second.set(0, to: two, of: 2)
        #expect(first != second)
        second.set(0, to: one, of: 2)
        #expect(first == second)
        #expect(first.columns == second.columns)
        #expect(CounterTable(first.columns) == first)
    }

    @Test func listsThatDoNotFitAreNoTable() {
        var table = CounterTable()
        table.set(1, to: counters(["a": 1]), of: 2)
        var columns = table.columns
        columns.values.append(1)
        #expect(CounterTable(columns) == nil)
        columns.values = []
        #expect(CounterTable(columns) == nil)
        columns = table.columns
        columns.rows[0] = 2
        #expect(CounterTable(columns) == nil)
        columns = table.columns
        columns.shapes.append(columns.shapes[0])
        #expect(CounterTable(columns) == nil)
    }
}
