internal import CPlatform
internal import Patterns
internal import Records

extension ExampleJob {
    static let grep = ExampleJob(
        name: "grep", usage: "--lines IN... OUT REGEX", meaning: "the lines in which a regular expression matches",
        step: { arguments throws(StreamingError) in
            guard let regex = arguments.first else { throw StreamingError("grep needs a regular expression") }
            return try Grep.step(regex)
        },
        makeJob: { arguments in
            guard arguments.words.first == "--lines", arguments.words.count >= 4 else { throw arguments.usage }
            let words = Array(arguments.words.dropFirst())
            let (inputs, output, regex) = (Array(words.dropLast(2)), words[words.count - 2], words[words.count - 1])
            _ = try Grep.step(regex)
            let splitSize = try arguments.splitSize(inputs, 16 << 20...128 << 20)
            let options = arguments.options(
                input: inputs, output: output, reducer: "NONE", standards: [(.splitSize, "\(splitSize)")])
            return try StreamingJob(StreamingArguments(parsing: options), mapper: arguments.mapper([regex]))
        })
}

enum Grep {
    /// What makes more than itself of a text, and what no line has in it.
    private static let special = Set(#"\.[]{}()*+?|^$"# + "\n")

    static func step(_ regex: String) throws(StreamingError) -> NativeStep {
        guard regex.contains(where: special.contains) else { return .records(TextGrep(regex)) }
        do throws(PatternError) {
            return .records(PatternGrep(pattern: try Pattern(regex)))
        } catch {
            throw StreamingError("\(error)")
        }
    }
}

/// Lines in which a regular expression matches.
struct PatternGrep: Mapper {
    let pattern: Pattern

    func map(_ record: Span<UInt8>, into sink: any RecordSink) throws {
        if try pattern.firstMatch(in: record) != nil { try sink.add(record, Span(), .key) }
    }
}

/// Lines with a text in them.
struct TextGrep: Mapper {
    private let text: [UInt8]

    init(_ text: String) { self.text = Array(text.utf8) }

    func map(_ record: Span<UInt8>, into sink: any RecordSink) throws {
        if record.place(of: text.span, from: 0) != nil { try sink.add(record, Span(), .key) }
    }

    /// The text is looked for in all lines at once, rather than each line's end before it.
    func map(batch records: Span<UInt8>, _ shape: RecordShape, into sink: any RecordSink) throws {
        var place = 0
        while let found = records.place(of: text.span, from: place) {
            let end = records.lineEnd(from: found)
            try sink.add(records.extracting(records.lineStart(before: found)..<end), Span(), .key)
            place = end + 1
        }
    }
}

extension Span<UInt8> {
    /// Where the text is first found; nil when it is not.
    func place(of text: Span<UInt8>, from start: Int) -> Int? {
        guard start < count else { return nil }
        return withUnsafeBytes { all in
            text.withUnsafeBytes { text in
                platform_find(all.baseAddress! + start, all.count - start, text.baseAddress, text.count).map {
                    UnsafeRawPointer($0) - all.baseAddress!
                }
            }
        }
    }
}
