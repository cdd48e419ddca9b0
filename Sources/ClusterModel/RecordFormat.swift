/// How a streaming job's lines become records, and which reducer and place they are given, as its properties say. What is
/// nil is as Hadoop has it.
public struct RecordFormat: Hashable, Sendable {
    public var mapOutput = Fields()
    public var reduceOutput = Fields()
    /// What a mapper reads.
    public var mapperInput = MapperInput.line
    /// The byte that ends the key of an input line, where lines have keys
    /// (`mapreduce.input.keyvaluelinerecordreader.key.value.separator`).
    public var keyValueSeparator = UInt8(ascii: "\t")
    /// Between key and value of what a mapper reads, where it reads keys.
    public var mapInputSeparator: String?
    /// Between key and value of what combiner and reducer read.
    public var reduceInputSeparator: String?
    /// Between key and value in the output folder's files.
    public var outputSeparator: String?
    /// Between the fields of a key, for the options below.
    public var keyFieldSeparator: String?
    /// Options of Hadoop's KeyFieldBasedPartitioner; nil for its HashPartitioner.
    public var partitionerOptions: String?
    /// Options of Hadoop's KeyFieldBasedComparator; nil for the order of bytes.
    public var comparatorOptions: String?
    public var grouping = Grouping()
    public var selection = Selection()
    /// Outputs beside the job's own (Hadoop's MultipleOutputs); a record whose key's first field is one of the names goes there.
    public var namedOutputs: [String] = []
    /// For Hadoop's RegexMapper; nil for none.
    public var regex: String?
    /// Of it; 0 is the whole match.
    public var regexGroup = 0
    /// For the aggregator UniqValueCount; 0 is none.
    public var uniqueValueLimit = 0
    /// The first key of each reducer but the first (Hadoop's TotalOrderPartitioner); empty for another partitioner.
    public var cutPoints: [CutPoint] = []
    /// Keys and values are written as they are, without separators and line ends.
    public var outputIsRaw = false

    public init() {}

    /// A key at which a part of the output begins.
    public struct CutPoint: Hashable, Sendable {
        public var key: [UInt8] = []

        public init(key: [UInt8] = []) { self.key = key }
    }

    /// Which fields of a line that a program writes are its key.
    public struct Fields: Hashable, Sendable {
        public var separator: String?
        /// 0 is 1.
        public var keyCount = 0

        public init() {}
    }

    /// What records are one group, where that is not the order's to say: options of a KeyFieldBasedComparator each.
    public struct Grouping: Hashable, Sendable {
        public var reducer: String?
        public var combiner: String?

        public init() {}
    }

    /// For Hadoop's FieldSelectionMapReduce.
    public struct Selection: Hashable, Sendable {
        public var separator: String?
        public var mapOutput: String?
        public var reduceOutput: String?

        public init() {}
    }
}
