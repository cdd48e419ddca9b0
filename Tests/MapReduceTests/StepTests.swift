import ClusterModel
import Records
import Testing

@testable import MapReduce

@Suite struct StepCommandTests {
    @Test(
        arguments: [
            ("builtin:cat", StepRole.mapper, "builtin:cat"), ("builtin:none", .mapper, "builtin:none"),
            ("builtin:cat", .combiner, "builtin:cat"), ("aggregate", .reducer, "builtin:aggregate"),
            ("AGGREGATE", .reducer, "builtin:aggregate"), ("builtin:aggregate", .combiner, "builtin:aggregate"),
            ("org.apache.hadoop.mapred.lib.IdentityMapper", .mapper, "builtin:IdentityMapper"),
            ("IdentityReducer", .reducer, "builtin:IdentityReducer"),
            ("org.apache.hadoop.mapred.lib.FieldSelectionMapReduce", .mapper, "builtin:FieldSelectionMapReduce"),
            ("org.apache.hadoop.mapred.lib.FieldSelectionMapReduce", .reducer, "builtin:FieldSelectionMapReduce"),
            ("org.apache.hadoop.mapred.lib.LongSumReducer", .combiner, "builtin:LongSumReducer"),
            ("TokenCountMapper", .mapper, "builtin:TokenCountMapper"),
            ("org.apache.hadoop.mapred.lib.aggregate.ValueAggregatorReducer", .reducer, "builtin:aggregate"),
        ])
    func aNameIsABuiltInStep(text: String, role: StepRole, expected: String) throws {
        let words = try StepCommand.words(text, role)
        #expect(words == [expected])
        #expect(BuiltInStep(command: words) != nil)
    }

    @Test(arguments: [
        "cat", "./cat", "python3 m.py", "IdentityMapper -x", "my.script.py", "Mapper.Class", "aggregate", "a.b.C d",
    ])
    func anythingElseIsAProgram(text: String) throws {
        let words = try StepCommand.words(text, .mapper)
        #expect(words == CommandWords.split(text))
        #expect(BuiltInStep(command: words) == nil)
    }

    @Test(arguments: [
        ("builtin:dog", StepRole.mapper), ("builtin:", .mapper), ("builtin:none", .reducer), ("builtin:cat x", .mapper),
        ("builtin:IdentityMapper", .reducer), ("org.apache.hadoop.mapred.lib.ChainMapper", .mapper),
        ("com.mine.My", .reducer),
        ("org.apache.hadoop.mapred.lib.IdentityMapper", .combiner),
    ])
    func anUnknownNameIsMetWithThoseThatThereAre(text: String, role: StepRole) throws {
        let error = try #require(throws: StreamingError.self) { try StepCommand.words(text, role) }
        #expect(
            error.description.hasPrefix("there is no built-in \(role.rawValue) '\(text)': write one of builtin:cat, "))
        for name in BuiltInStep.names(role) { #expect(error.description.contains(name)) }
    }

    @Test(arguments: ["native:grep x", "native:none"]) func anExampleJobsOwnStepIsNoProgram(text: String) throws {
        let error = try #require(throws: StreamingError.self) { try StepCommand.words(text, .mapper) }
        #expect(error.description.contains("run it with 'martlet example'"))
    }

    /// Whoever sends a job may name any.
    @Test(arguments: [["native:grep"], ["native:grep", "te(xt"], ["native:none"]])
    func anExampleJobsStepThatIsNoneIsRefused(command: [String]) {
        #expect(throws: StreamingError.self) { try NativeStep(mapper: command) }
    }

    @Test func eachStepHasWhatItDoes() throws {
        var format = RecordFormat()
        format.regex = "a"
        let rules = try RecordRules(format)
        for role in [StepRole.mapper, .combiner, .reducer] {
            for name in BuiltInStep.names(role) {
                let step = try #require(BuiltInStep(text: name, role))
                #expect(try (step.transform(role, rules) == nil) == (step == .none), "\(name)")
            }
        }
    }
}

