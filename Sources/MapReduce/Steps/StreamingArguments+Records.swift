internal import ClusterModel

extension StreamingArguments {
    /// What the properties say of records.
    ///
    /// - Throws: ``StreamingError`` for what cannot be understood, or for a class that there is not.
    func recordFormat() throws(StreamingError) -> RecordFormat {
        var format = RecordFormat()
        format.mapOutput.separator = given(.mapOutputSeparator)
        format.mapOutput.keyCount = try number(.mapOutputKeyFields, 0...Int(Int32.max))
        format.reduceOutput.separator = given(.reduceOutputSeparator)
        format.reduceOutput.keyCount = try number(.reduceOutputKeyFields, 0...Int(Int32.max))
        format.mapperInput = try mapperInput()
        format.keyValueSeparator = try keyValueSeparator()
        format.mapInputSeparator = given(.mapInputSeparator)
        format.reduceInputSeparator = given(.reduceInputSeparator)
        format.outputSeparator = given(.outputSeparator)
        format.keyFieldSeparator = given(.keyFieldSeparator)
        format.partitionerOptions = try partitionerOptions()
        format.comparatorOptions = try comparatorOptions(.comparator)
        format.grouping.reducer = try groupingOptions(.groupComparator)
        format.grouping.combiner = try groupingOptions(.combinerGroupComparator)
        format.selection.separator = given(.selectionSeparator)
        format.selection.mapOutput = given(.mapSelection)
        format.selection.reduceOutput = given(.reduceSelection)
        if given(.uniqueValueLimit) != nil { format.uniqueValueLimit = try number(.uniqueValueLimit, 0...Int.max) }
        if given(.regexGroup) != nil { format.regexGroup = try number(.regexGroup, 0...Int(Int32.max)) }
        format.regex = given(.regex)
        if given(.outputIsRaw) != nil { format.outputIsRaw = try flag(.outputIsRaw) }
        format.namedOutputs = try NamedOutputs.names(value(.namedOutputs))
        if !format.namedOutputs.isEmpty, outputFormat != .text {
            throw StreamingError(
                "\(Property.namedOutputs.name) needs an output folder of texts: leave out -outputformat")
        }
        let rules = try RecordRules(format)
        _ = try BuiltInStep(text: mapper, .mapper)?.transform(.mapper, rules)
        return format
    }

    private func partitionerOptions() throws(StreamingError) -> String? {
        let name = partitioner ?? given(.partitioner) ?? ""
        switch try Self.className(name, of: ["HashPartitioner", "KeyFieldBasedPartitioner"], "partitioner") {
        case "KeyFieldBasedPartitioner": break
        default: return nil
        }
        // The older property comes first, as in Hadoop; less than one field is none.
        guard given(.partitionFields) != nil else { return given(.partitionerOptions) ?? "" }
        let count = try number(.partitionFields, 0...Int(Int32.max))
        return count > 0 ? "-k1,\(count)" : ""
    }

    /// Hadoop has one property for the options of all comparators, so that no two may differ.
    private func groupingOptions(_ property: Property) throws(StreamingError) -> String? {
        let shared = try comparatorOptions(property)
        return shared.map { given(.groupComparatorOptions) ?? $0 }
    }

    private func comparatorOptions(_ property: Property) throws(StreamingError) -> String? {
        let name = given(property) ?? ""
        switch try Self.className(name, of: ["KeyFieldBasedComparator"], "comparator") {
        case "KeyFieldBasedComparator": return given(.comparatorOptions) ?? ""
        default: return nil
        }
    }

    /// Of a class of Hadoop's libraries, without its package; nil for none.
    private static func className(
        _ name: String, of known: [String], _ kind: String
    ) throws(StreamingError) -> String? {
        if name.isEmpty { return nil }
        let package = "org.apache.hadoop.mapred.lib"
        let simple = JavaClass.name(of: name, in: [package, "org.apache.hadoop.mapreduce.lib.partition"])
        guard let simple, known.contains(simple) else {
            throw StreamingError(
                "there is no \(kind) '\(name)': use \(known.map { "\(package).\($0)" }.joined(separator: " or "))")
        }
        return simple
    }
}

/// Options of Hadoop streaming that there is only one answer to.
enum FixedOption {
    /// - Throws: ``StreamingError`` when another answer is asked for.
    static func check(_ option: String, _ value: String) throws(StreamingError) {
        switch option {
        case "-io":
            if value.lowercased() == "text" { return }
            throw StreamingError("-io \(value) is not heeded: programs read and write text")
        case "-inputreader":
            throw StreamingError("-inputreader \(value) is not heeded: input is read line by line")
        case "-lazyOutput":
            throw StreamingError(
                "-lazyOutput is not heeded: every task's part is kept, though it be empty; leave it out")
        default:
            throw StreamingError(
                "\(option) is not heeded: 'martlet logs' shows what a failed attempt wrote to standard error; leave it out"
            )
        }
    }
}
