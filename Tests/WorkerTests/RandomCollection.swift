import SeededNumbers
import Testing

@testable import Records
@testable import Worker

/// Records and a buffer for them, of a seed.
struct RandomCollection {
    let rules: SortRules
    let records: [CollectedRecord]

    init(_ random: inout SplitMix64, isLong: Bool) {
        var rules = Self.rules(&random)
        rules.findsRepeats = random.below(2) == 0
        self.rules = rules
        let hasRepeats = random.below(2) == 0
        let isNumeric = rules.order.specification?.parts.contains { $0.isNumeric } ?? false
        let longest = Self.longest(&random, isLong: isLong)
        let count = longest > 1000 ? random.below(12) : random.below(90)
        records = (0..<count).map { number in
            let length = random.below(1 + [4, 20, 20, longest][random.below(4)])
            let value =
                Array("\(hasRepeats ? random.below(3) : number)".utf8)
                + [UInt8](repeating: 120, count: random.below(1 + length))
            return CollectedRecord(
                key: Self.key(&random, longest: longest, isNumeric: isNumeric), value: value)
        }
    }

    /// Most cases are small, for the sake of time; of the long test one in a thousand has records of up to 64 MiB.
    private static func longest(_ random: inout SplitMix64, isLong: Bool) -> Int {
        if isLong, random.below(1000) == 0 { return 64 << 20 }
        if random.below(100) == 0 { return [3000, 100_000][random.below(2)] }
        return [10, 30, 60, 200][random.below(4)]
    }

    /// Of several fields, mostly.
    private static func key(_ random: inout SplitMix64, longest: Int, isNumeric: Bool) -> [UInt8] {
        if isNumeric {
            // As Hadoop compares numbers, other texts have no order: `-` is equal to `a` and to `b`.
            return Array(
                "\(random.below(40) - 20)\t\(random.below(9))\t\(random.below(3))".utf8)
        }
        let alphabet: [UInt8] = [9, 9, 0x2d, 0x30, 0x31, 0x61, 0xff]
        let shared = [0, 0, 0, 8, random.below(1 + longest / 4)][random.below(5)]
        return [UInt8](repeating: 0x61, count: shared)
            + (0..<random.below(8)).map { _ in alphabet[random.below(alphabet.count)] }
    }

    private static func rules(_ random: inout SplitMix64) -> SortRules {
        let options = ["", "-n", "-r", "-k1,1", "-k2,2nr", "-k2,2 -k1,1r", "-k1.2,1.3 -k2n", "-k3"]
        func specification() -> KeySpecification? {
            try? KeySpecification(parsing: options[random.below(options.count)], separator: [9])
        }
        let memory = 200 + random.below([600, 2000, 100_000][random.below(3)])
        return SortRules(
            partitionCount: 1 + random.below(4),
            order: random.below(2) == 0 ? .bytes : specification().map { .fields($0) } ?? .bytes,
            partitioner: random.below(2) == 0 ? .hash : specification().map { .keyFields($0) } ?? .hash,
            memory: memory, threshold: 1 + random.below(memory), mergeFactor: 2 + random.below(9))
    }

    func fill(_ buffer: MapOutputBuffer) throws {
        for record in records { try buffer.add(record.key.span, record.value.span) }
    }

    /// Sorted the plainest way, partition after partition; equal keys in the order they came in.
    var expected: [[CollectedRecord]] {
        var partitions: [[CollectedRecord]] = Array(repeating: [], count: rules.partitionCount)
        for record in records {
            partitions[rules.partitioner.partition(record.key.span, of: rules.partitionCount)].append(record)
        }
        return partitions.map { records in
            records.enumerated().sorted { first, second in
                isBefore(first.element.key, second.element.key)
                    || first.offset < second.offset && !isBefore(second.element.key, first.element.key)
            }.map(\.element)
        }
    }

    private func isBefore(_ first: [UInt8], _ second: [UInt8]) -> Bool {
        switch rules.order {
        case .bytes: first.lexicographicallyPrecedes(second)
        case .fields(let specification): specification.compare(first.span, second.span) < 0
        }
    }
}
