/// Which parts of a key are compared or hashed, and how: `-k1,2nr` and the like (Hadoop's KeyFieldHelper).
///
/// Hadoop takes a field behind a separator of several bytes to begin a little too late; positions are the same here, since
/// they decide which reducer a key goes to.
public struct KeySpecification: Hashable, Sendable {
    struct Part: Hashable, Sendable {
        /// From 1.
        var beginField = 1
        var beginCharacter = 1
        /// 0 is the key's end.
        var endField = 0
        /// 0 is the field's end.
        var endCharacter = 0
        var isNumeric = false
        var isReversed = false
    }

    /// Empty for the whole key by its bytes.
    let parts: [Part]
    let separator: [UInt8]

    /// The separator, when it is one byte.
    private let onlyByte: UInt8?

    init(parts: [Part], separator: [UInt8]) {
        precondition(!separator.isEmpty)
        self.parts = parts
        self.separator = separator
        onlyByte = separator.count == 1 ? separator[0] : nil
    }

    /// Where the part begins and ends in the key; nil when the key is too short for it. The end may lie before the
    /// beginning: then the part is empty, the emptier the further.
    func place(of part: Part, in key: Span<UInt8>) -> (start: Int, end: Int)? {
        guard let begin = field(part.beginField, in: key), begin.position + part.beginCharacter <= key.count else {
            return nil
        }
        return (begin.position + part.beginCharacter - 1, end(of: part, in: key))
    }

    private func end(of part: Part, in key: Span<UInt8>) -> Int {
        guard part.endField > 0, let last = field(part.endField, in: key) else { return key.count }
        let length =
            part.endCharacter == 0
            ? (nextSeparator(in: key, from: last.start) ?? key.count) - last.start : part.endCharacter
        return min(key.count, last.position + length)
    }

    /// The place from which the field is looked at, and the one that Hadoop gives it; see ``KeySpecification``.
    private func field(_ number: Int, in key: Span<UInt8>) -> (start: Int, position: Int)? {
        var position = 0
        var start = 0
        for _ in 1..<number {
            guard let end = nextSeparator(in: key, from: start) else { return nil }
            position += end - start + separator.count
            start = end + 1
        }
        return (start, position)
    }

    private func nextSeparator(in key: Span<UInt8>, from start: Int) -> Int? {
        guard let onlyByte else { return key.place(of: separator.span, from: start) }
        var place = start
        while place < key.count, key[place] != onlyByte { place += 1 }
        return place < key.count ? place : nil
    }
}
