internal import ClusterModel

/// Which container runs which attempt, as a value.
///
/// A container is kept for further attempts of the same job and kind, is replaced after a failure, and ends with its job.
struct ContainerPool {
    /// A container process, numbered from 1 and never numbered again.
    struct ContainerID: Hashable, Sendable { let number: Int }

    /// What to do, in the order given.
    enum Action: Hashable {
        case start(ContainerID)
        case run(AttemptID, in: ContainerID)
        /// SIGKILL; ``ContainerPool/containerEnded(_:)`` follows when it is gone.
        case kill(ContainerID)
    }

    /// What the end of a container means.
    enum End: Hashable {
        /// It ran nothing.
        case idle
        /// It was killed for this attempt's sake.
        case killed(AttemptID)
        /// It ended by itself while it ran this attempt.
        case died(AttemptID)
    }

    private struct Container {
        let id: ContainerID
        let job: JobID
        let kind: TaskKind
        var attempt: AttemptID?
        var isEnding = false
    }

    /// Containers kept at once, whatever they do.
    let limit: Int
    /// In the order of their start.
    private var containers: [Container] = []
    private var count = 0

    init(limit: Int) { self.limit = limit }

    /// Attempts under way, in no order that matters.
    var running: [AttemptID] { containers.compactMap { $0.isEnding ? nil : $0.attempt } }

    /// The same with those that are being killed.
    var held: [AttemptID] { containers.compactMap(\.attempt) }

    var isEmpty: Bool { containers.isEmpty }

    mutating func launch(_ attempt: AttemptID) -> [Action] {
        let (job, kind) = (attempt.task.job, attempt.task.kind)
        if let place = containers.firstIndex(where: {
            $0.attempt == nil && !$0.isEnding && $0.job == job && $0.kind == kind
        }) {
            containers[place].attempt = attempt
            return [.run(attempt, in: containers[place].id)]
        }
        var actions = endIdle(down: limit - 1)
        count += 1
        let id = ContainerID(number: count)
        containers.append(Container(id: id, job: job, kind: kind, attempt: attempt))
        actions += [.start(id), .run(attempt, in: id)]
        return actions
    }

    /// - Parameter isReusable: False after a failure.
    mutating func attemptEnded(_ id: ContainerID, isReusable: Bool) -> [Action] {
        guard let place = place(id), !containers[place].isEnding else { return [] }
        containers[place].attempt = nil
        return isReusable ? [] : end(place)
    }

    /// Empty when the attempt is not under way: it has ended, and that is on its way to the coordinator.
    mutating func kill(_ attempt: AttemptID) -> [Action] {
        guard let place = containers.firstIndex(where: { $0.attempt == attempt && !$0.isEnding }) else { return [] }
        return end(place)
    }

    mutating func containerEnded(_ id: ContainerID) -> End {
        guard let place = place(id) else { return .idle }
        let container = containers.remove(at: place)
        guard let attempt = container.attempt else { return .idle }
        return container.isEnding ? .killed(attempt) : .died(attempt)
    }

    /// The job is over: its idle containers end. Those that still run something are killed one by one.
    mutating func forget(_ job: JobID) -> [Action] {
        containers.indices.filter {
            containers[$0].job == job && containers[$0].attempt == nil && !containers[$0].isEnding
        }
        .flatMap { end($0) }
    }

    /// The attempt that the container runs.
    func attempt(in id: ContainerID) -> AttemptID? {
        guard let place = place(id), !containers[place].isEnding else { return nil }
        return containers[place].attempt
    }

    func container(of attempt: AttemptID) -> ContainerID? {
        containers.first { $0.attempt == attempt && !$0.isEnding }?.id
    }

    private mutating func endIdle(down limit: Int) -> [Action] {
        var actions: [Action] = []
        while containers.count(where: { !$0.isEnding }) > limit,
            let place = containers.firstIndex(where: { $0.attempt == nil && !$0.isEnding })
        {
            actions += end(place)
        }
        return actions
    }

    private mutating func end(_ place: Int) -> [Action] {
        containers[place].isEnding = true
        return [.kill(containers[place].id)]
    }

    private func place(_ id: ContainerID) -> Int? { containers.firstIndex { $0.id == id } }
}
