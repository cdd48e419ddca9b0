import SeededNumbers
import Wire

/// A message with one field of each type.
struct Fields: Hashable, Sendable, WireMessage {
    enum Color: UInt8 { case red, blue }

    var int = 0
    var int64: Int64 = 0
    var uint64: UInt64 = 0
    var uint32: UInt32 = 0
    var uint16: UInt16 = 0
    var uint8: UInt8 = 0
    var bool = false
    var string = ""
    var bytes: [UInt8] = []
    var optionalInt: Int?
    var optionalInt64: Int64?
    var optionalBool: Bool?
    var optionalString: String?
    var strings: [String] = []
    var ints: [Int] = []
    var uint32s: [UInt32] = []
    var pair = Pair()
    var optionalPair: Pair?
    var color = Color.red
    var pairs: [Pair] = []

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &int)
        try coder.field(2, &int64)
        try coder.field(3, &uint64)
        try coder.field(4, &uint32)
        try coder.field(5, &uint16)
        try coder.field(6, &uint8)
        try coder.field(7, &bool)
        try coder.field(8, &string)
        try coder.field(9, &bytes)
        try coder.field(10, &optionalInt)
        try coder.field(11, &optionalInt64)
        try coder.field(12, &optionalBool)
        try coder.field(13, &optionalString)
        try coder.field(14, &strings)
        try coder.field(15, &ints)
        try coder.field(16, &uint32s)
        try coder.field(17, &pair)
        try coder.field(18, &optionalPair)
        try coder.field(19, &color)
        try coder.field(20, &pairs)
    }
}

struct Pair: Hashable, Sendable, WireMessage {
    var number = 0
    var text = ""

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        try coder.field(1, &number)
        try coder.field(2, &text)
    }
}

extension Fields {
    static var lowest: Fields {
        var fields = Fields()
        fields.int = .min
        fields.int64 = .min
        fields.optionalInt = .min + 1
        fields.optionalInt64 = .min
        fields.ints = [.min, 0, -1]
        fields.pair.number = .min
        return fields
    }

    static var zeroButThere: Fields {
        var fields = Fields()
        fields.optionalInt = 0
        fields.optionalInt64 = 0
        fields.optionalBool = false
        fields.optionalString = ""
        fields.optionalPair = Pair()
        fields.strings = [""]
        fields.ints = [0]
        fields.uint32s = [0]
        fields.pairs = [Pair()]
        return fields
    }

    /// Lengths of two bytes included.
    static var highest: Fields {
        var fields = Fields()
        fields.int = .max
        fields.int64 = .max
        fields.uint64 = .max
        fields.uint32 = .max
        fields.uint16 = .max
        fields.uint8 = .max
        fields.bool = true
        fields.string = String(repeating: "ü", count: 100)
        fields.bytes = Array(repeating: 255, count: 129)
        fields.optionalInt = .max
        fields.optionalInt64 = .max
        fields.optionalBool = true
        fields.optionalString = "𝄞"
        fields.strings = ["", "a", "\0"]
        fields.ints = [.max, .min, 0]
        fields.uint32s = [.max, 0]
        fields.pair = Pair(number: .max, text: String(repeating: "x", count: 200))
        fields.optionalPair = Pair(number: 1, text: "")
        fields.color = .blue
        fields.pairs = [Pair(number: 0, text: ""), Pair(number: -1, text: "y")]
        return fields
    }

    static func random(_ random: inout SplitMix64) -> Fields {
        func number() -> Int { Int(truncatingIfNeeded: random.next() >> UInt64(random.below(64))) }
        func text() -> String { String(repeating: "aü𝄞", count: random.below(50)) }
        func isThere() -> Bool { random.below(2) == 0 }
        var fields = Fields()
        fields.int = number()
        fields.int64 = Int64(number())
        fields.uint64 = random.next()
        fields.uint32 = UInt32(truncatingIfNeeded: number())
        fields.uint16 = UInt16(truncatingIfNeeded: number())
        fields.uint8 = UInt8(truncatingIfNeeded: number())
        fields.bool = isThere()
        fields.string = text()
        fields.bytes = random.bytes(upTo: 300)
        fields.optionalInt = isThere() ? max(number(), .min + 1) : nil
        fields.optionalInt64 = isThere() ? Int64(number()) : nil
        fields.optionalBool = isThere() ? isThere() : nil
        fields.optionalString = isThere() ? text() : nil
        fields.strings = (0..<random.below(5)).map { _ in text() }
        fields.ints = (0..<random.below(100)).map { _ in number() }
        fields.uint32s = (0..<random.below(100)).map { _ in UInt32(truncatingIfNeeded: number()) }
        fields.pair = Pair(number: number(), text: text())
        fields.optionalPair = isThere() ? Pair(number: number(), text: text()) : nil
        fields.color = isThere() ? .red : .blue
        fields.pairs = (0..<random.below(5)).map { _ in Pair(number: number(), text: text()) }
        return fields
    }
}
