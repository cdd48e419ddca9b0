public import ClusterModel

extension Cluster {
    /// The whole hard state in bytes: the same state gives the same bytes in every process.
    public var encodedState: [UInt8] { state.encoded() }

    /// The cluster whose hard state the bytes are.
    ///
    /// - Throws: ``WireError``, if they are none.
    public init(decodingState bytes: Span<UInt8>) throws(WireError) {
        var state = try ClusterState(decoding: bytes)
        guard state.restoreIndices() else { throw .malformed }
        self.init(state)
    }

    /// SHA-256 of the hard state, in hexadecimal digits: two clusters with the same one are in the same state.
    public var stateHash: String {
        SHA256.hash(encodedState).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
