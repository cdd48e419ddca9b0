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
        /// Of the cluster, those that can be at work at once.
        public let containers: Int
        /// There are more of them than can be.
        let isCrowded: Bool
        /// Of the cluster, those that run tasks.
        public let nodes: Int
        /// That paths are seen from.
        public let folder: String

        /// - Parameters:
        ///   - nodes: Those that run tasks: the host of each, and how many containers it may have.
        ///   - thisHost: On it no more containers are at work at once than it has cores; of other hosts that is not known.
        public init(
            nodes: [(host: String, containers: Int)], thisHost: (name: String, cores: Int), folder: String
        ) {
            func count(_ isCounted: (String) -> Bool) -> Int {
                nodes.reduce(0) { $0 + (isCounted($1.host) ? $1.containers : 0) }
            }
            let here = count { $0 == thisHost.name }
            isCrowded = here > thisHost.cores
            containers = min(here, thisHost.cores) + count { $0 != thisHost.name }
            self.nodes = nodes.count
            self.folder = folder
        }
    }

    let makeJob: @Sendable (ExampleArguments) throws -> StreamingJob
    /// What is said of the output in the end; nil when it speaks for itself.
    public var conclusion: (@Sendable (ExampleOutput) throws -> String)?
    /// The output is what was asked for, rather than only what is concluded of it.
    public var keepsOutput = true

    public static let all = [
        wordCount, aggregateWordCount, multiFileWordCount, wordMean, wordMedian, grep, pi, teraGen, teraSort,
        teraValidate,
    ]

    public static func named(_ name: String) -> ExampleJob? { all.first { $0.name == name } }

    /// - Parameter arguments: Those behind the name, with `-D NAME=VALUE` before them as Hadoop has them.
    /// - Throws: ``StreamingError``, or an error of the file system, before anything runs.
    public func job(_ arguments: [String], _ surroundings: Surroundings) throws -> StreamingJob {
        try makeJob(ExampleArguments(arguments, of: self, surroundings))
    }
}
