internal import ClusterModel
internal import FileSystems

/// A streaming job as its command line tells it, with Hadoop streaming's options.
public struct StreamingArguments: Hashable, Sendable {
    /// A file to bring along.
    public struct File: Hashable, Sendable {
        public let path: String
        /// The name that it has for the programs.
        public let link: String
        /// It is to be unpacked into a folder of that name.
        public var isArchive = false
    }

    public var inputs: [String] = []
    public var output = ""
    /// Whether anything is kept of what the tasks write (Hadoop's NullOutputFormat keeps nothing).
    var hasOutput: Bool { outputFormat != .null }
    private(set) var outputFormat = OutputFormat.text
    public var mapper = ""
    /// `NONE` for a job without reduce tasks.
    public var reducer = ""
    public var combiner = ""
    public var files: [File] = []
    /// `NAME=value`.
    public var environment: [String] = []
    /// In the order given, under their present names; the last of a name counts.
    public var properties: [(name: String, value: String)] { pairs.map { ($0.name, $0.value) } }
    private var pairs: [Pair] = []
    private var numReduceTasks: String?
    /// The class that `-partitioner` names, which comes before the property's.
    private(set) var partitioner: String?
    /// The class that `-inputformat` names, which comes before the property's.
    private var inputFormatName: String?
    public var isVerbose = false
    /// Submit and do not wait (`-background`).
    public var isBackground = false

    private struct Pair: Hashable, Sendable {
        let name: String
        let value: String
    }

    /// Options of Hadoop streaming that are understood, each with what follows it and what it is for.
    public static let options: [(name: String, value: String, meaning: String)] = [
        ("-input", "URI,URI", "files, folders or patterns to read, such as file:///data/*.txt; may be repeated"),
        ("-output", "URI", "folder to make; must not exist"),
        ("-outputformat", "CLASS", "what output files hold: \(OutputFormat.list), the last for a job without output"),
        (
            "-mapper", "COMMAND",
            "program that reads lines and writes lines KEY TAB VALUE; builtin:cat, builtin:none; standard: IdentityMapper"
        ),
        (
            "-reducer", "COMMAND",
            "program that reads them sorted by key; aggregate, builtin:cat; NONE for a job without reduce tasks"
        ),
        ("-combiner", "COMMAND", "program that reduces a map task's output before it travels"),
        ("-partitioner", "CLASS", "KeyFieldBasedPartitioner: which reducer a key goes to, by parts of it"),
        ("-files", "A,B#LINK", "files to lay into the programs' folder, under their own names or others"),
        ("-file", "FILE", "the same for one file; may be repeated"),
        ("-archives", "A,B#LINK", "archives (\(ArchiveName.endings)) to unpack into folders of their names or others"),
        ("-cacheFile", "URI#LINK", "the same as -files, as older versions write it"),
        ("-cacheArchive", "URI#LINK", "the same as -archives, as older versions write it"),
        ("-inputformat", "CLASS", "how the input is cut and read: \(InputFormat.list)"),
        ("-numReduceTasks", "N", "number of reduce tasks"),
        ("-cmdenv", "NAME=VALUE", "a variable for the programs' environment; may be repeated"),
        ("-D", "NAME=VALUE", "a property; may be repeated"),
        ("-jobconf", "NAME=VALUE", "the same, as older versions write it"),
        ("--no-speculation", "", "give slow attempts no backup tasks"),
        ("-verbose", "", "say on standard error what is submitted, and the counters at the end"),
        ("-background", "", "submit and do not wait"),
    ]

    /// - Throws: ``StreamingError`` for an option that is none or has no value, or when an essential one is missing.
    public init(parsing arguments: [String]) throws(StreamingError) {
        var rest = arguments[...]
        while let option = rest.popFirst() { try take(option, &rest) }
        if inputs.isEmpty { throw StreamingError("-input is missing: what is to be read?") }
        if output.isEmpty, hasOutput { throw StreamingError("-output is missing: which folder is to be made?") }
        if mapper.isEmpty { mapper = "org.apache.hadoop.mapred.lib.IdentityMapper" }
        if reducer.isEmpty { reducer = "org.apache.hadoop.mapred.lib.IdentityReducer" }
        try checkCommands()
        for format in ["stream.map.input", "stream.map.output", "stream.reduce.input", "stream.reduce.output"] {
            if let value = pairs.last(where: { $0.name == format })?.value { try FixedOption.check("-io", value) }
        }
        if let property = pairs.first(where: { Property.notHeeded.contains($0.name) }) {
            throw StreamingError("\(property.name) would change the result and is not heeded yet: leave it out")
        }
    }

    private mutating func take(_ option: String, _ rest: inout ArraySlice<String>) throws(StreamingError) {
        switch option {
        case "-input": inputs += InputPaths.split(try value(of: option, &rest))
        case "-output": output = try value(of: option, &rest)
        case "-outputformat": outputFormat = try OutputFormat(className: try value(of: option, &rest))
        case "-mapper": mapper = try value(of: option, &rest)
        case "-reducer": reducer = try value(of: option, &rest)
        case "-combiner": combiner = try value(of: option, &rest)
        case "-files", "-cacheFile":
            for part in try value(of: option, &rest).split(separator: ",") { try add(file: String(part)) }
        case "-file": try add(file: try value(of: option, &rest))
        case "-partitioner": partitioner = try value(of: option, &rest)
        case "-io", "-inputreader", "-mapdebug", "-reducedebug":
            try FixedOption.check(option, try value(of: option, &rest))
        case "-lazyOutput": try FixedOption.check(option, "")
        case "-archives", "-cacheArchive":
            for part in try value(of: option, &rest).split(separator: ",") {
                try add(file: String(part), isArchive: true)
            }
        case "-inputformat": inputFormatName = try value(of: option, &rest)
        case "-numReduceTasks": numReduceTasks = try value(of: option, &rest)
        case "-cmdenv": environment.append(try pair(try value(of: option, &rest), option).text)
        case "-D", "-jobconf": try add(property: try value(of: option, &rest), option)
        case "--no-speculation":
            for property in [Property.mapSpeculation, .reduceSpeculation] {
                pairs.append(Pair(name: property.name, value: "false"))
            }
        case "-verbose": isVerbose = true
        case "-background": isBackground = true
        default:
            guard option.hasPrefix("-D"), option.contains("=") else { throw unknown(option) }
            try add(property: String(option.dropFirst(2)), "-D")
        }
    }