@Suite struct RecordFormatTests {
    @Test func nothingSaidIsHadoopsStandard() throws {
        let format = try format([])
        #expect(
            format.mapOutput.separator == nil && format.partitionerOptions == nil && format.comparatorOptions == nil)
        let rules = try RecordRules(format)
        #expect(rules.mapOutput == .standard && rules.reduceOutput == .standard)
        #expect(rules.partitioner == .hash && rules.order == .bytes && rules.mapInputSeparator == nil)
        #expect(rules.reduceInputSeparator == [9] && rules.outputSeparator == [9])
    }

    @Test func propertiesAreHeeded() throws {
        let format = try format([
            "stream.num.map.output.key.fields=4", "stream.map.output.field.separator=.",
            "stream.num.reduce.output.key.fields=2", "stream.reduce.output.field.separator=::",
            "stream.reduce.input.field.separator=|", "mapred.textoutputformat.separator=",
            "map.output.key.field.separator=.", "mapred.text.key.partitioner.options=-k1,2",
            "mapred.text.key.comparator.options=-k2,2nr",
            "mapred.partitioner.class=org.apache.hadoop.mapred.lib.KeyFieldBasedPartitioner",
            "mapred.output.key.comparator.class=org.apache.hadoop.mapred.lib.KeyFieldBasedComparator",
            "stream.map.input.ignoreKey=false", "aggregate.max.num.unique.values=14", "mapred.data.field.separator=,",
            "map.output.key.value.fields.spec=0:1-", "reduce.output.key.value.fields.spec=1:",
        ])
        var expected = RecordFormat()
        (expected.mapOutput.separator, expected.mapOutput.keyCount) = (".", 4)
        (expected.reduceOutput.separator, expected.reduceOutput.keyCount) = ("::", 2)
        (expected.reduceInputSeparator, expected.outputSeparator, expected.keyFieldSeparator) = ("|", "", ".")
        (expected.partitionerOptions, expected.comparatorOptions) = ("-k1,2", "-k2,2nr")
        (expected.mapperInput, expected.uniqueValueLimit) = (.offsetAndLine, 14)
        expected.selection.separator = ","
        (expected.selection.mapOutput, expected.selection.reduceOutput) = ("0:1-", "1:")
        #expect(format == expected)
    }

    @Test(
        arguments: [
            ([], nil), (["mapreduce.job.partitioner.class=org.apache.hadoop.mapred.lib.HashPartitioner"], nil),
            (["mapreduce.partition.keypartitioner.options=-k1,1"], nil),
            (["mapreduce.job.partitioner.class=KeyFieldBasedPartitioner"], ""),
            (
                [
                    "mapreduce.job.partitioner.class=org.apache.hadoop.mapreduce.lib.partition.KeyFieldBasedPartitioner",
                    "num.key.fields.for.partition=2", "mapreduce.partition.keypartitioner.options=-k5",
                ], "-k1,2"
            ),
            (["mapreduce.job.partitioner.class=KeyFieldBasedPartitioner", "num.key.fields.for.partition=0"], ""),
        ] as [([String], String?)])
    func thePartitionerIsTheOneNamed(properties: [String], options: String?) throws {
        #expect(try format(properties).partitionerOptions == options)
    }

    @Test(
        arguments: [
            ([], nil, nil), (["martlet.group.comparator.options=-k1,1"], nil, nil),
            (["mapred.output.value.groupfn.class=KeyFieldBasedComparator"], "", nil),
            (
                [
                    "mapreduce.job.output.group.comparator.class=org.apache.hadoop.mapred.lib.KeyFieldBasedComparator",
                    "mapred.text.key.comparator.options=-k1,1",
                ], "-k1,1", nil
            ),
            (
                [
                    "mapred.output.key.comparator.class=KeyFieldBasedComparator",
                    "mapred.text.key.comparator.options=-k1,1 -k2,2nr",
                    "mapreduce.job.output.group.comparator.class=KeyFieldBasedComparator",
                    "mapreduce.job.combiner.group.comparator.class=KeyFieldBasedComparator",
                    "martlet.group.comparator.options=-k1,1",
                ], "-k1,1", "-k1,1"
            ),
        ] as [([String], String?, String?)])
    func groupsAreMadeByTheComparatorNamed(properties: [String], reducer: String?, combiner: String?) throws {
        let format = try format(properties)
        #expect(format.grouping.reducer == reducer)
        #expect(format.grouping.combiner == combiner)
        let rules = try RecordRules(format)
        #expect((rules.grouping == rules.order) == (reducer == format.comparatorOptions))
        #expect((rules.combinerGrouping == rules.order) == (combiner == nil))
    }

    @Test func theOptionForThePartitionerComesBeforeTheProperty() throws {
        let property = "mapreduce.job.partitioner.class=org.apache.hadoop.mapred.lib.HashPartitioner"
        let arguments = try StreamingArguments(
            parsing: StreamingArgumentsTests.least + ["-partitioner", "KeyFieldBasedPartitioner", "-D", property])
        #expect(try arguments.recordFormat().partitionerOptions == "")
    }

    @Test(
        arguments: [
            (
                "mapreduce.job.partitioner.class=com.mine.P",
                "there is no partitioner 'com.mine.P': use org.apache.hadoop.mapred"
            ),
            (
                "mapreduce.job.output.key.comparator.class=X",
                "there is no comparator 'X': use org.apache.hadoop.mapred.lib.Key"
            ),
            (
                "mapreduce.job.output.group.comparator.class=X",
                "there is no comparator 'X': use org.apache.hadoop.mapred.lib.Key"
            ),
            ("stream.map.output.field.separator=", "stream.map.output.field.separator is empty"),
            ("mapreduce.map.output.key.field.separator=", "mapreduce.map.output.key.field.separator is empty"),
            ("stream.num.map.output.key.fields=-1", "must be a number from 0"),
            ("stream.num.reduce.output.key.fields=two", "must be a number from 0"),
            ("mapreduce.fieldsel.map.output.key.value.fields.spec=x", "is no field"),
            ("stream.map.input.ignoreKey=maybe", "must be true or false"),
        ])
    func whatCannotBeUnderstoodIsRefused(property: String, text: String) throws {
        let error = try #require(throws: StreamingError.self) { try format([property]) }
        #expect(error.description.contains(text), "\(error)")
    }

    @Test(arguments: ["mapreduce.job.output.key.comparator.class", "mapreduce.job.partitioner.class"])
    func optionsThatAreNoneAreRefused(classProperty: String) throws {
        let isPartitioner = classProperty.contains("partitioner")
        let error = try #require(throws: StreamingError.self) {
            try format([
                "\(classProperty)=org.apache.hadoop.mapred.lib.KeyFieldBased\(isPartitioner ? "Partitioner" : "Comparator")",
                "mapreduce.partition.key\(isPartitioner ? "partitioner" : "comparator").options=-k1,1 -rn",
            ])
        }
        #expect(error.description.hasPrefix("there is no key option '-rn'"))
    }

    @Test func aRegexMapperHasItsPatternAndGroup() throws {
        let format = try format(["mapred.mapper.regex=a(b)", "mapred.mapper.regex.group=1"], mapper: "RegexMapper")
        #expect((format.regex, format.regexGroup) == ("a(b)", 1))
        // Nobody reads it.
        #expect(try self.format(["mapreduce.mapper.regex=("]).regex == "(")
    }

    @Test(arguments: [
        ([], "RegexMapper has no pattern: say mapreduce.mapper.regex=PATTERN"),
        (["mapreduce.mapper.regex=a(b"], "'a(b' cannot be understood, behind 'a(b': missing closing parenthesis"),
        (["mapreduce.mapper.regex=a(b)", "mapreduce.mapper.regexmapper..group=2"], "'a(b)' has 1 groups"),
        (["mapreduce.mapper.regex=a", "mapreduce.mapper.regexmapper..group=-1"], "must be a number from 0"),
    ])
    func aRegexMapperThatCannotWorkIsRefused(properties: [String], text: String) throws {
        let error = try #require(throws: StreamingError.self) { try format(properties, mapper: "RegexMapper") }
        #expect(error.description.contains(text), "\(error)")
    }

    @Test func furtherOutputsHaveNames() throws {
        #expect(try format([]).namedOutputs == [])
        #expect(try format(["martlet.multiple.outputs=errors,slow2"]).namedOutputs == ["errors", "slow2"])
        let names = (0..<100).map { "n\($0)" }
        #expect(try format(["martlet.multiple.outputs=\(names.joined(separator: ","))"]).namedOutputs == names)
    }

    @Test(arguments: [
        ("a,,b", "the name '' is empty"), ("part", "the name 'part' is that of"),
        ("a,b,a", "the name 'a' is there twice"),
        ("a-b", "the name 'a-b' has other characters"), ("../a", "the name '../a' has other"),
        ("é", "the name 'é' has other"), (String(repeating: "n", count: 101), "is longer than 100 bytes"),
        ((0...100).map { "n\($0)" }.joined(separator: ","), "there are more than 100 names"),
    ])
    func aFurtherOutputsNameThatIsNoneIsRefused(names: String, text: String) throws {
        let error = try #require(throws: StreamingError.self) { try format(["martlet.multiple.outputs=\(names)"]) }
        #expect(error.description.hasPrefix("martlet.multiple.outputs: "), "\(error)")
        #expect(error.description.contains(text), "\(error)")
    }

    @Test(arguments: ["NullOutputFormat", "SequenceFileOutputFormat"])
    func furtherOutputsNeedAFolderOfTexts(format: String) throws {
        let arguments = try StreamingArguments(
            parsing: StreamingArgumentsTests.least + [
                "-outputformat", format, "-D", "martlet.multiple.outputs=a",
            ])
        let error = try #require(throws: StreamingError.self) { try arguments.recordFormat() }
        #expect(error.description.hasPrefix("martlet.multiple.outputs needs an output folder"))
    }

    @Test func optionsOfAGroupingThatAreNoneAreRefused() throws {
        let error = try #require(throws: StreamingError.self) {
            try format([
                "mapreduce.job.output.group.comparator.class=KeyFieldBasedComparator",
                "martlet.group.comparator.options=-k0",
            ])
        }
        #expect(error.description.contains("-k0"), "\(error)")
    }

    @Test(
        arguments: [
            (["-io", "text"], nil), (["-io", "TEXT"], nil), (["-io", "typedbytes"], "-io typedbytes is not heeded"),
            (["-outputformat", "org.apache.hadoop.mapred.TextOutputFormat"], nil),
            (["-outputformat", "SequenceFileOutputFormat"], nil),
            (
                ["-outputformat", "MapFileOutputFormat"],
                "-outputformat MapFileOutputFormat is not heeded: there are Text"
            ),
            (["-inputreader", "StreamXmlRecordReader,begin=a"], "-inputreader StreamXmlRecordReader,begin=a is not"),
            (["-lazyOutput"], "-lazyOutput is not heeded"), (["-mapdebug", "x"], "-mapdebug is not heeded"),
            (["-reducedebug", "x"], "'martlet logs' shows"),
            (["-D", "stream.map.output=rawbytes"], "-io rawbytes is not"),
        ] as [([String], String?)])
    func whatThereIsOneAnswerToTakesNoOther(options: [String], refusal: String?) throws {
        let parse = { _ = try StreamingArguments(parsing: StreamingArgumentsTests.least + options) }
        guard let refusal else { return try parse() }
        let error = try #require(throws: StreamingError.self) { try parse() }
        #expect(error.description.contains(refusal), "\(error)")
    }

    private func format(_ properties: [String], mapper: String = "cat") throws -> RecordFormat {
        try StreamingArguments(
            parsing: StreamingArgumentsTests.least + ["-mapper", mapper] + properties.flatMap { ["-D", $0] }
        ).recordFormat()
    }
}
