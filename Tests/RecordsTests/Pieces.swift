import Records

/// Bytes that come in pieces of at most `piece`.
struct Pieces: ByteSource {
    let bytes: [UInt8]
    var piece = Int.max
    var place = 0

    init(_ bytes: [UInt8], piece: Int = .max) {
        self.bytes = bytes
        self.piece = piece
    }

    mutating func read(into buffer: inout [UInt8], limit: Int) throws -> Int {
        let count = min(limit, piece, bytes.count - place)
        buffer.append(contentsOf: bytes[place..<place + count])
        place += count
        return count
    }
}

struct Record: Hashable, CustomStringConvertible {
    var key: [UInt8]
    var value: [UInt8]

    init(_ key: [UInt8], _ value: [UInt8]) { (self.key, self.value) = (key, value) }

    var description: String { "\(String(decoding: key, as: UTF8.self))=\(String(decoding: value, as: UTF8.self))" }
}

func run(_ records: [Record]) -> [UInt8] {
    var output: [UInt8] = []
    for record in records { Run.append(key: record.key.span, value: record.value.span, to: &output) }
    return output
}

func records(of bytes: [UInt8], piece: Int = .max) throws -> [Record] {
    var reader = RunReader(Pieces(bytes, piece: piece))
    var found: [Record] = []
    while try reader.next() {
        reader.withRecord { found += Array(repeating: Record($0.array, $1.array), count: reader.count) }
    }
    return found
}

/// Sorted the plainest way: by key bytes, equal keys in the order they came in.
func sorted(_ records: [Record]) -> [Record] {
    records.enumerated().sorted { first, second in
        first.element.key == second.element.key
            ? first.offset < second.offset : first.element.key.lexicographicallyPrecedes(second.element.key)
    }.map(\.element)
}
