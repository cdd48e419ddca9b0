extension ExampleJob {
    static let wordCount = ExampleJob(
        name: "wordcount", usage: "IN... OUT", meaning: "how often each word comes in text",
        step: { arguments throws(StreamingError) in .folding(WordCount()) },
        makeJob: { arguments in
            guard arguments.words.count >= 2 else { throw arguments.usage }
            let inputs = Array(arguments.words.dropLast())
            let splitSize = try arguments.splitSize(inputs, 16 << 20...256 << 20)
            let options = arguments.options(
                input: inputs, output: arguments.words[inputs.count], combiner: "LongSumReducer",
                reducer: "LongSumReducer",
                standards: [(.reduces, "\(arguments.reduces)"), (.splitSize, "\(splitSize)")])
            return try StreamingJob(StreamingArguments(parsing: options), mapper: arguments.mapper())
        })
}

extension ExampleJob {
    /// Hadoop's AggregateWordCount, whose mapper names the aggregator LongValueSum for each word.
    static let aggregateWordCount = ExampleJob(
        name: "aggregatewordcount", usage: "IN OUT [REDUCES]", meaning: "the same with one reducer, or so many",
        step: { _ throws(StreamingError) in .folding(WordCount()) },
        makeJob: { arguments in
            try arguments.wordJob(reduces: arguments.words.count == 3 ? arguments.words[2] : "1", most: 3)
        })

    /// Hadoop's MultiFileWordCount, which reads many small files with few maps (CombineFileInputFormat).
    static let multiFileWordCount = ExampleJob(
        name: "multifilewc", usage: "IN OUT", meaning: "the same of many small files, several with each map",
        step: { _ throws(StreamingError) in .folding(WordCount()) },
        makeJob: { try $0.wordJob(reduces: "1", [(.inputFormat, "CombineTextInputFormat")]) })
}

/// Each word with a 1 (Hadoop's WordCount.TokenizerMapper).
struct WordCount: FoldingMapper {
    func map(_ record: Span<UInt8>, into table: inout FoldTable) {
        record.forEachWord { table.add($0, of: record, 1) }
    }

    /// Words do not reach over line ends: there is no need to look for those.
    func map(batch records: Span<UInt8>, _ shape: RecordShape, into table: inout FoldTable) {
        map(records, into: &table)
    }
}
