/// How map output is sorted and merged.
extension Property {
    public static let sortMemory = Property(
        name: "mapreduce.task.io.sort.mb", oldName: "io.sort.mb", standard: "100",
        meaning: "MiB in which a map task collects and sorts its output before it goes to disk")
    public static let sortSpillPercent = Property(
        name: "mapreduce.map.sort.spill.percent", oldName: "io.sort.spill.percent", standard: "0.80",
        meaning:
            "the part of it that is written to disk once it is full, while the mapper fills the rest, from 0.001 to 1")
    public static let sortFactor = Property(
        name: "mapreduce.task.io.sort.factor", oldName: "io.sort.factor", standard: "10",
        meaning: "sorted pieces of map output that are merged at once")

    static let sorting = [sortMemory, sortSpillPercent, sortFactor]
}
