/// Properties of the way from maps to reducers.
extension Property {
    public static let shuffleMemory = Property(
        name: "mapreduce.reduce.memory.totalbytes", oldName: "", standard: "67108864",
        meaning:
            "bytes of fetched map output that a reduce attempt may have in memory; beyond, it goes to the node's disk")

    static let ofShuffle = [shuffleMemory]
}
