internal import Records

extension [UInt8] {
    /// Appends what one call of a library makes of bytes from a place on.
    ///
    /// - Parameter room: Bytes that it may give.
    mutating func appendStep(
        of input: inout [UInt8], from place: Int, room: Int,
        _ body: (UnsafeMutableBufferPointer<UInt8>, UnsafeMutableBufferPointer<UInt8>) throws(CompressionError)
            -> CompressionStep
    ) throws(CompressionError) -> CompressionStep {
        var result: Result<CompressionStep, CompressionError> = .failure(.noMemory)
        append(addingCapacity: room) { free in
            free.withUnsafeMutableBufferPointer { free, count in
                let output = UnsafeMutableBufferPointer(rebasing: free[count..<count + room])
                result = input.withUnsafeMutableBufferPointer { bytes in
                    let rest = UnsafeMutableBufferPointer(rebasing: bytes[place...])
                    return Result { () throws(CompressionError) in try body(rest, output) }
                }
                if case .success(let step) = result { count += step.given }
            }
        }
        return try result.get()
    }
}

extension FileSystemError {
    /// Does what a library may refuse, and tells in which file.
    ///
    /// - Parameter what: Of the file, before the reason.
    static func explaining<Value>(
        _ path: String, _ what: String, _ body: () throws(CompressionError) -> Value
    ) throws(FileSystemError) -> Value {
        do throws(CompressionError) {
            return try body()
        } catch {
            throw FileSystemError(.invalid, "\(path) \(what): \(error.reason)")
        }
    }
}
