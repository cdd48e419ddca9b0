public import Records

/// A mapper in Swift that runs inside the container: `native:NAME` and its arguments, as commands that have been split.
public struct NativeStep {
    public static let prefix = "native:"

    public let shape: RecordShape
    private let make: () -> MapWork

    init(_ shape: RecordShape, _ make: @escaping () -> MapWork) { (self.shape, self.make) = (shape, make) }

    /// Nil when the command is something else.
    ///
    /// - Throws: ``StreamingError`` for a mapper that there is not, or arguments that are none of its.
    public init?(mapper command: [String]) throws(StreamingError) {
        guard let example = try Self.example(command) else { return nil }
        self = try example.step(Array(command.dropFirst()))
    }

    /// The reducer that a command names; nil when it is something else.
    ///
    /// - Throws: ``StreamingError`` for one that there is not.
    public static func reducer(command: [String]) throws(StreamingError) -> (any RecordTransform)? {
        guard let example = try example(command) else { return nil }
        guard let reducer = example.reducer else { throw StreamingError("\(example.name) has no reducer of its own") }
        return reducer()
    }

    private static func example(_ command: [String]) throws(StreamingError) -> ExampleJob? {
        guard let word = command.first, word.hasPrefix(prefix) else { return nil }
        let name = String(word.dropFirst(prefix.count))
        guard let example = ExampleJob.named(name) else { throw StreamingError("this node knows no native '\(name)'") }
        return example
    }

    /// A new one for each attempt.
    public func makeWork() -> MapWork { make() }

    static func folding<Task: FoldingMapper>(
        _ mapper: Task, _ shape: RecordShape = .lines, _ fold: Fold = .sum
    ) -> NativeStep {
        NativeStep(shape) { .folding(FoldingMapperWork(mapper, shape, fold)) }
    }

    static func records<Task: Mapper>(_ mapper: Task, _ shape: RecordShape = .lines) -> NativeStep {
        NativeStep(shape) { .records(MapperWork(mapper, shape)) }
    }
}
