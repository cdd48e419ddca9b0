import SeededNumbers
import Testing
import Wire

/// The codec by itself: every type of field, at its default and at its bounds.
@Suite struct FieldTests {
    @Test(arguments: [Fields.lowest, .highest, .zeroButThere, Fields()]) func everyFieldComesBackAsItWas(
        fields: Fields
    ) throws {
        #expect(try again(fields) == fields)
    }

    @Test func randomFieldsComeBackAsTheyWere() throws {
        var random = SplitMix64(seed: 4)
        for round in 0..<2000 {
            let fields = Fields.random(&random)
            #expect(try again(fields) == fields, "round \(round)")
        }
    }

    @Test func defaultsTakeNoBytes() {
        var fields = Fields()
        #expect(fields.encoded() == [0x26, 0x01])  // the enum, which has no default
        fields.pair = Pair(number: 0, text: "")
        #expect(fields.encoded() == [0x26, 0x01])
    }

    /// Bytes that later versions must still read.
    @Test func theBytesOfEachTypeAreTheseForEver() {
        var fields = Fields()
        fields.int = -1
        fields.int64 = 64
        fields.uint64 = 300
        fields.uint32 = 1
        fields.uint16 = 2
        fields.uint8 = 3
        fields.bool = true
        fields.string = "ü"
        fields.bytes = [0, 255]
        fields.optionalInt = 0
        fields.optionalInt64 = 0
        fields.optionalBool = false
        fields.optionalString = ""
        fields.strings = ["a", ""]
        fields.ints = [0, -1, 64]
        fields.uint32s = [300]
        fields.pair = Pair(number: 5, text: "x")
        fields.optionalPair = Pair(number: 0, text: "")
        fields.color = .blue
        fields.pairs = [Pair(number: 1, text: ""), Pair(number: 0, text: "")]
        #expect(
            fields.encoded() == [
                0x02, 0x01, 0x04, 0x80, 0x01, 0x06, 0xac, 0x02, 0x08, 0x01, 0x0a, 0x02, 0x0c, 0x03, 0x0e, 0x01,
                0x11, 0x02, 0xc3, 0xbc, 0x13, 0x02, 0x00, 0xff, 0x14, 0x01, 0x17, 0x02, 0x01, 0x00, 0x19, 0x02,
                0x01, 0x00, 0x1b, 0x01, 0x01, 0x1d, 0x04, 0x02, 0x01, 0x61, 0x00, 0x1f, 0x04, 0x00, 0x01, 0x80,
                0x01, 0x21, 0x02, 0xac, 0x02, 0x23, 0x05, 0x02, 0x0a, 0x05, 0x01, 0x78, 0x25, 0x00, 0x26, 0x02,
                0x29, 0x05, 0x02, 0x02, 0x02, 0x02, 0x00,
            ])
    }

    @Test(arguments: [127, 128, 16_383, 16_384, 1 << 21]) func lengthsOfEverySizeComeBack(count: Int) throws {
        var fields = Fields()
        fields.optionalPair = Pair(number: 0, text: String(repeating: "x", count: count))
        fields.strings = ["y"]
        #expect(try again(fields) == fields)
    }

    @Test func aMessageCutShortIsAnErrorOrAnother() {
        let bytes = Fields.highest.encoded()
        for count in bytes.indices {
            let cut = Array(bytes[..<count])
            #expect((try? Fields(decoding: cut.span)) != .highest, "cut at \(count)")
        }
    }

    @Test func anyBytesAreFieldsOrAnError() throws {
        var random = SplitMix64(seed: 5)
        let sample = Fields.highest.encoded()
        for round in 0..<20_000 {
            var bytes = round % 2 == 0 ? random.bytes(upTo: 150) : sample
            for _ in 0..<random.below(4) where !bytes.isEmpty {
                bytes[random.below(bytes.count)] = UInt8(truncatingIfNeeded: random.next())
            }
            // What is read can be written and read again.
            guard let fields = try? Fields(decoding: bytes.span) else { continue }
            #expect(try again(fields) == fields, "round \(round)")
        }
    }

    @Test(
        arguments: [
            // Numbers of another size than the field's.
            ([0x08, 0xff, 0xff, 0xff, 0xff, 0x1f], .malformed), ([0x0a, 0x80, 0x80, 0x04], .malformed),
            ([0x0c, 0x80, 0x02], .malformed), ([0x21, 0x06, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], .malformed),
            // No presence, or more than one value behind it.
            ([0x17, 0x00], .malformed), ([0x17, 0x02, 0x02, 0x00], .malformed), ([0x19, 0x01, 0x01], .truncated),
            ([0x17, 0x03, 0x01, 0x00, 0x00], .malformed),
            // Counts and lengths beyond what is left.
            ([0x1d, 0x01, 0x7f], .truncated), ([0x29, 0x02, 0x02, 0x00], .truncated), ([0x1f, 0x01, 0x80], .truncated),
            ([0x13, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], .truncated),
            // Tags that do not ascend, that are 0, of another kind; an unknown case; text that is none.
            ([0x04, 0x02, 0x02, 0x02], .malformed), ([0x02, 0x02, 0x02, 0x02], .malformed), ([0x00, 0x00], .malformed),
            ([0x03, 0x00], .malformed), ([0x26, 0x09], .unknownCase(8)), ([0x1b, 0x02, 0x01, 0xff], .invalidText),
        ] as [([UInt8], WireError)])
    func liesAreNoticed(bytes: [UInt8], error: WireError) {
        #expect(throws: error) { try Fields(decoding: bytes.span) }
    }

    @Test func aMessageInItselfIsReadToItsLimitOnly() throws {
        #expect(try Nest(decoding: Nest.bytes(depth: 16).span).depth == 16)
        for depth in [17, 1000] {
            #expect(throws: WireError.nestedTooDeep) { try Nest(decoding: Nest.bytes(depth: depth).span) }
        }
    }

    private func again(_ fields: Fields) throws -> Fields {
        let bytes = fields.encoded()
        return try Fields(decoding: bytes.span)
    }
}

/// Holds at most one of itself.
private struct Nest: WireMessage {
    var inner: [Nest] = []

    var depth: Int { inner.first.map { $0.depth + 1 } ?? 0 }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) { try coder.field(1, &inner) }

    /// Each is a list of one, which is two steps down.
    static func bytes(depth: Int) -> [UInt8] {
        var backwards: [UInt8] = []
        for _ in 0..<depth {
            backwards += varint(backwards.count).reversed() + [1]
            backwards += varint(backwards.count).reversed() + [3]
        }
        return backwards.reversed()
    }

    private static func varint(_ value: Int) -> [UInt8] {
        value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7f) | 0x80] + varint(value >> 7)
    }
}
