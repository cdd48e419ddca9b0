import ClusterModel
import Testing

@testable import Coordinator

/// Which segments go: a decision, without any file.
@Suite struct RetentionTests {
    /// Five segments of ten changes and 100 bytes; all changes of each were made before the hour of its number.
    static let closed = (1...5).map { Retention.Segment(last: 10 * $0, bytes: 100, end: hour($0)) }

    static func hour(_ hour: Int) -> Instant { .start.advanced(by: .seconds(3600 * hour)) }

    /// The last change that recovery does not need, and what is kept; what goes.
    struct Case: Sendable {
        let keep: Retention
        var unneeded = 40
        var hour = 5
        let cut: Int?
    }

    static let cases = [
        Case(keep: .all, cut: nil),
        Case(keep: Retention(bytes: 500), cut: nil),
        Case(keep: Retention(bytes: 499), cut: 10),
        Case(keep: Retention(bytes: 300), cut: 20),
        Case(keep: Retention(bytes: 299), cut: 30),
        // What recovery needs stays, however much it is.
        Case(keep: Retention(bytes: 1), cut: 40),
        Case(keep: Retention(bytes: 1), unneeded: 50, cut: 50),
        Case(keep: Retention(bytes: 1), unneeded: 39, cut: 30),
        Case(keep: Retention(bytes: 1), unneeded: 9, cut: nil),
        Case(keep: Retention(bytes: 1), unneeded: 0, cut: nil),
        // As old as is allowed is not yet too old.
        Case(keep: Retention(age: .seconds(4 * 3600)), cut: nil),
        Case(keep: Retention(age: .seconds(3 * 3600)), cut: 10),
        Case(keep: Retention(age: .seconds(2 * 3600 - 1)), cut: 30),
        Case(keep: Retention(age: .seconds(3600)), hour: 1000, cut: 40),
        Case(keep: Retention(age: .seconds(3600)), hour: 0, cut: nil),
        // Whichever is reached first.
        Case(keep: Retention(age: .seconds(3 * 3600), bytes: 250), cut: 30),
        Case(keep: Retention(age: .seconds(2 * 3600 - 1), bytes: 500), cut: 30),
    ]

    @Test(arguments: cases) func theOldestGoAsFarAsTheyMay(one: Case) {
        #expect(one.keep.cut(Self.closed, unneeded: one.unneeded, now: Self.hour(one.hour)) == one.cut, "\(one)")
    }

    @Test func withoutSegmentsNothingGoes() {
        #expect(Retention(age: .zero, bytes: 0).cut([], unneeded: 100, now: Self.hour(1)) == nil)
    }

    /// One whose time cannot be read is not taken for old, and keeps those behind it: there must be no hole.
    @Test func aSegmentOfUnknownAgeStaysAndSoDoThoseBehindIt() {
        var closed = Self.closed
        closed[1] = Retention.Segment(last: 20, bytes: 100, end: nil)
        #expect(Retention(age: .seconds(1)).cut(closed, unneeded: 50, now: Self.hour(9)) == 10)
        #expect(Retention(bytes: 250).cut(closed, unneeded: 50, now: Self.hour(9)) == 30)
    }

    // MARK: - As users write it

    static let spellings: [(String, Retention)] = [
        ("all", .all),
        ("30d", Retention(age: .seconds(30 * 86_400))),
        ("1day", Retention(age: .seconds(86_400))),
        ("12h", Retention(age: .seconds(12 * 3600))),
        ("2weeks", Retention(age: .seconds(14 * 86_400))),
        ("2GiB", Retention(bytes: 2 << 30)),
        ("2gib", Retention(bytes: 2 << 30)),
        ("500MB", Retention(bytes: 500_000_000)),
        ("1B", Retention(bytes: 1)),
        ("30d,2GiB", Retention(age: .seconds(30 * 86_400), bytes: 2 << 30)),
        ("2GiB,30d", Retention(age: .seconds(30 * 86_400), bytes: 2 << 30)),
    ]

    @Test(arguments: spellings) func whatIsPlainIsUnderstood(text: String, retention: Retention) {
        #expect(Retention(text) == retention)
    }

    @Test(arguments: [
        "", "30", "d", "0d", "0B", "-1d", "+1d", "1.5d", "30 d", "30d ", "30d,", ",", "30d,12h", "1GiB,2GiB", "30d,all",
        "all,all", "ALL ", "3m", "3M", "2GiBs", "٣d", "36601d", "99999999999999999999d", "9223372036854775807TiB",
        "never",
    ]) func whatCouldMeanSeveralThingsOrNothingIsRefused(text: String) {
        #expect(Retention(text) == nil)
    }
}
