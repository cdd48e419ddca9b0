/// Properties of what a job reads and writes.
extension Property {
    /// ``standard``, for people.
    public var shownStandard: String { standard == "\t" ? "TAB" : standard }

    public static let smallestSplitSize = Property(
        name: "mapreduce.input.fileinputformat.split.minsize", oldName: "mapred.min.split.size", standard: "1",
        meaning: "bytes of a map task's input at least, as far as its files have them; it comes before split.maxsize")
    public static let ignoresFolders = Property(
        name: "mapreduce.input.fileinputformat.input.dir.nonrecursive.ignore.subdirs", oldName: "", standard: "false",
        meaning: "true: folders in input folders are passed over, unless they are read; false: they are refused")
    public static let inputFormat = Property(
        name: "mapreduce.job.inputformat.class", oldName: "mapred.input.format.class",
        standard: "org.apache.hadoop.mapred.TextInputFormat",
        meaning: "how the input is cut and read: \(InputFormat.list); with or without their package")
    public static let keyValueSeparator = Property(
        name: "mapreduce.input.keyvaluelinerecordreader.key.value.separator",
        oldName: "key.value.separator.in.input.line", standard: "\t",
        meaning:
            "the character that ends the key of an input line, for KeyValueTextInputFormat; a TAB unless it is said")
    public static let linesPerMap = Property(
        name: "mapreduce.input.lineinputformat.linespermap", oldName: "mapred.line.input.format.linespermap",
        standard: "1", meaning: "lines of a map task, for NLineInputFormat")
    public static let compressesOutput = Property(
        name: "mapreduce.output.fileoutputformat.compress", oldName: "mapred.output.compress", standard: "false",
        meaning: "true: the job's output is compressed")
    public static let outputCodec = Property(
        name: "mapreduce.output.fileoutputformat.compress.codec", oldName: "mapred.output.compression.codec",
        standard: "org.apache.hadoop.io.compress.DefaultCodec",
        meaning: "how the output is compressed: \(OutputCodec.list); with or without their package")
    public static let outputCompressionType = Property(
        name: "mapreduce.output.fileoutputformat.compress.type", oldName: "mapred.output.compression.type",
        standard: "RECORD",
        meaning:
            "what is compressed, for SequenceFileOutputFormat: RECORD each value, BLOCK many records together, NONE")

    static let ofFiles = [
        smallestSplitSize, ignoresFolders, inputFormat, keyValueSeparator, linesPerMap, compressesOutput, outputCodec,
        outputCompressionType,
    ]

    /// Properties of input that would change what comes out and are not heeded.
    static let filesNotHeeded: Set<String> = [
        "mapred.input.pathFilter.class", "mapred.linerecordreader.maxlength", "mapreduce.input.pathFilter.class",
        "mapreduce.input.linerecordreader.line.maxlength", "stream.recordreader.class",
        "textinputformat.record.delimiter",
    ]
}
