/// A part of a key that is compared as a number: a sign, digits, a point, digits. Exactly Hadoop's comparison
/// (KeyFieldBasedComparator.numericalCompare), whatever the bytes are.
///
/// On numbers as people write them it agrees with GNU `sort -n`. It does not on others: two numbers of which one has zeros
/// before it or letters behind it are not equal, two texts without digits are compared by their first byte, and blanks
/// before a number make it none.
struct NumericText {
    /// A place in the key, even when the part is empty.
    let start: Int
    /// Just behind the part.
    let end: Int

    private static let minus = Int8(bitPattern: UInt8(ascii: "-"))
    private static let zero = Int8(bitPattern: UInt8(ascii: "0"))
    private static let point = Int8(bitPattern: UInt8(ascii: "."))

    func compare(_ bytes: Span<UInt8>, to other: NumericText, _ otherBytes: Span<UInt8>) -> Int {
        let isNegative = Self.byte(bytes, start) == Self.minus
        let isOtherNegative = Self.byte(otherBytes, other.start) == Self.minus
        switch (isNegative, isOtherNegative) {
        case (true, false):
            return hasDigit(bytes, from: start + 1) || other.hasDigit(otherBytes, from: other.start) ? -1 : 0
        case (false, true):
            return other.hasDigit(otherBytes, from: other.start + 1) || hasDigit(bytes, from: start) ? 1 : 0
        case (true, true): return -compareAmount(bytes, from: start + 1, other, otherBytes, from: other.start + 1)
        case (false, false): return compareAmount(bytes, from: start, other, otherBytes, from: other.start)
        }
    }

    private func compareAmount(
        _ bytes: Span<UInt8>, from start: Int, _ other: NumericText, _ otherBytes: Span<UInt8>, from otherStart: Int
    ) -> Int {
        var place = skipZeros(bytes, from: start)
        var otherPlace = other.skipZeros(otherBytes, from: otherStart)
        while place < end, otherPlace < other.end, Self.isDigit(Self.byte(bytes, place)),
            bytes[place] == otherBytes[otherPlace]
        {
            place += 1
            otherPlace += 1
        }
        // Where nothing is left, Hadoop looks at the very first byte again.
        let byte = Self.byte(bytes, place < end ? place : self.start)
        let otherByte = Self.byte(otherBytes, otherPlace < other.end ? otherPlace : other.start)
        if byte == Self.point && (!Self.isDigit(otherByte) || otherPlace >= other.end)
            || otherByte == Self.point && (!Self.isDigit(byte) || place >= end)
        {
            return compareFraction(bytes, from: place, other, otherBytes, from: otherPlace)
        }
        let longer = digitCount(bytes, from: place) - other.digitCount(otherBytes, from: otherPlace)
        return longer != 0 ? longer : Int(byte) - Int(otherByte)
    }

    /// At least one of the two has a point here, and the other no digit.
    private func compareFraction(
        _ bytes: Span<UInt8>, from start: Int, _ other: NumericText, _ otherBytes: Span<UInt8>, from otherStart: Int
    ) -> Int {
        var (place, otherPlace) = (start, otherStart)
        if place >= end { return -other.fractionSign(otherBytes, from: otherPlace + 1) }
        if otherPlace >= other.end { return fractionSign(bytes, from: place + 1) }
        if Self.byte(otherBytes, otherPlace) != Self.point { return fractionSign(bytes, from: place + 1) }
        if Self.byte(bytes, place) != Self.point { return -other.fractionSign(otherBytes, from: otherPlace + 1) }
        while place < end, otherPlace < other.end {
            let (byte, otherByte) = (Self.byte(bytes, place), Self.byte(otherBytes, otherPlace))
            if byte != otherByte {
                switch (Self.isDigit(byte), Self.isDigit(otherByte)) {
                case (true, true): return Int(byte) - Int(otherByte)
                case (true, false): return 1
                case (false, true): return -1
                case (false, false): return 0
                }
            }
            place += 1
            otherPlace += 1
        }
        if place >= end && otherPlace >= other.end { return 0 }
        return place >= end
            ? -other.fractionSign(otherBytes, from: otherPlace) : fractionSign(bytes, from: place)
    }

    /// 1 when digits come that are more than zeros, otherwise 0.
    private func fractionSign(_ bytes: Span<UInt8>, from start: Int) -> Int {
        let place = skipZeros(bytes, from: start)
        return place < end && Self.isDigit(Self.byte(bytes, place)) ? 1 : 0
    }

    /// Whether the number is more than zeros.
    private func hasDigit(_ bytes: Span<UInt8>, from start: Int) -> Bool {
        let place = skipZeros(bytes, from: start)
        guard place < end else { return false }
        if Self.isDigit(Self.byte(bytes, place)) { return true }
        return Self.byte(bytes, place) == Self.point && fractionSign(bytes, from: place + 1) > 0
    }

    private func skipZeros(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var place = start
        while place < end, Self.byte(bytes, place) == Self.zero { place += 1 }
        return place
    }

    private func digitCount(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var place = start
        while place < end, Self.isDigit(Self.byte(bytes, place)) { place += 1 }
        return max(0, place - start)
    }

    private static func byte(_ bytes: Span<UInt8>, _ place: Int) -> Int8 { Int8(bitPattern: bytes[place]) }

    private static func isDigit(_ byte: Int8) -> Bool { zero <= byte && byte <= zero + 9 }
}
