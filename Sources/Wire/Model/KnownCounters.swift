internal import ClusterModel

/// Hadoop's own counters by number, so that journals and messages need not spell them out.
///
/// A number is a place in this list, from 1, and means the same for ever: new names go to the end, and none is ever moved
/// or removed.
enum KnownCounters {
    static func entry(_ number: UInt32) -> Counters.Entry? {
        number > 0 && number <= entries.count ? entries[Int(number) - 1] : nil
    }

    static func number(of entry: Counters.Entry) -> UInt32? { numbers[Name(entry)] }

    private struct Name: Hashable {
        let group: String
        let name: String

        init(_ entry: Counters.Entry) { (group, name) = (entry.group, entry.name) }

        // Names differ early enough: the long group need not be hashed too.
        func hash(into hasher: inout Hasher) { hasher.combine(name) }
    }

    private static let entries: [Counters.Entry] = groups.flatMap { group, names in
        names.map { Counters.Entry(group: group, name: $0, value: 0) }
    }

    private static let numbers: [Name: UInt32] = {
        var numbers: [Name: UInt32] = [:]
        for (place, entry) in entries.enumerated() { numbers[Name(entry)] = UInt32(place + 1) }
        return numbers
    }()

    /// By number less one: the place of each among all of them in the order of ``Counters/entries``.
    private static let ranks: [Int] = {
        let order = entries.indices.sorted {
            (entries[$0].group, entries[$0].name) < (entries[$1].group, entries[$1].name)
        }
        var ranks = [Int](repeating: 0, count: entries.count)
        for (rank, place) in order.enumerated() { ranks[place] = rank }
        return ranks
    }()

    /// Whether these counters stand in the order of ``Counters/entries``, each once: told without looking at names.
    static func areInOrder(_ numbers: [UInt32]) -> Bool {
        var last = -1
        for number in numbers where number > 0 && number <= ranks.count {
            let rank = ranks[Int(number) - 1]
            guard rank > last else { return false }
            last = rank
        }
        return true
    }

    private static let files = "org.apache.hadoop.mapreduce.FileSystemCounter"

    /// Each name is a literal, to which references need not be counted: a journal has millions of them.
    private static let groups: [(group: String, names: [String])] = [
        (
            Counters.taskGroup,
            [
                "MAP_INPUT_RECORDS", "MAP_OUTPUT_RECORDS", "MAP_OUTPUT_BYTES", "COMBINE_INPUT_RECORDS",
                "COMBINE_OUTPUT_RECORDS", "SPILLED_RECORDS", "REDUCE_INPUT_RECORDS", "REDUCE_INPUT_GROUPS",
                "REDUCE_OUTPUT_RECORDS", "REDUCE_SHUFFLE_BYTES", Counters.overflow, "MAP_SKIPPED_RECORDS",
                "MAP_OUTPUT_MATERIALIZED_BYTES", "SPLIT_RAW_BYTES", "REDUCE_SKIPPED_GROUPS", "REDUCE_SKIPPED_RECORDS",
                "SHUFFLED_MAPS", "FAILED_SHUFFLE", "MERGED_MAP_OUTPUTS", "GC_TIME_MILLIS", "CPU_MILLISECONDS",
                "PHYSICAL_MEMORY_BYTES", "VIRTUAL_MEMORY_BYTES", "COMMITTED_HEAP_BYTES",
                "MAP_PHYSICAL_MEMORY_BYTES_MAX", "MAP_VIRTUAL_MEMORY_BYTES_MAX", "REDUCE_PHYSICAL_MEMORY_BYTES_MAX",
                "REDUCE_VIRTUAL_MEMORY_BYTES_MAX",
            ]
        ),
        (
            files,
            [
                "FILE_BYTES_READ", "FILE_BYTES_WRITTEN", "FILE_READ_OPS", "FILE_LARGE_READ_OPS", "FILE_WRITE_OPS",
                "HDFS_BYTES_READ", "HDFS_BYTES_WRITTEN", "HDFS_READ_OPS", "HDFS_LARGE_READ_OPS", "HDFS_WRITE_OPS",
                "S3_BYTES_READ", "S3_BYTES_WRITTEN", "S3_READ_OPS", "S3_LARGE_READ_OPS", "S3_WRITE_OPS",
            ]
        ),
        ("org.apache.hadoop.mapreduce.lib.input.FileInputFormatCounter", ["BYTES_READ"]),
        ("org.apache.hadoop.mapreduce.lib.output.FileOutputFormatCounter", ["BYTES_WRITTEN"]),
        (
            "Shuffle Errors",
            ["BAD_ID", "CONNECTION", "IO_ERROR", "WRONG_LENGTH", "WRONG_MAP", "WRONG_REDUCE"]
        ),
        (
            "org.apache.hadoop.mapreduce.JobCounter",
            [
                "TOTAL_LAUNCHED_MAPS", "TOTAL_LAUNCHED_REDUCES", "NUM_FAILED_MAPS", "NUM_FAILED_REDUCES",
                "NUM_KILLED_MAPS", "NUM_KILLED_REDUCES", "OTHER_LOCAL_MAPS", "DATA_LOCAL_MAPS", "RACK_LOCAL_MAPS",
                "SLOTS_MILLIS_MAPS", "SLOTS_MILLIS_REDUCES", "MILLIS_MAPS", "MILLIS_REDUCES", "VCORES_MILLIS_MAPS",
                "VCORES_MILLIS_REDUCES", "MB_MILLIS_MAPS", "MB_MILLIS_REDUCES",
            ]
        ),
        (
            "martlet.PhaseCounter",
            [
                "READ_MILLIS", "MAP_MILLIS", "SORT_MILLIS", "SPILL_MILLIS", "SHUFFLE_MILLIS", "MERGE_MILLIS",
                "REDUCE_MILLIS", "WRITE_MILLIS",
            ]
        ),
    ]
}
