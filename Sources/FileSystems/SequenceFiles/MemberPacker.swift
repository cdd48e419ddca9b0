internal import Records

/// Packs bytes as one member each.
final class MemberPacker {
    /// Bytes that are made room for at once: values are short, blocks long.
    private static let steps = 1 << 10...1 << 20

    private let compressor: any Compressor

    init(_ format: CompressionFormat) throws(CompressionError) { compressor = try format.makeCompressor() }

    /// - Parameter output: Is emptied before.
    func pack(_ input: inout [UInt8], into output: inout [UInt8]) throws(CompressionError) {
        output.removeAll(keepingCapacity: true)
        try compressor.reset()
        var place = 0
        while true {
            let size = min(max(input.count, Self.steps.lowerBound), Self.steps.upperBound)
            let step = try output.appendStep(of: &input, from: place, room: size) {
                input, output throws(CompressionError) in
                try compressor.step(input, output, isLast: true)
            }
            place += step.taken
            if step.isEnd { return }
        }
    }
}
