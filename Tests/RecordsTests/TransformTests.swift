import Testing

@testable import Records

@Suite struct TransformTests {
    @Test func aLineIsCutAsAProgramsWouldBe() throws {
        let transform = LineTransform(KeyFields(separator: bytes("."), count: 2))
        #expect(try run(transform, [("7", "a.b.c"), ("9", "d")]) == ["a.b=c", "d="])
        #expect(!transform.usesKeys)
    }

    @Test func aRecordIsJoinedAndCutAgain() throws {
        let transform = JoinTransform(separator: bytes("\t"), KeyFields(separator: bytes("."), count: 1))
        #expect(try run(transform, [("a.b", "c"), ("d", "")]) == ["a=b\tc", "d\t="])
    }

    /// As `cat` would do it, also where the key has a separator in it or one arises where key and value meet.
    @Test(
        arguments: [
            (":", ":", "a", "b:c", "a=b:c"), (":", ":", "a:x", "b", "a=x:b"), ("::", "::", "a:", "b", "a=:b"),
            (":", "::", "a", ":b", "a=b"), ("", ":", "a", "b:c", "ab=c"), (":", ":", "", "", "="),
        ])
    func aRecordIsCutWhereALineWouldBe(
        joint: String, separator: String, key: String, value: String, made: String
    ) throws {
        let transform = JoinTransform(separator: bytes(joint), KeyFields(separator: bytes(separator), count: 1))
        #expect(try run(transform, [(key, value), (key, value)]) == [made, made])
    }

    @Test func identityAndInverse() throws {
        #expect(try run(IdentityTransform(), [("0", "x\ty")]) == ["0=x\ty"])
        #expect(try run(InverseTransform(), [("0", "x"), ("2", "")]) == ["x=0", "=2"])
    }

    @Test func wordsArePartedByJavasBlanks() throws {
        let found = try run(TokenCountTransform(), [("0", "  to\tbe or\u{c}not \u{b} "), ("1", "")])
        #expect(found == ["to=1", "be=1", "or=1", "not=1", "\u{b}=1"])
    }

    @Test func longsAreSummedByKey() throws {
        let records = [("a", "1"), ("a", "-5"), ("b", "9223372036854775807"), ("b", "1")]
        #expect(try run(LongSumTransform(), records) == ["a=-4", "b=-9223372036854775808"])
        #expect(try run(LongSumTransform(), []) == [])
        let error = try #require(throws: TransformError.self) { try run(LongSumTransform(), [("a", "1.5")]) }
        #expect(error.description == "'1.5' is no whole number of 64 bits")
    }

    /// Each key with its values; reports as Hadoop's ValueAggregatorReducer writes them.
    @Test(
        arguments: [
            ("LongValueSum:x", ["1", "2", "-7"], "x=-4"), ("longvaluemax:x", ["-3", "-2"], "x=-2"),
            ("LongValueMin:x", ["5", "+2"], "x=2"), ("DoubleValueSum:x", ["1", "0.5"], "x=1.5"),
            ("DoubleValueSum:", ["0.1", "0.2"], "=0.30000000000000004"), ("DoubleValueSum:a:b", ["1e7"], "a:b=1.0E7"),
            ("StringValueMax:x", ["b", "ab", "abc"], "x=b"), ("StringValueMin:x", ["b", "ab", "abc"], "x=ab"),
            ("UniqValueCount:x", ["a", "b", "a", ""], "x=3"),
            // Counts 1, 1, 4: three of them, middle and least 1, average 2, deviation √2.
            ("ValueHistogram:x", ["a", "b", "c", "c\t3"], "x=3\t1\t1\t4\t2.0\t1.4142135623730951"),
        ])
    func anAggregatorMakesOneOfAllValues(key: String, values: [String], expected: String) throws {
        #expect(try run(AggregateTransform(isCombiner: false), values.map { (key, $0) }) == [expected])
    }

    @Test func manyKeysAreAggregatedEachForItself() throws {
        let records = [("LongValueSum:a", "1"), ("LongValueSum:a", "1"), ("UniqValueCount:a", "x")]
        #expect(try run(AggregateTransform(isCombiner: false), records) == ["a=2", "a=1"])
    }

    @Test(
        arguments: [
            ("LongValueSum:x", ["1", "2"], ["3"]), ("DoubleValueSum:x", ["1", "2"], ["3.0"]),
            ("UniqValueCount:x", ["b", "a", "b"], ["a", "b"]),
            ("ValueHistogram:x", ["b", "a", "b\t2"], ["a\t1", "b\t3"]),
            ("StringValueMax:x", ["b", "a"], ["b"]),
        ])
    func aCombinersOutputIsAReducersInput(key: String, values: [String], partials: [String]) throws {
        let combined = try run(AggregateTransform(isCombiner: true), values.map { (key, $0) })
        #expect(combined == partials.map { "\(key)=\($0)" })
        let atOnce = try run(AggregateTransform(isCombiner: false), values.map { (key, $0) })
        #expect(try run(AggregateTransform(isCombiner: false), partials.map { (key, $0) }) == atOnce)
    }

