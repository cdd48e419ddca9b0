import Records
import SeededNumbers
import Testing

@Suite struct MergePlanTests {
    @Test func fewRunsAreMergedForGood() {
        for count in 0...10 { #expect(MergePlan.next(sizes: Array(repeating: 1, count: count), factor: 10) == nil) }
    }

    /// Worked out by hand from Merger.getPassFactor: 13 runs are 10 after a pass of 4.
    @Test(arguments: [(11, 10, 2), (13, 10, 4), (19, 10, 10), (20, 10, 2), (28, 10, 10), (3, 2, 2), (8, 3, 2)])
    func theFirstPassMakesTheOthersFull(count: Int, factor: Int, taken: Int) {
        #expect(MergePlan.next(sizes: Array(repeating: 1, count: count), factor: factor) == 0..<taken)
    }

    @Test func theShortestNeighboursAreMerged() {
        #expect(MergePlan.next(sizes: [9, 9, 1, 2, 9, 0, 9], factor: 6) == 2..<4)
        #expect(MergePlan.next(sizes: [1, 1, 1, 1, 1, 0], factor: 5) == 4..<6)
    }

    @Test(arguments: 0..<50)
    func everyPassButTheFirstIsFull(seed: Int) throws {
        var random = SplitMix64(seed: seed)
        let factor = 2 + random.below(9)
        var sizes = (0..<random.below(200)).map { _ in random.below(1000) }
        var passes: [Int] = []
        while let range = MergePlan.next(sizes: sizes, factor: factor) {
            passes.append(range.count)
            sizes.replaceSubrange(range, with: [sizes[range].reduce(0, +)])
        }
        #expect(passes.dropFirst().allSatisfy { $0 == factor })
        #expect(passes.isEmpty || sizes.count == factor)
    }
}
