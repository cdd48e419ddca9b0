/// Properties of the way from maps to reducers.
extension Property {
    public static let shuffleMemory = Property(
        name: "mapreduce.reduce.memory.totalbytes", oldName: "", standard: "67108864",
        meaning:
            "bytes of fetched map output that a reduce attempt may have in memory; beyond, it goes to the node's disk")
    public static let compressesMapOutput = Property(
        name: "mapreduce.map.output.compress", oldName: "mapred.compress.map.output", standard: "false",
        meaning: "true: what goes from maps to reducers is compressed")
    public static let mapOutputCodec = Property(
        name: "mapreduce.map.output.compress.codec", oldName: "mapred.map.output.compression.codec",
        standard: "org.apache.hadoop.io.compress.DefaultCodec",
        meaning: "how it is compressed: \(MapOutputCodec.list); with or without their package")

    static let ofShuffle = [shuffleMemory, compressesMapOutput, mapOutputCodec]
}
