import MapReduce
import Testing

@Suite struct PropertyHintsTests {
    @Test(arguments: [
        ("mapreduce.job.reduce", "mapreduce.job.reduces"), ("mapreduce.job.Reduces", "mapreduce.job.reduces"),
        ("mapred.ouptut.compress", "mapred.output.compress"),
        ("stream.map.input.ignorekey", "stream.map.input.ignoreKey"),
        ("mapreduce.map.output.compres", "mapreduce.map.output.compress"),
        ("stream.num.map.output.key.field", "stream.num.map.output.key.fields"),
    ])
    func aMisspelledPropertyIsMetWithTheNearest(name: String, nearest: String) throws {
        #expect(
            try hints(["\(name)=1", "\(name)=2"]) == [
                "the property '\(name)' goes into the programs' environment only: did you mean \(nearest)?"
            ])
    }

    @Test func whatIsKnownOrFarFromItNeedsNone() throws {
        let names = Property.all.map(\.name) + Property.all.map(\.oldName).filter { !$0.isEmpty } + Property.ignored
        #expect(try hints(names.map { "\($0)=1" }) == [])
        #expect(try hints(["my.own=1", "a=1", String(repeating: "x", count: 100_000) + "=1"]) == [])
    }

    private func hints(_ properties: [String]) throws -> [String] {
        let words = ["-input", "file:///in", "-output", "file:///out", "-mapper", "cat", "-reducer", "wc"]
        return PropertyHints.hints(
            for: try StreamingArguments(parsing: words + properties.flatMap { ["-D", $0] }))
    }
}
