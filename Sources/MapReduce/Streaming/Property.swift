/// A property that a streaming job heeds.
public struct Property: Hashable, Sendable {
    public let name: String
    /// Its name in older versions of Hadoop; empty when it has none.
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
    public static let writeLimit = Property(
        name: "mapreduce.task.local-fs.write-limit.bytes", oldName: "", standard: "68719476736",
        meaning:
            "bytes that an attempt may write to its node's disk, and a file of its programs may have; -1 is any number")
    public static let processLimit = Property(
        name: "martlet.task.process-limit", oldName: "", standard: "1000",
        meaning: "processes that an attempt's programs may be at once; 0 is any number")
    public static let recursion = Property(
        name: "mapreduce.input.fileinputformat.input.dir.recursive", oldName: "mapred.input.dir.recursive",
        standard: "false", meaning: "true: read folders in input folders too")
    public static let mapSpeculation = Property(
        name: "mapreduce.map.speculative", oldName: "mapred.map.tasks.speculative.execution", standard: "true",
        meaning: "true: slow map attempts are given backup tasks")
    public static let reduceSpeculation = Property(
        name: "mapreduce.reduce.speculative", oldName: "mapred.reduce.tasks.speculative.execution", standard: "true",
        meaning: "true: slow reduce attempts are given backup tasks")
    public static let reduceSlowStart = Property(
        name: "mapreduce.job.reduce.slowstart.completedmaps", oldName: "mapred.reduce.slowstart.completed.maps",
        standard: "0.05", meaning: "the part of the maps that must be done before reducers start to fetch, from 0 to 1")
    public static let runningMaps = Property(
        name: "mapreduce.job.running.map.limit", oldName: "", standard: "0",
        meaning: "map attempts that run at once, at most, backup tasks included; 0 and less is any number")
    public static let runningReduces = Property(
        name: "mapreduce.job.running.reduce.limit", oldName: "", standard: "0",
        meaning: "reduce attempts that run at once, at most, backup tasks included; 0 and less is any number")
    public static let jobName = Property(
        name: "mapreduce.job.name", oldName: "mapred.job.name", standard: "", meaning: "shown in lists and logs")

    /// Those that the job is made from. Any other goes into the environment of its programs.
    public static let all =
        [
            splitSize, reduces, timeout, mapAttempts, reduceAttempts, mapSpeculation, reduceSpeculation, writeLimit,
            reduceSlowStart, runningMaps, runningReduces, processLimit, recursion, jobName,
        ] + sorting + records + ofFiles + ofShuffle

    /// Properties that would change what comes out and are not heeded yet: a job that asks for one is refused rather than
    /// given another result than on Hadoop.
    static let notHeeded = recordsNotHeeded.union(filesNotHeeded)

    /// The present name of a property, given either.
    static func presentName(_ name: String) -> String { all.first { $0.oldName == name }?.name ?? name }
}
