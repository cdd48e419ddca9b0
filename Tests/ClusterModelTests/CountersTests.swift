import ClusterModel
import Testing

@Suite struct CountersTests {
    @Test func sumsAreKeptByGroupAndNameInTheirOrder() {
        var counters = Counters()
        counters.add(1, group: "b", name: "x")
        counters.add(2, group: "a", name: "y")
        counters.add(3, group: "a", name: "x")
        counters.add(4, group: "b", name: "x")
        counters.add(-1, group: "a", name: "y")
        #expect(
            counters.entries == [
                .init(group: "a", name: "x", value: 3), .init(group: "a", name: "y", value: 1),
                .init(group: "b", name: "x", value: 5),
            ]
        )
        #expect((counters["a", "x"], counters["a", "z"], counters["c", "x"]) == (3, 0, 0))
    }

    @Test func addingTwoAddsEachEntry() {
        var first = Counters()
        first.add(1, group: "a", name: "x")
        var second = Counters()
        second.add(2, group: "a", name: "x")
        second.add(5, group: "a", name: "y")
        first += second
        #expect((first["a", "x"], first["a", "y"]) == (3, 5))
    }

    @Test func whatIsBeyondTheLimitIsDroppedAndCounted() {
        var counters = Counters()
        for number in 0..<Counters.entryLimit { counters.add(1, group: "many", name: "\(number)") }
        counters.add(7, group: "one", name: "too many")
        counters.add(7, group: "two", name: "too many")
        counters.add(1, group: "many", name: "0")
        #expect(counters.entries.count == Counters.entryLimit + 1)
        #expect(counters[Counters.taskGroup, Counters.overflow] == 2)
        #expect((counters["one", "too many"], counters["many", "0"]) == (0, 2))
    }

    @Test func aUsersCounterOfTheOverflowsNameHasTheSameLimit() {
        var counters = Counters()
        for number in 0..<1000 { counters.add(1, group: "\(number)", name: Counters.overflow) }
        #expect(counters.entries.count == Counters.entryLimit + 1)
    }

    @Test func sumsWrapAround() {
        var counters = Counters()
        counters.add(.max, group: "a", name: "x")
        counters.add(1, group: "a", name: "x")
        #expect(counters["a", "x"] == .min)
    }
}
