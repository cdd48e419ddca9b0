internal import Records

/// Unpacks bytes that are members of a compressed format: the values or blocks of a SequenceFile.
final class MemberUnpacker {
    /// Bytes that are made room for at once: values are short, blocks long.
    private static let steps = 1 << 10...1 << 20

    private let decompressor: any Decompressor

    init(_ format: CompressionFormat) throws(CompressionError) { decompressor = try format.makeDecompressor() }

    /// - Parameters:
    ///   - output: Is emptied before.
    ///   - limit: Bytes that come out, at most.
    func unpack(_ input: inout [UInt8], into output: inout [UInt8], limit: Int) throws(CompressionError) {
        output.removeAll(keepingCapacity: true)
        try decompressor.reset()
        var place = 0
        while true {
            let size = min(max(4 * input.count, Self.steps.lowerBound), Self.steps.upperBound)
            let step = try output.appendStep(of: &input, from: place, room: size) {
                input, output throws(CompressionError) in
                try decompressor.step(input, output)
            }
            place += step.taken
            guard output.count <= limit else {
                throw CompressionError(reason: "more than \(limit) bytes come out of it")
            }
            if step.isEnd {
                // As Hadoop's DecompressorStream, which goes on with the next member.
                guard place < input.count else { return }
                try decompressor.reset()
            } else if step.given == 0, place == input.count {
                throw CompressionError.endsTooEarly
            }
        }
    }
}
