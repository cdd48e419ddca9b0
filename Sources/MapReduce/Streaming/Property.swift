/// A property that a streaming job heeds.
public struct Property: Hashable, Sendable {
    public let name: String
    /// Its name in older versions of Hadoop.
    public let oldName: String
    public let standard: String
    public let meaning: String

    public static let splitSize = Property(
        name: "mapreduce.input.fileinputformat.split.maxsize", oldName: "mapred.max.split.size", standard: "134217728",
        meaning: "bytes of a map task's input at most")
    public static let reduces = Property(
        name: "mapreduce.job.reduces", oldName: "mapred.reduce.tasks", standard: "1",
        meaning: "number of reduce tasks; 0 makes the mappers' output the job's")
    public static let timeout = Property(
        name: "mapreduce.task.timeout", oldName: "mapred.task.timeout", standard: "600000",
        meaning: "milliseconds without a sign of progress after which an attempt is killed; 0 is never")
    public static let mapAttempts = Property(
        name: "mapreduce.map.maxattempts", oldName: "mapred.map.max.attempts", standard: "4",
        meaning: "failures of a map task that fail the job")
    public static let reduceAttempts = Property(
        name: "mapreduce.reduce.maxattempts", oldName: "mapred.reduce.max.attempts", standard: "4",
        meaning: "failures of a reduce task that fail the job")
    public static let recursion = Property(
        name: "mapreduce.input.fileinputformat.input.dir.recursive", oldName: "mapred.input.dir.recursive",
        standard: "false", meaning: "true: read folders in input folders too")
    public static let jobName = Property(
        name: "mapreduce.job.name", oldName: "mapred.job.name", standard: "", meaning: "shown in lists and logs")

    /// Those that the job is made from. Any other goes into the environment of its programs.
    public static let all = [splitSize, reduces, timeout, mapAttempts, reduceAttempts, recursion, jobName]

    /// The present name of a property, given either.
    static func presentName(_ name: String) -> String { all.first { $0.oldName == name }?.name ?? name }
}
