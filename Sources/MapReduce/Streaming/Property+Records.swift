/// How lines become records, and where these go.
extension Property {
    public static let mapOutputSeparator = Property(
        name: "stream.map.output.field.separator", oldName: "", standard: "",
        meaning: "parts the fields of a mapper's lines (TAB)")
    public static let mapOutputKeyFields = Property(
        name: "stream.num.map.output.key.fields", oldName: "", standard: "1",
        meaning: "fields of a mapper's line that are its key; the rest is its value")
    public static let reduceOutputSeparator = Property(
        name: "stream.reduce.output.field.separator", oldName: "", standard: "",
        meaning: "parts the fields of a reducer's or combiner's lines (TAB)")
    public static let reduceOutputKeyFields = Property(
        name: "stream.num.reduce.output.key.fields", oldName: "", standard: "1",
        meaning: "fields of a reducer's or combiner's line that are its key")
    public static let mapInputSeparator = Property(
        name: "stream.map.input.field.separator", oldName: "", standard: "",
        meaning: "between key and value of what a mapper reads, where it is given keys (TAB)")
    public static let mapIgnoresKeys = Property(
        name: "stream.map.input.ignoreKey", oldName: "", standard: "",
        meaning:
            "true: mappers read lines or values only; false: each with its key (its place in the file) before it. Unless "
            + "it is said, true for TextInputFormat and false for the others")
    public static let reduceInputSeparator = Property(
        name: "stream.reduce.input.field.separator", oldName: "", standard: "",
        meaning: "between key and value of what a combiner or reducer reads (TAB)")
    public static let outputSeparator = Property(
        name: "mapreduce.output.textoutputformat.separator", oldName: "mapred.textoutputformat.separator", standard: "",
        meaning: "between key and value in the output (TAB)")
    public static let outputIsRaw = Property(
        name: "martlet.output.raw", oldName: "", standard: "",
        meaning: "true: keys and values are written as they are, without separators and line ends")
    public static let namedOutputs = Property(
        name: "martlet.multiple.outputs", oldName: "", standard: "",
        meaning:
            "names of letters and digits, parted by commas: of the job's output, a line NAME TAB KEY TAB VALUE is written as "
            + "KEY TAB VALUE to NAME-r-00000 and its kin (NAME-m-00000 without reducers), the others to part-00000 as ever"
    )
    public static let partitioner = Property(
        name: "mapreduce.job.partitioner.class", oldName: "mapred.partitioner.class", standard: "",
        meaning: "HashPartitioner or KeyFieldBasedPartitioner: which reducer a key goes to")
    public static let partitionerOptions = Property(
        name: "mapreduce.partition.keypartitioner.options", oldName: "mapred.text.key.partitioner.options",
        standard: "",
        meaning: "parts of the key by which KeyFieldBasedPartitioner goes, such as -k1,2")
    public static let partitionFields = Property(
        name: "num.key.fields.for.partition", oldName: "", standard: "",
        meaning: "the same as -kN, as older versions write it: the first so many fields")
    public static let comparator = Property(
        name: "mapreduce.job.output.key.comparator.class", oldName: "mapred.output.key.comparator.class", standard: "",
        meaning: "KeyFieldBasedComparator: sort and group by parts of the key")
    public static let comparatorOptions = Property(
        name: "mapreduce.partition.keycomparator.options", oldName: "mapred.text.key.comparator.options", standard: "",
        meaning: "how it does, as GNU sort's -k, -n and -r: such as -k2,2nr")
    public static let groupComparator = Property(
        name: "mapreduce.job.output.group.comparator.class", oldName: "mapred.output.value.groupfn.class", standard: "",
        meaning:
            "KeyFieldBasedComparator: parts of the key make a reducer's groups, whatever keys are sorted by; each record of "
            + "a group is given the key of its first")
    public static let combinerGroupComparator = Property(
        name: "mapreduce.job.combiner.group.comparator.class", oldName: "", standard: "",
        meaning: "the same for a combiner's groups, which are made by what keys are sorted by otherwise")
    public static let groupComparatorOptions = Property(
        name: "martlet.group.comparator.options", oldName: "", standard: "",
        meaning: "how these two do, such as -k1,1; as mapreduce.partition.keycomparator.options unless it is said")
    public static let keyFieldSeparator = Property(
        name: "mapreduce.map.output.key.field.separator", oldName: "map.output.key.field.separator", standard: "",
        meaning: "parts the fields of a key for all of them (TAB)")
    public static let selectionSeparator = Property(
        name: "mapreduce.fieldsel.data.field.separator", oldName: "mapred.data.field.separator", standard: "",
        meaning: "parts fields for FieldSelectionMapReduce (TAB)")
    public static let mapSelection = Property(
        name: "mapreduce.fieldsel.map.output.key.value.fields.spec", oldName: "map.output.key.value.fields.spec",
        standard: "", meaning: "fields that it makes key and value as a mapper, from 0: such as 0,2:1,3-")
    public static let reduceSelection = Property(
        name: "mapreduce.fieldsel.reduce.output.key.value.fields.spec", oldName: "reduce.output.key.value.fields.spec",
        standard: "", meaning: "the same as a reducer")
    public static let regex = Property(
        name: "mapreduce.mapper.regex", oldName: "mapred.mapper.regex", standard: "",
        meaning: "what RegexMapper looks for, as Java writes patterns")
    public static let regexGroup = Property(
        name: "mapreduce.mapper.regexmapper..group", oldName: "mapred.mapper.regex.group", standard: "",
        meaning: "the group of it that counts, such as 1 (0: all that matches)")
    public static let uniqueValueLimit = Property(
        name: "mapreduce.aggregate.max.num.unique.values", oldName: "aggregate.max.num.unique.values", standard: "",
        meaning: "values after which UniqValueCount stops counting")
    public static let exitStatusMatters = Property(
        name: "stream.non.zero.exit.is.failure", oldName: "", standard: "true",
        meaning: "false: a program that exits with another status than 0 has succeeded all the same")

    static let records = [
        mapOutputSeparator, mapOutputKeyFields, reduceOutputSeparator, reduceOutputKeyFields, mapInputSeparator,
        mapIgnoresKeys, reduceInputSeparator, outputSeparator, namedOutputs, partitioner, partitionerOptions,
        partitionFields,
        comparator, comparatorOptions, groupComparator, combinerGroupComparator, groupComparatorOptions,
        keyFieldSeparator, selectionSeparator, mapSelection, reduceSelection, regex, regexGroup, uniqueValueLimit,
        exitStatusMatters, outputIsRaw,
    ]

    /// Properties of records that would change what comes out and are not heeded.
    static let recordsNotHeeded: Set<String> = [
        "mapreduce.partitioner.class", "stream.map.input.writer.class", "stream.map.output.reader.class",
        "stream.reduce.input.writer.class", "stream.reduce.output.reader.class",
    ]
}
