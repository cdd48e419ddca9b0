import Testing

@testable import Records

@Suite struct KeySpecificationTests {
    @Test(
        arguments: [
            ("-k1,2", [1, 1, 2, 0], ""), ("-k 1,2", [1, 1, 2, 0], ""), ("-k2", [2, 1, 0, 0], ""),
            ("-k1.2,1.4", [1, 2, 1, 4], ""), ("-k2nr", [2, 1, 0, 0], "nr"), ("-k2,2nr", [2, 1, 2, 0], "nr"),
            ("-k2n,2r", [2, 1, 2, 0], "nr"), ("-k3.4r,5.6n", [3, 4, 5, 6], "nr"), ("-k1.3", [1, 3, 0, 0], ""),
            ("-n", [1, 1, 0, 0], "n"), ("-r", [1, 1, 0, 0], "r"), ("-nr", [1, 1, 0, 0], "nr"),
            ("-n -r", [1, 1, 0, 0], "nr"), ("-k1,1 -n", [1, 1, 1, 0], "n"), ("-nr -k1,1r", [1, 1, 1, 0], "r"),
        ])
    func aPartIsReadAsInHadoop(options: String, numbers: [Int], flags: String) throws {
        let parts = try KeySpecification(parsing: options, separator: bytes("\t")).parts
        try #require(parts.count == 1)
        let part = parts[0]
        #expect([part.beginField, part.beginCharacter, part.endField, part.endCharacter] == numbers)
        #expect((part.isNumeric ? "n" : "") + (part.isReversed ? "r" : "") == flags)
    }

    @Test func severalPartsAreReadInTheirOrder() throws {
        let specification = try KeySpecification(parsing: "-k2,2nr\t-k1,1", separator: bytes("."))
        #expect(specification.parts.map(\.beginField) == [2, 1])
        #expect(specification.parts.map(\.isNumeric) == [true, false])
        #expect(try KeySpecification(parsing: " ", separator: bytes(".")).parts.isEmpty)
    }

    @Test(arguments: [
        "-rn", "-b", "k1", "-k", "-k0", "-k1.0", "-k1,", "-k1.", "-k1,2,3", "-k1x", "-kn", "-k1n.2", "-k-1", "1,2",
        "-k1;2", "-k2147483648", "-k1,2.", "-t.",
    ])
    func anythingElseIsRefused(options: String) throws {
        let error = try #require(throws: KeyOptionError.self) {
            try KeySpecification(parsing: options, separator: bytes("\t"))
        }
        #expect(error.description.contains("write -n, -r, -nr or -kF"))
    }

    @Test(
        arguments: [
            ("-k2,2", "b"), ("-k2", "b.c"), ("-k1,2", "a.b"), ("-k1.1,1.1", "a"), ("-k3,3", "c"), ("-k2.2", ".c"),
            ("-k1,9", "a.b.c"), ("-k2.1,1.1", ""), ("-k4", nil), ("-k3.2", nil), ("-k1,3.9", "a.b.c"),
        ] as [(String, String?)])
    func aPartIsFoundInItsKey(options: String, expected: String?) throws {
        let specification = try KeySpecification(parsing: options, separator: bytes("."))
        let key = bytes("a.b.c")
        let place = specification.place(of: specification.parts[0], in: key.span)
        #expect(place.map { String(decoding: key[$0.start..<max($0.start, $0.end)], as: UTF8.self) } == expected)
    }

    /// The numbers of Hadoop's own test, TestKeyFieldHelper, for a separator of one byte.
    @Test func anEmptyFieldAtTheEndIsNotThere() throws {
        let specification = try KeySpecification(parsing: "-k2,2", separator: bytes("."))
        #expect(specification.place(of: specification.parts[0], in: bytes("a.").span) == nil)
        let inner = specification.place(of: specification.parts[0], in: bytes("a..c").span)
        #expect(inner.map { [$0.start, $0.end] } == [2, 2])
    }
}

@Suite struct KeyFieldBasedPartitionerTests {
    /// Hadoop's own test (TestKeyFieldBasedPartitioner): `-k1,1` of `abc` is the hash of abc.
    @Test(
        arguments: [
            ("", "abc\tdef\txyz", "abc\tdef\txyz"), ("-k1,1", "abc\tdef\txyz", "abc"),
            ("-k2,2", "abc\tdef\txyz", "def"), ("-k1,1 -k3,3", "abc\tdef\txyz", "abcxyz"),
            ("-k1,2", "abc\tdef\txyz", "abc\tdef"), ("-k5", "abc", ""), ("-k1.2,1.2", "abc", "b"), ("-n", "abc", "abc"),
        ])
    func theHashIsJavasOverTheParts(options: String, key: String, hashed: String) throws {
        let partitioner = Partitioner.keyFields(try KeySpecification(parsing: options, separator: bytes("\t")))
        // String.hashCode: the sum of 31^(n-1-i) × s[i].
        let hash = hashed.utf16.reduce(Int32(0)) { 31 &* $0 &+ Int32($1) }
        for count in [1, 3, 997] {
            #expect(partitioner.partition(bytes(key).span, of: count) == Int(hash & Int32.max) % count)
        }
    }

    /// `ü` is 0xc3 0xbc for parts, as bytes with their sign, and 0xfc for the whole text.
    @Test(arguments: [("", 0xfc), ("-k1,1", 31 * (0xc3 - 256) + (0xbc - 256))])
    func onlyTheWholeKeyIsHashedByCharacters(options: String, hash: Int) throws {
        let partitioner = Partitioner.keyFields(try KeySpecification(parsing: options, separator: bytes("\t")))
        #expect(partitioner.partition(bytes("ü").span, of: 1000) == (hash & 0x7fff_ffff) % 1000)
        // Java replaces what is no UTF-8 by U+FFFD.
        let broken: [UInt8] = [0xff]
        #expect(partitioner.partition(broken.span, of: 999) == partitioner.partition(bytes("\u{fffd}").span, of: 999))
    }

    /// The example of the streaming guide: keys with the same first two fields go to one reducer.
    @Test func theGuidesExampleIsPartitionedAsTheGuideSays() throws {
        let partitioner = Partitioner.keyFields(try KeySpecification(parsing: "-k1,2", separator: bytes(".")))
        let keys = ["11.12.1.2", "11.14.2.3", "11.11.4.1", "11.12.1.1", "11.14.2.2"]
        let parts = keys.map { partitioner.partition(bytes($0).span, of: 12) }
        #expect(parts[0] == parts[3] && parts[1] == parts[4])
        #expect(Set(parts).count == 3)
    }

    /// A key of several bytes between fields: Hadoop counts the second byte to the next field.
    @Test func aLongSeparatorIsAsInaccurateAsInHadoop() throws {
        let specification = try KeySpecification(parsing: "-k2,2", separator: bytes("::"))
        // Field 2 of "a::bc::d" is taken from 3, for 3 bytes: from the second colon on it would be ":bc".
        let place = specification.place(of: specification.parts[0], in: bytes("a::bc::d").span)
        #expect(place.map { [$0.start, $0.end] } == [3, 6])
    }
}
