internal import ClusterModel
internal import FileSystems
internal import MapReduce
internal import Records
internal import Wire

/// A map attempt whose mapper is written in Swift and runs here: pieces of whole records to the mapper, what it makes to the
/// reducers' partitions or to the output folder.
final class NativeMapAttempt: RunningAttempt {
    /// Of rows that are made in one turn of the loop.
    private static let pieceRows = 4096

    let context: AttemptContext
    private let rows: Range<Int>
    private var madeRows = 0
    /// Nil when the mapper reads nothing.
    private let input: RecordInput?
    private let output: NativeMapOutput

    init(_ context: AttemptContext, _ step: NativeStep, uri: String, offset: Int, length: Int, more: [String]) throws {
        self.context = context
        let work = step.makeWork()
        rows = offset..<offset + length
        if case .generating = work {
            input = nil
        } else {
            input = try RecordInput(
                uri, offset: offset, length: length, more: more,
                isAligned: context.task.job.program.splitsAreLines, step.shape, context.phases)
        }
        if case .records(let work) = work { work.begin(SplitName(uri: uri)) }
        output = try NativeMapOutput(context, try context.task.rules, work)
    }

    func start() throws {
        context.phases.enter(.map)
        try LoopWork(context, { [self] in try takePiece() }, onDone: { [self] in try finish() }).start()
    }

    /// False when there is no more.
    private func takePiece() throws -> Bool {
        guard let input else { return try makeRows() }
        let isMore = try input.next { piece in try output.take(piece) }
        context.fraction = input.fraction
        return isMore
    }

    private func makeRows() throws -> Bool {
        let next = rows.dropFirst(madeRows).prefix(Self.pieceRows)
        guard !next.isEmpty else { return false }
        try output.generate(next.startIndex..<next.endIndex)
        madeRows += next.count
        context.fraction = madeRows * 1000 / rows.count
        return true
    }

    private func finish() throws {
        context.count("MAP_INPUT_RECORDS", input?.recordCount ?? madeRows)
        try output.finish()
        context.succeed()
    }
}
