internal import Records

/// A job that `martlet example NAME` runs, named after one of Hadoop's examples jar.
public struct ExampleJob: Sendable {
    public let name: String
    /// What stands behind the name.
    public let usage: String
    public let meaning: String
    /// Given the arguments that its job names.
    let step: @Sendable ([String]) throws(StreamingError) -> NativeStep
    /// Nil for jobs whose reducer is a built-in one.
    var reducer: (@Sendable () -> any RecordTransform)?
    /// What its job depends on besides its arguments.
    public struct Surroundings: Sendable {
        /// Of the cluster.
        public let containers: Int
        /// Of the cluster, those that run tasks.
        public let nodes: Int
        /// That paths are seen from.
        public let folder: String

        public init(containers: Int, nodes: Int, folder: String) {
            (self.containers, self.nodes, self.folder) = (containers, nodes, folder)
        }
    }

    let makeJob: @Sendable (ExampleArguments) throws -> StreamingJob

    public static let all = [wordCount, grep, teraGen, teraSort, teraValidate]

    public static func named(_ name: String) -> ExampleJob? { all.first { $0.name == name } }

    /// - Parameter arguments: Those behind the name, with `-D NAME=VALUE` before them as Hadoop has them.
    /// - Throws: ``StreamingError``, or an error of the file system, before anything runs.
    public func job(_ arguments: [String], _ surroundings: Surroundings) throws -> StreamingJob {
        try makeJob(ExampleArguments(arguments, of: self, surroundings))
    }
}
