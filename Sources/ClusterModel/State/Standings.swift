internal import BitCollections

/// What of a node the cluster keeps in indices.
struct NodeStanding: Equatable {
    var freeContainers = 0
    var queueRoom = 0
    var isRunning = false
    /// Those of a running node.
    var containers = 0

    init() {}

    init(_ node: borrowing Node) {
        freeContainers = node.freeContainers
        queueRoom = node.queueRoom
        isRunning = node.state == .running
        containers = isRunning ? node.registration.containers : 0
    }
}

/// What of a job the cluster keeps in indices.
struct JobStanding: Hashable, Sendable {
    /// It has a task to launch.
    var hasLaunchable = false
    /// Only what ends it is left to launch.
    var isClosing = false
    /// Something of it runs that a backup task might overtake.
    var mayHaveStragglers = false

    init() {}

    /// Asked at each change, and so in its place: called, it would be given a copy of the job.
    @inline(__always) init(_ job: borrowing Job) {
        if let kind = job.launchableKind {
            hasLaunchable = job[kind].pendingCount > 0
            isClosing = hasLaunchable && !job.isRunning
        }
        mayHaveStragglers =
            job.isRunning && (job.specification.speculatesMaps || job.specification.speculatesReduces)
            && (job[.map].runningCount > 0 || job[.reduce].runningCount > 0)
    }
}

extension BitSet {
    /// Most changes of the state change nothing here, and looking is cheaper than touching.
    mutating func set(_ number: Int, to isMember: Bool) {
        guard contains(number) != isMember else { return }
        if isMember { insert(number) } else { remove(number) }
    }
}
