import ClusterModel
import Wire

@testable import martlet

/// A job's changes, made up one after the other; times are seconds since the cluster was made.
struct Told {
    private(set) var story: JobStory
    private var sequence = 0
    let job = JobID(1)

    init() { story = JobStory(of: job) }

    mutating func tell(_ change: Change, at seconds: Double) {
        sequence += 1
        let instant = Instant(nanoseconds: Int64((seconds * 1000).rounded()) * 1_000_000)
        story.follow(RecordedChange(sequence: sequence, instant: instant, change: change))
    }

    mutating func start(wallClock: Int64 = 1_700_000_000_000_000_000) {
        tell(.coordinatorStarted(epoch: 1, cluster: "test", wallClock: wallClock), at: 0)
    }

    mutating func join(
        _ node: Int, containers: Int = 2, incarnation: Int = 1, named name: String? = nil, at seconds: Double = 0
    ) {
        var registration = NodeRegistration()
        registration.name = name ?? "core-\(node + 1)"
        registration.containers = containers
        tell(.nodeRegistered(Incarnation(node: NodeID(node), number: incarnation), registration), at: seconds)
    }

    mutating func submit(
        maps: Int, reduces: Int = 0, at seconds: Double = 1, _ change: (inout JobSpecification) -> Void = { _ in }
    ) {
        var specification = JobSpecification()
        specification.name = "words"
        specification.inputs = ["file:///in"]
        specification.splits = Array(repeating: InputSplit(), count: maps)
        specification.reduceCount = reduces
        specification.output = "file:///out"
        specification.program.mapper = ["python3", "mapper.py"]
        change(&specification)
        tell(.jobSubmitted(job, specification), at: seconds)
    }

    func attempt(_ kind: TaskKind, _ index: Int, _ number: Int = 0) -> AttemptID {
        AttemptID(task: TaskID(job: job, kind: kind, index: index), epoch: 1, number: number)
    }

    mutating func launch(_ kind: TaskKind, _ index: Int, _ number: Int = 0, on node: Int, at seconds: Double) {
        tell(.attemptLaunched(attempt(kind, index, number), NodeID(node)), at: seconds)
    }

    mutating func succeed(_ kind: TaskKind, _ index: Int, _ number: Int = 0, records: Int = 0, at seconds: Double) {
        var counters = Counters()
        let name = kind == .map ? "MAP_INPUT_RECORDS" : "REDUCE_INPUT_RECORDS"
        counters.add(records, group: Counters.taskGroup, name: name)
        tell(.attemptSucceeded(attempt(kind, index, number), counters), at: seconds)
    }

    mutating func run(
        _ kind: TaskKind, _ index: Int, _ number: Int = 0, on node: Int, records: Int = 0, _ start: Double,
        _ end: Double
    ) {
        launch(kind, index, number, on: node, at: start)
        succeed(kind, index, number, records: records, at: end)
    }

    mutating func end(at seconds: Double) {
        tell(.jobCommitting(job), at: seconds)
        tell(.jobEnded(job, .succeeded), at: seconds)
    }

    /// Two nodes of two containers, on which a job was submitted after a second.
    static func begun(maps: Int, reduces: Int = 0) -> Told {
        var told = Told()
        told.start()
        for node in 0...1 { told.join(node) }
        told.submit(maps: maps, reduces: reduces)
        return told
    }
}
