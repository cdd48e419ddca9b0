internal import Records

/// Unpacks bytes that are one member of a compressed format each: the values or blocks of a SequenceFile.
final class MemberUnpacker {
    /// Bytes that are made room for at once.
    private static let step = 64 << 10

    private let decompressor: any Decompressor

    init(_ format: CompressionFormat) throws(CompressionError) { decompressor = try format.makeDecompressor() }

    /// - Parameter limit: Bytes that come out, at most.
    func unpack(_ packed: [UInt8], limit: Int) throws(CompressionError) -> [UInt8] {
        var (input, output, place) = (packed, [UInt8](), 0)
        while true {
            let step = try self.step(&input, from: place, &output)
            place += step.taken
            guard output.count <= limit else {
                throw CompressionError(reason: "more than \(limit) bytes come out of it")
            }
            if step.isEnd { break }
            guard step.given > 0 || place < input.count else { throw CompressionError.endsTooEarly }
        }
        try decompressor.reset()
        return output
    }

    private func step(
        _ input: inout [UInt8], from place: Int, _ output: inout [UInt8]
    ) throws(CompressionError) -> CompressionStep {
        var result: Result<CompressionStep, CompressionError> = .failure(.noMemory)
        output.append(addingCapacity: Self.step) { room in
            room.withUnsafeMutableBufferPointer { free, count in
                let target = UnsafeMutableBufferPointer(rebasing: free[count..<count + Self.step])
                result = input.withUnsafeMutableBufferPointer { bytes in
                    let rest = UnsafeMutableBufferPointer(rebasing: bytes[place...])
                    return Result { () throws(CompressionError) in try decompressor.step(rest, target) }
                }
                if case .success(let step) = result { count += step.given }
            }
        }
        return try result.get()
    }
}

/// Packs bytes as one member each.
final class MemberPacker {
    private static let step = 64 << 10

    private let format: CompressionFormat

    init(_ format: CompressionFormat) { self.format = format }

    func pack(_ bytes: [UInt8]) throws(CompressionError) -> [UInt8] {
        // A compressor is one member's.
        let compressor = try format.makeCompressor()
        var (input, output, place) = (bytes, [UInt8](), 0)
        while true {
            var result: Result<CompressionStep, CompressionError> = .failure(.noMemory)
            output.append(addingCapacity: Self.step) { room in
                room.withUnsafeMutableBufferPointer { free, count in
                    let target = UnsafeMutableBufferPointer(rebasing: free[count..<count + Self.step])
                    result = input.withUnsafeMutableBufferPointer { bytes in
                        let rest = UnsafeMutableBufferPointer(rebasing: bytes[place...])
                        return Result { () throws(CompressionError) in
                            try compressor.step(rest, target, isLast: true)
                        }
                    }
                    if case .success(let step) = result { count += step.given }
                }
            }
            let step = try result.get()
            place += step.taken
            if step.isEnd { return output }
        }
    }
}