    private func value(of option: String, _ rest: inout ArraySlice<String>) throws(StreamingError) -> String {
        guard let value = rest.popFirst() else { throw StreamingError("\(option) needs a value behind it") }
        return value
    }

    private func unknown(_ option: String) -> StreamingError {
        let nearest = Self.options.map(\.name).min { editDistance($0, option) < editDistance($1, option) } ?? ""
        return StreamingError("there is no option '\(option)': did you mean \(nearest)?")
    }

    private func pair(
        _ text: String, _ option: String
    ) throws(StreamingError) -> (name: String, value: String, text: String) {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw StreamingError("\(option) \(text): write \(option) NAME=VALUE")
        }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]), text)
    }

    private mutating func add(property text: String, _ option: String) throws(StreamingError) {
        let (name, value, _) = try pair(text, option)
        pairs.append(Pair(name: Property.presentName(name), value: value))
    }

    private mutating func add(file text: String, isArchive: Bool = false) throws(StreamingError) {
        let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let path = try Self.path(parts[0])
        let link = parts.count > 1 ? parts[1] : String(path.split(separator: "/").last ?? "")
        guard !path.isEmpty, !link.isEmpty, !link.contains("/"), link != ".", link != ".." else {
            throw StreamingError(
                "'\(text)' is no file to bring along: write PATH or PATH#NAME, the name without a slash")
        }
        guard !files.contains(where: { $0.link == link }) else {
            throw StreamingError("two files would be called '\(link)': give one another name with PATH#NAME")
        }
        if isArchive { try ArchiveName.check(path) }
        files.append(File(path: path, link: link, isArchive: isArchive))
    }

    /// Of a file to bring along, which may be named by path too: it is read here, not on the nodes.
    private static func path(_ text: String) throws(StreamingError) -> String {
        guard text.hasPrefix("file:") else { return text }
        do {
            return try FileURI(parsing: text).path
        } catch {
            throw StreamingError(error.description)
        }
    }

    private func checkCommands() throws(StreamingError) {
        for (option, command) in [("-mapper", mapper), ("-reducer", reducer), ("-combiner", combiner)]
        where !command.isEmpty && CommandWords.split(command).isEmpty {
            throw StreamingError("\(option) '\(command)' has no word in it")
        }
        for (command, role) in [(mapper, StepRole.mapper), (combiner, .combiner)] {
            _ = try StepCommand.words(command, role)
        }
        if reducer != "NONE" { _ = try StepCommand.words(reducer, .reducer) }
    }

    // MARK: - What follows

    /// The last value given for the property, or its standard one.
    public func value(_ property: Property) -> String {
        given(property) ?? property.standard
    }

    /// The last value given for the property; nil when there is none.
    func given(_ property: Property) -> String? { pairs.last { $0.name == property.name }?.value }

    public func number(_ property: Property, _ range: ClosedRange<Int>) throws(StreamingError) -> Int {
        try Self.number(value(property), property.name, range)
    }

    private static func number(_ text: String, _ name: String, _ range: ClosedRange<Int>) throws(StreamingError) -> Int
    {
        guard let number = Int(text), range.contains(number) else {
            throw StreamingError(
                "\(name) is '\(text)': it must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// Of a property that is a part of something, from 0 to 1.
    public func thousandths(_ property: Property) throws(StreamingError) -> Int {
        guard let part = Double(value(property)), (0...1).contains(part) else {
            throw StreamingError("\(property.name) is '\(value(property))': it must be a number from 0 to 1")
        }
        return Int((part * 1000).rounded())
    }

    public func flag(_ property: Property) throws(StreamingError) -> Bool {
        switch value(property).lowercased() {
        case "true": return true
        case "false": return false
        default: throw StreamingError("\(property.name) is '\(value(property))': it must be true or false")
        }
    }

    /// How map output is sorted.
    func sortSettings() throws(StreamingError) -> SortSettings {
        var settings = SortSettings()
        settings.memory = try number(.sortMemory, SortSettings.memoryBounds)
        settings.spillThousandths = try thousandths(.sortSpillPercent)
        settings.mergeFactor = try number(.sortFactor, SortSettings.mergeFactorBounds)
        guard SortSettings.spillBounds.contains(settings.spillThousandths) else {
            throw StreamingError(
                "\(Property.sortSpillPercent.name) is '\(value(.sortSpillPercent))': it must be a number from 0.001 to 1"
            )
        }
        return settings
    }

    /// -reducer NONE and -numReduceTasks come before the property, as in Hadoop.
    public func reduceCount() throws(StreamingError) -> Int {
        if reducer == "NONE" { return 0 }
        let range = 0...JobSpecification.reduceLimit
        if let numReduceTasks { return try Self.number(numReduceTasks, "-numReduceTasks", range) }
        return try number(Property.reduces, range)
    }

    /// -inputformat comes before the property, as in Hadoop.
    public func inputFormat() throws(StreamingError) -> InputFormat {
        try InputFormat(className: inputFormatName ?? value(.inputFormat))
    }
}
