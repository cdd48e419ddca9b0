internal import Records

/// For a step that reads nothing.
final class NoInput: StepInput {
    func nextLines() -> [UInt8]? { nil }

    func nextRecords(_ onRecord: (Span<UInt8>, Span<UInt8>, Bool) throws -> Void) -> Bool { false }
}
