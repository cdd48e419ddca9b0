import SeededNumbers
import Simulator
import Testing

@testable import ClusterModel

@Suite struct WatchTableTests {
    @Test(arguments: [4, 40, 400]) func itHoldsWhatADictionaryWould(most: Int) {
        var random = SplitMix64(seed: UInt64(most))
        var table = WatchTable()
        var dictionary: [AttemptID: Instant] = [:]
        for step in 0..<5000 {
            let attempt = AttemptID(
                task: TaskID(job: JobID(1 + random.below(3)), kind: .map, index: random.below(most)), epoch: 1,
                number: random.below(2))
            let now = Instant(nanoseconds: Int64(step))
            switch random.below(3) {
            case 0:
                table.insert(Watch(attempt: attempt, launched: now, timeout: 0))
                dictionary[attempt] = now
            case 1: #expect(table.remove(attempt) == dictionary.removeValue(forKey: attempt))
            default: #expect(table.update(attempt) { $0.fraction = step } == (dictionary[attempt] != nil))
            }
            #expect(table[attempt]?.launched == dictionary[attempt])
        }
        var seen: [AttemptID: Instant] = [:]
        table.forEach { seen[$0.attempt] = $0.launched }
        #expect(seen == dictionary)
    }
}
