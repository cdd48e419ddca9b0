import Foundation
import Testing

@testable import martlet

@Suite struct GatheringTests {
    @Test func thisMachineIsLookedAtWhateverItIs() {
        let facts = MachineFacts.gather(home: "/tmp")
        #expect(facts.checks.count == CheckTests.sound.checks.count)
        let range = try? String(contentsOfFile: "/proc/sys/net/ipv4/ip_local_port_range", encoding: .utf8)
        let ends = range?.split(whereSeparator: \.isWhitespace).compactMap { Int($0) } ?? []
        #expect(facts.portCount == (ends.count == 2 ? ends[1] - ends[0] + 1 : nil))
    }
}
