internal import Records

/// What a mapper, combiner or reducer reads: lines for a program of the user's, records for a built-in step.
protocol StepInput: AnyObject {
    /// Lines for a program's standard input; nil at the end.
    func nextLines() throws -> [UInt8]?

    /// Gives some records; false at the end.
    ///
    /// - Parameter onRecord: Told whether the record begins a group of equal keys, whose key it then is given for each.
    func nextRecords(
        _ onRecord: (_ key: Span<UInt8>, _ value: Span<UInt8>, _ isFirst: Bool) throws -> Void
    ) throws -> Bool
}
