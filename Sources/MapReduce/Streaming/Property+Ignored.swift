extension Property {
    /// Properties of Hadoop that are accepted and change nothing here but the programs' environment: they are about how fast
    /// a job runs and where, not about what comes out.
    public static let ignored = [
        "mapred.job.priority", "mapred.job.queue.name", "mapred.map.tasks", "mapred.min.split.size.per.node",
        "mapred.min.split.size.per.rack", "mapreduce.input.fileinputformat.split.minsize.per.node",
        "mapreduce.input.fileinputformat.split.minsize.per.rack", "mapreduce.job.jvm.numtasks", "mapreduce.job.maps",
        "mapreduce.job.priority", "mapreduce.job.queuename",
        "mapreduce.map.cpu.vcores", "mapreduce.map.java.opts", "mapreduce.map.memory.mb",
        "mapreduce.reduce.cpu.vcores",
        "mapreduce.reduce.java.opts", "mapreduce.reduce.memory.mb", "mapreduce.reduce.shuffle.parallelcopies",
    ]

    /// Properties that a job is refused for, sorted.
    public static var refused: [String] { notHeeded.sorted() }
}
