/// The first block of a tar entry.
struct TarHeader {
    let path: [UInt8]
    let link: [UInt8]
    /// Bytes that follow.
    let size: Int
    /// tar's letter; files have "0" whichever way they are marked.
    let kind: Character
    let isExecutable: Bool

    /// - Parameter block: 512 bytes.
    /// - Returns: Nil when its sum is wrong or a number none.
    init?(_ block: [UInt8]) {
        let sum = block.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
        guard let stored = Self.number(block[148..<156]), stored == sum, let size = Self.number(block[124..<136]),
            let mode = Self.number(block[100..<108])
        else { return nil }
        let isUstar = block[257..<262].elementsEqual("ustar".utf8)
        // GNU tar has something else where POSIX has the path's first half.
        let hasPrefix = isUstar && block[262] == 0
        let prefix = hasPrefix ? Array(block[345..<500]).untilZero : []
        let name = Array(block[0..<100]).untilZero
        path = prefix.isEmpty ? name : prefix + [UInt8(ascii: "/")] + name
        link = Array(block[157..<257]).untilZero
        let letter = block[156]
        kind = letter == 0 || letter == UInt8(ascii: "7") ? "0" : Character(Unicode.Scalar(letter))
        // Links and folders have none, whatever it says.
        self.size = "1256".contains(kind) ? 0 : size
        isExecutable = mode & 0o100 != 0
    }

    /// Octal digits between blanks and zeros, or GNU tar's binary of large numbers. Nil when it is neither, or beyond `Int`.
    private static func number(_ field: ArraySlice<UInt8>) -> Int? {
        if let first = field.first, first & 0x80 != 0 {
            guard first == 0x80 else { return nil }
            return field.dropFirst().reduce(Int?(0)) { sum, byte in
                guard let sum, sum <= Int.max >> 8 else { return nil }
                return sum << 8 | Int(byte)
            }
        }
        let digits = String(decoding: field, as: UTF8.self).split { $0 == " " || $0 == "\0" }.first ?? "0"
        return Int(digits, radix: 8).flatMap { $0 >= 0 ? $0 : nil }
    }
}

extension [UInt8] {
    var untilZero: [UInt8] { Array(prefix { $0 != 0 }) }
}
