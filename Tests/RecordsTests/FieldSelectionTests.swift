import Testing

@testable import Records

@Suite struct FieldSelectionTests {
    /// The first is of FieldSelectionHelper's own comment.
    @Test(
        arguments: [
            ("4,3,0,1:6,5,1-3,7-", "0 1 2 3 4 5 6 7 8 9", "4 3 0 1=6 5 1 2 3 7 8 9"),
            ("0:1", "a b", "a=b"), ("1:0", "a b", "b=a"), ("0,5:1", "a b", "a =b"), ("0:7", "a b", "a="),
            ("0:5-", "a b", "a="), (":0-", "a b", "a b="), ("0-:", "a b", "="), ("0", "a b", "a="),
            ("-1:2", "a b c", "a b=c"),
            ("0:1-", "a b  ", "a=b"), ("0:0-", "", "="), ("0:1", "   ", "="), ("0,0:0", "a", "a a=a"),
            (",0,:1,", "a b", "a=b"),
            ("3-1:0", "a b", "a="),
        ])
    func aMapperSelectsFieldsOfTheLine(spec: String, line: String, expected: String) throws {
        let transform = FieldSelectionMapTransform(try selection(spec))
        #expect(try applied(transform, [("17", line)]) == [expected])
    }

    /// A part for which nothing is selected is none, and is written without a separator.
    @Test(
        arguments: [
            ("0:1", "k", "v w", "k=v"), ("2:0", "k", "v w", "w=k"), (":0-", "k", "v", "-=k v"), ("0:", "k", "v", "k=-"),
            ("0-:", "k", "v", "-=-"),
        ])
    func aReducerCountsThroughKeyAndValue(spec: String, key: String, value: String, expected: String) throws {
        let transform = FieldSelectionReduceTransform(try selection(spec), separator: bytes(" "))
        #expect(try applied(transform, [(key, value)]) == [expected])
    }

    @Test(arguments: ["x", "1-x", "x-", "0:1-2-3", "10001", "0-10001", "1.5"])
    func anythingElseIsRefused(spec: String) throws {
        let error = try #require(throws: TransformError.self) { try selection(spec) }
        #expect(error.description.contains("is no field"))
    }

    @Test func aListIsBounded() throws {
        _ = try selection("0-9999")
        let error = try #require(throws: TransformError.self) { try selection("0-9999,1") }
        #expect(error.description == "'0-9999,1' names more than 10000 fields")
    }

    private func selection(_ spec: String) throws -> FieldSelection {
        try FieldSelection(parsing: spec, separator: bytes(" "))
    }
}
