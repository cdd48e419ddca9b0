/// Named sums of a job's work, in groups, as Hadoop keeps them.
public struct Counters: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        public var group: String
        public var name: String
        public var value: Int

        public init(group: String, name: String, value: Int) {
            self.group = group
            self.name = name
            self.value = value
        }
    }

    /// Hadoop's limit (`mapreduce.job.counters.max`); what is beyond it is dropped and counted by ``overflow``.
    public static let entryLimit = 120

    /// Bytes of a group's or a counter's name; a longer one is cut.
    public static let nameLimit = 128

    /// Sorted by group and name, each pair once.
    public private(set) var entries: [Entry] = []

    public init() {}

    /// Entries that are known to be sorted by group and name, each pair once, and within the limits.
    package init(inOrder entries: [Entry]) { self.entries = entries }

    /// What these entries come to when they are added one by one; sorted ones are taken as they are.
    public init(_ entries: [Entry]) {
        if Self.areInOrder(entries) {
            self.entries = entries
        } else {
            for entry in entries { add(entry.value, group: entry.group, name: entry.name) }
        }
    }

    /// The group of the framework's own counters (Hadoop's TaskCounter).
    public static let taskGroup = "org.apache.hadoop.mapreduce.TaskCounter"
    public static let overflow = "COUNTERS_DROPPED"

    public subscript(group: String, name: String) -> Int {
        let place = place(group, name)
        return place < entries.count && entries[place].group == group && entries[place].name == name
            ? entries[place].value : 0
    }

    public mutating func add(_ amount: Int, group: String, name: String) {
        let (group, name) = (Self.cut(group), Self.cut(name))
        let place = place(group, name)
        if place < entries.count, entries[place].group == group, entries[place].name == name {
            entries[place].value &+= amount
        } else if entries.count < Self.entryLimit || (group, name) == (Self.taskGroup, Self.overflow) {
            entries.insert(Entry(group: group, name: name, value: amount), at: place)
        } else {
            add(1, group: Self.taskGroup, name: Self.overflow)
        }
    }

    public static func += (sum: inout Self, more: Self) {
        for entry in more.entries { sum.add(entry.value, group: entry.group, name: entry.name) }
    }

    private static func areInOrder(_ entries: [Entry]) -> Bool {
        guard entries.count <= entryLimit + (entries.contains(where: \.isOverflow) ? 1 : 0) else { return false }
        for (place, entry) in entries.enumerated() {
            if entry.group.utf8.count > nameLimit || entry.name.utf8.count > nameLimit { return false }
            if place > 0, !entries[place - 1].isBefore(entry) { return false }
        }
        return true
    }

    private static func cut(_ name: String) -> String {
        name.utf8.count <= nameLimit ? name : String(decoding: name.utf8.prefix(nameLimit), as: UTF8.self)
    }

    /// The first place whose entry is not before the pair.
    private func place(_ group: String, _ name: String) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if (entries[middle].group, entries[middle].name) < (group, name) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension Counters.Entry {
    fileprivate var isOverflow: Bool { name == Counters.overflow && group == Counters.taskGroup }

    fileprivate func isBefore(_ other: Self) -> Bool { (group, name) < (other.group, other.name) }
}
