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
            let step = try step(&input, from: place, &output, size)
            place += step.taken
            if step.isEnd { return }
        }
    }

    private func step(
        _ input: inout [UInt8], from place: Int, _ output: inout [UInt8], _ size: Int
    ) throws(CompressionError) -> CompressionStep {
        var result: Result<CompressionStep, CompressionError> = .failure(.noMemory)
        output.append(addingCapacity: size) { room in
            room.withUnsafeMutableBufferPointer { free, count in
                let target = UnsafeMutableBufferPointer(rebasing: free[count..<count + size])
                result = input.withUnsafeMutableBufferPointer { bytes in
                    let rest = UnsafeMutableBufferPointer(rebasing: bytes[place...])
                    return Result { () throws(CompressionError) in try compressor.step(rest, target, isLast: true) }
                }
                if case .success(let step) = result { count += step.given }
            }
        }
        return try result.get()
    }
}
