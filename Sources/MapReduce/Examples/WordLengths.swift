internal import Records

extension ExampleJob {
    static let wordMean = ExampleJob(
        name: "wordmean", usage: "IN OUT", meaning: "how long words are on average",
        step: { _ throws(StreamingError) in .folding(WordMean()) },
        makeJob: { try $0.wordJob(reduces: "1") },
        conclusion: { output in
            let sums = Dictionary(try output.numbers(), uniquingKeysWith: +)
            let mean = Double(sums["length"] ?? 0) / Double(sums["count"] ?? 0)
            return "The mean is: \(JavaNumbers.text(mean))"
        })

    static let wordMedian = ExampleJob(
        name: "wordmedian", usage: "IN OUT", meaning: "the length that half of the words do not reach",
        step: { _ throws(StreamingError) in .folding(WordMedian()) },
        makeJob: { arguments in
            try arguments.wordJob(
                reduces: "1", [(.comparator, "KeyFieldBasedComparator"), (.comparatorOptions, "-n")])
        },
        conclusion: { output in
            let counts = try output.numbers().compactMap { pair in
                Int(pair.name).map { (length: $0, count: pair.number) }
            }
            return WordMedian.median(of: counts).map { "The median is: \($0)" } ?? "There is no word."
        })
}

extension ExampleArguments {
    /// A job with text in one folder or file whose numbers are added up.
    ///
    /// - Parameter most: Words that may be there.
    func wordJob(reduces: String, most: Int = 2, _ standards: [(Property, String)] = []) throws -> StreamingJob {
        guard 2...most ~= words.count else { throw usage }
        let splitSize = try splitSize([words[0]], 16 << 20...256 << 20)
        let options = options(
            input: [words[0]], output: words[1], combiner: "LongSumReducer", reducer: "LongSumReducer",
            standards: [(.reduces, reduces), (.splitSize, "\(splitSize)")] + standards)
        return try StreamingJob(StreamingArguments(parsing: options), mapper: mapper())
    }
}

/// How many words there are and how long they are together (Hadoop's WordMean.WordMeanMapper).
struct WordMean: FoldingMapper {
    private let count = ShortKey(ascii: "count")
    private let length = ShortKey(ascii: "length")

    func map(_ record: Span<UInt8>, into table: inout FoldTable) {
        record.forEachWord { word in
            table.add(length, record.javaLength(of: word))
            table.add(count, 1)
        }
    }

    /// Words do not reach over line ends.
    func map(batch records: Span<UInt8>, _ shape: RecordShape, into table: inout FoldTable) {
        map(records, into: &table)
    }
}

/// How many words there are of each length (Hadoop's WordMedian.WordMedianMapper).
struct WordMedian: FoldingMapper {
    private let keys = (0..<100).map { ShortKey(ascii: "\($0)") }

    func map(_ record: Span<UInt8>, into table: inout FoldTable) {
        record.forEachWord { word in
            let length = record.javaLength(of: word)
            table.add(length < keys.count ? keys[length] : ShortKey(ascii: "\(length)"), 1)
        }
    }

    /// Words do not reach over line ends.
    func map(batch records: Span<UInt8>, _ shape: RecordShape, into table: inout FoldTable) {
        map(records, into: &table)
    }

    /// The length of the word in the middle, of two the shorter, as WordMedian.readAndFindMedian finds it.
    ///
    /// - Parameter counts: By length, the shortest first.
    static func median(of counts: [(length: Int, count: Int)]) -> Int? {
        let half = (counts.reduce(0) { $0 + $1.count } + 1) / 2
        var seen = 0
        for (length, count) in counts {
            seen += count
            if seen >= half { return length }
        }
        return nil
    }
}

extension Span<UInt8> {
    /// Of a word as a string of Java's: characters of 16 bits.
    func javaLength(of word: Word) -> Int {
        var length = 0
        for place in word.start..<word.end {
            // The first byte of a character, and the first of one that is two in Java.
            if self[place] & 0xc0 != 0x80 { length += self[place] >= 0xf0 ? 2 : 1 }
        }
        return length
    }
}
