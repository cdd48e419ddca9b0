import Testing

@testable import MapReduce

@Suite struct StreamingArgumentsTests {
    static let least = ["-input", "file:///in", "-output", "file:///out", "-mapper", "cat", "-reducer", "wc"]

    @Test func allOptionsAreRead() throws {
        let arguments = try parse([
            "-input", "file:///a,file:///b", "-input", "file:///{c,d}", "-output", "file:///out", "-mapper", "m.py -x",
            "-reducer", "r.py", "-combiner", "c.py", "-files", "m.py,/lib/r.py#r.py,file:///lib/c#c.py,file:/x/y",
            "-file", "data.txt", "-numReduceTasks", "3", "-cmdenv", "A=1", "-cmdenv", "B=x=y", "-D", "p=1", "-Dq=2",
            "-jobconf", "mapred.job.name=old", "-verbose", "-background",
        ])
        #expect(arguments.inputs == ["file:///a", "file:///b", "file:///{c,d}"])
        #expect(arguments.output == "file:///out")
        #expect((arguments.mapper, arguments.reducer, arguments.combiner) == ("m.py -x", "r.py", "c.py"))
        #expect(arguments.files.map(\.path) == ["m.py", "/lib/r.py", "/lib/c", "/x/y", "data.txt"])
        #expect(arguments.files.map(\.link) == ["m.py", "r.py", "c.py", "y", "data.txt"])
        #expect(arguments.environment == ["A=1", "B=x=y"])
        #expect(arguments.properties.map { "\($0.name)=\($0.value)" } == ["p=1", "q=2", "mapreduce.job.name=old"])
        #expect(try arguments.reduceCount() == 3)
        #expect(arguments.isVerbose && arguments.isBackground)
    }

    @Test func whatWouldChangeTheResultUnheededIsRefused() throws {
        let reason = try refusal(Self.least + ["-D", "stream.map.output.reader.class=x"])
        #expect(reason.hasPrefix("stream.map.output.reader.class would change the result"))
    }

    @Test(arguments: [0, 2])
    func whatIsMissingIsNamed(place: Int) throws {
        var arguments = Self.least
        arguments.removeSubrange(place..<place + 2)
        #expect(try refusal(arguments).hasPrefix("\(Self.least[place]) is missing"))
    }

    @Test func withoutMapperAndReducerBothAreHadoopsIdentity() throws {
        let arguments = try parse(Array(Self.least.prefix(4)))
        #expect(arguments.mapper == "org.apache.hadoop.mapred.lib.IdentityMapper")
        #expect(arguments.reducer == "org.apache.hadoop.mapred.lib.IdentityReducer")
    }

    @Test(arguments: [
        ("-ouput", "-output"), ("-maper", "-mapper"), ("-numReducers", "-numReduceTasks"), ("-cmdEnv", "-cmdenv"),
    ])
    func anUnknownOptionIsMetWithTheNearest(option: String, nearest: String) throws {
        #expect(
            try refusal(Self.least + [option, "x"]) == "there is no option '\(option)': did you mean \(nearest)?")
    }

    @Test(arguments: [
        (["-input"], "-input needs a value"), (["-cmdenv", "A"], "write -cmdenv NAME=VALUE"),
        (["-D", "=1"], "write -D NAME=VALUE"), (["-jobconf", "x"], "write -jobconf NAME=VALUE"),
        (["-combiner", "''"], "has no word in it"), (["-files", "a#x/y"], "the name without a slash"),
        (["-files", "/#.."], "no file to bring along"), (["-files", "a,b/a"], "two files would be called 'a'"),
        (["-file", "file:a"], "not absolute"), (["-numReduceTasks", "-1"], "-numReduceTasks is '-1'"),
        (["-numReduceTasks", "10001"], "a number from 0 to 10000"),
    ])
    func anOptionsValueIsChecked(options: [String], text: String) throws {
        let error = try refusal(Self.least + options) { _ = try $0.reduceCount() }
        #expect(error.contains(text), "\(error)")
    }

    @Test func nothingSaidIsHadoopsStandard() throws {
        let arguments = try parse(Self.least)
        #expect(try arguments.reduceCount() == 1)
        #expect(try arguments.number(.splitSize, 1...Int.max) == 134_217_728)
        #expect(try arguments.number(.timeout, 0...Int.max) == 600_000)
        #expect(try arguments.number(.mapAttempts, 1...100) == 4)
        #expect(try arguments.number(.reduceAttempts, 1...100) == 4)
        #expect(try !arguments.flag(.recursion))
        #expect(arguments.value(.jobName) == "")
    }

    @Test(arguments: Property.all.filter { !$0.oldName.isEmpty })
    func anOldNameIsAsGoodAsThePresentOne(property: Property) throws {
        #expect(try parse(Self.least + ["-D", "\(property.oldName)=7"]).value(property) == "7")
        let both = ["-D", "\(property.name)=1", "-D", "\(property.oldName)=2"]
        #expect(try parse(Self.least + both).value(property) == "2", "the last one counts")
    }

    @Test func theOptionForReduceTasksComesBeforeTheProperty() throws {
        let property = ["-D", "mapreduce.job.reduces=5"]
        #expect(try parse(Self.least + property).reduceCount() == 5)
        #expect(try parse(Self.least + ["-numReduceTasks", "2"] + property).reduceCount() == 2)
        let none = Array(Self.least.dropLast()) + ["NONE"]
        #expect(try parse(none + property + ["-numReduceTasks", "2"]).reduceCount() == 0)
    }

    @Test func withoutReduceTasksNoReducerIsNeeded() throws {
        #expect(try parse(Array(Self.least.dropLast(2)) + ["-numReduceTasks", "0"]).reduceCount() == 0)
    }

    @Test(arguments: [("TRUE", true), ("false", false)])
    func aFlagIsReadAsInJava(text: String, expected: Bool) throws {
        let option = "\(Property.recursion.name)=\(text)"
        #expect(try parse(Self.least + ["-D", option]).flag(.recursion) == expected)
    }

    @Test func aFlagThatIsNeitherIsRefused() throws {
        let text = try refusal(Self.least + ["-D", "\(Property.recursion.name)=yes"]) { _ = try $0.flag(.recursion) }
        #expect(text.hasSuffix("it must be true or false"))
    }

    private func parse(_ arguments: [String]) throws -> StreamingArguments {
        try StreamingArguments(parsing: arguments)
    }

    private func refusal(
        _ arguments: [String], _ use: (StreamingArguments) throws -> Void = { _ in }
    ) throws -> String {
        try #require(throws: StreamingError.self) { try use(parse(arguments)) }.description
    }
}
