import SeededNumbers

extension SplitMix64 {
    mutating func bytes(_ count: Int, of alphabet: [UInt8]) -> [UInt8] {
        (0..<count).map { _ in alphabet[below(alphabet.count)] }
    }
}

extension Span<UInt8> {
    var array: [UInt8] { indices.map { self[$0] } }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
