/// What `martlet journal --check` has found.
struct JournalReport: Encodable {
    struct Tear: Encodable {
        let path: String
        let whole: Int
        let lost: Int
    }

    struct Snapshot: Encodable {
        let path: String
        /// The number of its last change.
        let sequence: Int
        let damage: String?
    }

    /// The numbers of the first and last change that are kept; without any, the last is before the first.
    var first = 1
    var last = 0
    var changes = 0
    var segments = 0
    /// When the last change was.
    var seconds = 0.0
    /// Of the hard state after the last change.
    var stateHash: String?
    var snapshots: [Snapshot] = []
    var torn: Tear?
    /// The first of what is damaged.
    var damage: String?

    var text: String {
        let lines = [
            damage.map { "damaged: \($0)\nread: \(size)" } ?? "sound: \(size)",
            first > 1 ? "kept from change \(first) on: what was before is in the state with which it begins" : nil,
            torn.map {
                "\($0.path) ends after \($0.whole) bytes with \($0.lost) more of a write that was cut short or is under way"
            },
            snapshotText, stateHash.map { "state after change \(last): \($0)" },
        ]
        return lines.compactMap { $0 }.joined(separator: "\n") + "\n"
    }

    private var size: String {
        "\(changes) changes in \(segments) \(segments == 1 ? "segment" : "segments"), the last at "
            + Table.duration(seconds)
    }

    private var snapshotText: String? {
        guard !snapshots.isEmpty else { return nil }
        let bad = snapshots.count { $0.damage != nil }
        return "\(snapshots.count) \(snapshots.count == 1 ? "snapshot" : "snapshots"), "
            + (bad == 0 ? "as the changes come to" : "\(bad) of them damaged")
    }
}