    /// Hadoop looks at one more than the property says.
    @Test func differentValuesAreCountedUpToTheLimit() throws {
        let records = (0..<50).map { ("UniqValueCount:x", "\($0)") }
        #expect(try run(AggregateTransform(isCombiner: false, uniqueLimit: 14), records) == ["x=15"])
        #expect(try run(AggregateTransform(isCombiner: true, uniqueLimit: 14), records).count == 50)
    }

    @Test(arguments: [
        ("noColon", "1", "names no aggregator"), ("Sum:x", "1", "names no aggregator"),
        ("LongValueSum:x", "one", "'one' is no whole number"),
        ("LongValueSum:x", "9223372036854775808", "is no whole number"),
        ("LongValueMax:x", " 1", "is no whole number"), ("DoubleValueSum:x", "1,5", "is no number"),
        ("ValueHistogram:x", "a\tb", "stands no count"),
    ])
    func whatCannotBeAggregatedIsNamed(key: String, value: String, text: String) throws {
        let error = try #require(throws: TransformError.self) {
            try run(AggregateTransform(isCombiner: false), [(key, value)])
        }
        #expect(error.description.contains(text), "\(error)")
    }

    /// U+1F600 is two surrogates to Java, which come before U+FF21.
    @Test func textsAreInTheOrderOfJavasStrings() throws {
        let values = ["\u{ff21}", "\u{1f600}", "\u{e000}", "z"].map { ("StringValueMax:x", $0) }
        #expect(try run(AggregateTransform(isCombiner: false), values) == ["x=\u{ff21}"])
        let rest = ["\u{e000}", "\u{1f600}"].map { ("StringValueMin:x", $0) }
        #expect(try run(AggregateTransform(isCombiner: false), rest) == ["x=\u{1f600}"])
    }

    private func run(_ transform: some RecordTransform, _ records: [(String, String)]) throws -> [String] {
        try applied(transform, records)
    }
}

/// What the transform makes of records, as `KEY=VALUE`; a part that is not there is `-`.
func applied(_ transform: some RecordTransform, _ records: [(String, String)]) throws -> [String] {
    var transform = transform
    var batch = RecordBatch()
    var last: String?
    for (key, value) in records {
        try transform.take(bytes(key).span, bytes(value).span, isFirst: key != last, into: &batch)
        last = key
    }
    try transform.finish(into: &batch)
    var found: [String] = []
    batch.forEach { key, value, parts in
        let texts = [(key.array, RecordParts.key), (value.array, .value)].map { bytes, part in
            parts.contains(part) ? String(decoding: bytes, as: UTF8.self) : "-"
        }
        found.append(texts.joined(separator: "="))
    }
    return found
}

@Suite struct JavaNumbersTests {
    @Test(
        arguments: [
            (0.0, "0.0"), (-0.0, "-0.0"), (1.0, "1.0"), (-1.5, "-1.5"), (100.0, "100.0"), (123_456.789, "123456.789"),
            (9_999_999.0, "9999999.0"), (1e7, "1.0E7"), (12_345_678.0, "1.2345678E7"), (0.001, "0.001"),
            (0.0012, "0.0012"), (9.99e-4, "9.99E-4"), (1e-4, "1.0E-4"), (1.0 / 3.0, "0.3333333333333333"),
            (1e100, "1.0E100"), (1.5e300, "1.5E300"), (.greatestFiniteMagnitude, "1.7976931348623157E308"),
            (2.2250738585072014e-308, "2.2250738585072014E-308"), (1e16, "1.0E16"), (1e21, "1.0E21"),
            (1_234_567.125, "1234567.125"), (0.1 + 0.2, "0.30000000000000004"), (.infinity, "Infinity"),
            (-.infinity, "-Infinity"), (.nan, "NaN"), (1e23, "1.0E23"), (4.35, "4.35"),
        ])
    func aDoubleIsWrittenAsInJava(number: Double, text: String) { #expect(JavaNumbers.text(number) == text) }

    @Test(
        arguments: [
            ("1", 1), (" 1.5 ", 1.5), ("-1e3", -1000), ("+2", 2), ("1.", 1), (".5", 0.5), ("1.5f", 1.5), ("2D", 2),
            ("Infinity", .infinity), ("-Infinity", -.infinity), ("0x1p3", 8), ("1E-2", 0.01),
        ] as [(String, Double)])
    func aDoubleIsReadAsInJava(text: String, number: Double) { #expect(JavaNumbers.double(bytes(text).span) == number) }

    @Test(arguments: ["", " ", "inf", "nan", "one", "1,5", "--1", "+-1", "1 2", ".", "0x10", "1e", "infinity", "f"])
    func whatIsNoNumberInJavaIsNone(text: String) { #expect(JavaNumbers.double(bytes(text).span) == nil) }

    @Test(
        arguments: [
            ("0", 0), ("-9223372036854775808", .min), ("9223372036854775807", .max), ("+7", 7), ("-0", 0), ("007", 7),
            ("", nil), ("-", nil), ("+", nil), ("9223372036854775808", nil), ("-9223372036854775809", nil), ("1 ", nil),
            ("1_0", nil), ("99999999999999999999", nil),
        ] as [(String, Int?)])
    func aLongIsReadAsInJava(text: String, number: Int?) { #expect(JavaNumbers.long(bytes(text).span) == number) }
}
