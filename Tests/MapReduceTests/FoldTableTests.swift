import Records
import SeededNumbers
import Testing

@testable import MapReduce

@Suite struct FoldTableTests {
    /// Short keys, long ones that share their beginnings, zeros at ends, and the lengths around what a slot holds.
    @Test(arguments: 0..<60) func itHoldsWhatADictionaryWould(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var table = FoldTable()
        var expected: [[UInt8]: Int] = [:]
        let kinds = 1 + random.below(400)
        for _ in 0..<3000 {
            let key = key(random.below(kinds))
            let value = random.below(2000) - 1000
            table.add(key.span, value)
            expected[key, default: 0] += value
        }
        #expect(table.countAdditions() == 3000)
        let partitions = 1 + random.below(5)
        var found: [Entry] = []
        table.drain(partitions: partitions, { $0.count % partitions }) { partition, key, value in
            found.append(Entry(partition: partition, key: key.indices.map { key[$0] }, value: value))
        }
        let sorted = expected.map { Entry(partition: $0.key.count % partitions, key: $0.key, value: $0.value) }.sorted()
        #expect(found == sorted, "seed \(seed)")
        // It is empty, and may be used again.
        let key: [UInt8] = [7]
        table.add(key.span, 1)
        var rest = 0
        table.drain(partitions: 1, { _ in 0 }) { _, _, value in rest += value }
        #expect(rest == 1)
    }

    private struct Entry: Comparable {
        let partition: Int
        let key: [UInt8]
        let value: Int

        static func < (first: Self, second: Self) -> Bool {
            first.partition != second.partition
                ? first.partition < second.partition : first.key.lexicographicallyPrecedes(second.key)
        }
    }

    private func key(_ number: Int) -> [UInt8] {
        var random = SplitMix64(seed: number)
        let shared: [UInt8] = [[], Array("shared".utf8), Array("shared-beginning".utf8)][random.below(3)]
        return shared + (0..<random.below(20)).map { _ in [0, 97, 98, 255][random.below(4)] }
    }

    @Test(arguments: [(Fold.min, -3), (.max, 9), (.sum, 7)])
    func numbersOfAKeyBecomeOne(fold: Fold, expected: Int) {
        var table = FoldTable(fold)
        let key = Array("key".utf8)
        for number in [1, 9, -3] { table.add(key.span, number) }
        var found: [Int] = []
        table.drain(partitions: 1, { _ in 0 }) { _, _, value in found.append(value) }
        #expect(found == [expected])
    }

    @Test func itSaysWhenItNeedsMoreThanTheLimit() {
        var table = FoldTable()
        var count = 0
        while !table.isNearlyFull(limit: 1 << 20) {
            let key = Array("\(count)".utf8)
            table.add(key.span, 1)
            count += 1
        }
        #expect(table.byteCount <= 1 << 20)
        #expect(count > 10_000)
    }

    @Test(arguments: 0..<200) func wordsAreWhatStandsBetweenBlanks(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let text = (0..<random.below(80)).map { _ -> UInt8 in
            [32, 10, 97, 98, 33, 255, 0, 97, 97, 200][random.below(10)]
        }
        var found: [[UInt8]] = []
        let span = text.span
        span.forEachWord { word in
            let bytes = Array(text[word.start..<word.end])
            found.append(bytes)
            #expect(word.key == (bytes.count <= 15 ? ShortKey(bytes.span) : nil), "seed \(seed)")
        }
        #expect(found == text.split { $0 <= 0x20 }.map(Array.init), "seed \(seed)")
    }
}
