internal import ClusterModel

/// Which container runs which attempt, as a value.
///
/// A container is kept for further attempts of the same job and kind, and for the job's commit, is replaced after a failure,
/// and ends with its job. An attempt for which no container is free waits here, or, where one comes to its end after the other, in a container, which
/// then need not wait for the worker.
struct ContainerPool {
    /// A container process, numbered from 1 and never numbered again.
    struct ContainerID: Hashable, Sendable { let number: Int }

    /// What to do, in the order given.
    enum Action: Hashable {
        case start(ContainerID)
        /// Behind what the container has already.
        case run(AttemptID, in: ContainerID)
        /// Have the container give back what it has not begun; ``ContainerPool/released(_:by:)`` follows.
        case release(ContainerID)
        /// SIGKILL; ``ContainerPool/containerEnded(_:)`` follows when it is gone.
        case kill(ContainerID)
        /// It was to be killed and had not begun.
        case giveUp(AttemptID)
    }

    /// What the end of a container means.
    struct End: Hashable {
        /// The container ended by itself while it ran this attempt.
        var died: AttemptID?
        /// These go with it.
        var killed: [AttemptID] = []
        var actions: [Action] = []
    }

    private struct Container {
        let id: ContainerID
        let job: JobID
        let kind: TaskKind
        /// It runs the first; the others wait in it.
        var attempts: [AttemptID] = []
        /// How many may wait in it.
        var depth = 0
        /// What it ran when it was last looked at.
        var seen: AttemptID?
        var isReleasing = false
        var isEnding = false
    }

    /// Attempts that may wait in a container whose attempts come to their ends one after the other.
    static let depth = 16

    /// Containers kept at once, whatever they do.
    let limit: Int
    /// In the order of their start.
    private var containers: [Container] = []
    private var count = 0
    /// Attempts that wait for a container.
    private var waiting: [AttemptID] = []
    /// Attempts to be killed that a container may not have begun.
    private var doomed: Set<AttemptID> = []

    init(limit: Int) { self.limit = limit }

    /// Attempts under way in containers, in no order that matters.
    var running: [AttemptID] { containers.compactMap { $0.isEnding ? nil : $0.attempts.first } }

    /// Attempts that have not begun.
    var queued: [AttemptID] { containers.flatMap { $0.isEnding ? [] : $0.attempts.dropFirst() } + waiting }

    /// All, with those that are being killed.
    var held: [AttemptID] { containers.flatMap(\.attempts) + waiting }

    var isEmpty: Bool { containers.isEmpty }

    mutating func launch(_ attempt: AttemptID) -> [Action] {
        waiting.append(attempt)
        return fill()
    }

    /// The first attempt of the container has ended.
    ///
    /// - Parameters:
    ///   - isReusable: False after a failure; then the container has not gone on.
    ///   - wasShort: What comes next may be given to it before it has ended.
    mutating func attemptEnded(_ id: ContainerID, isReusable: Bool, wasShort: Bool = false) -> [Action] {
        guard let place = place(id), !containers[place].isEnding, !containers[place].attempts.isEmpty else { return [] }
        doomed.remove(containers[place].attempts.removeFirst())
        containers[place].depth = wasShort ? Self.depth : 0
        if isReusable { return fill() }
        let rest = containers[place].attempts
        containers[place].attempts = []
        return end(place) + takeBack(rest) + fill()
    }

    /// Empty when the attempt is not under way: it has ended, and that is on its way to the coordinator.
    mutating func kill(_ attempt: AttemptID) -> [Action] {
        if let index = waiting.firstIndex(of: attempt) {
            waiting.remove(at: index)
            return [.giveUp(attempt)]
        }
        guard let place = containers.firstIndex(where: { !$0.isEnding && $0.attempts.contains(attempt) }) else {
            return []
        }
        if containers[place].attempts.first == attempt { return end(place) }
        doomed.insert(attempt)
        return release(place)
    }

    /// The container has given back these, and has begun whatever else it had.
    mutating func released(_ attempts: [AttemptID], by id: ContainerID) -> [Action] {
        guard let place = place(id), !containers[place].isEnding else { return [] }
        containers[place].isReleasing = false
        containers[place].depth = 0
        containers[place].attempts.removeAll { attempts.contains($0) }
        var actions = takeBack(attempts)
        let begun = containers[place].attempts.filter { doomed.remove($0) != nil }
        if !begun.isEmpty { actions += end(place) }
        return actions + fill()
    }

    mutating func containerEnded(_ id: ContainerID) -> End {
        guard let place = place(id) else { return End() }
        let container = containers.remove(at: place)
        doomed.subtract(container.attempts)
        var end = End(killed: container.attempts)
        if !container.isEnding, !end.killed.isEmpty { end.died = end.killed.removeFirst() }
        end.actions = fill()
        return end
    }

    /// The job is over: its idle containers end. Those that still run something are killed one by one.
    mutating func forget(_ job: JobID) -> [Action] {
        waiting.removeAll { $0.task.job == job }
        return containers.indices.filter { containers[$0].job == job && isIdle(containers[$0]) }.flatMap { end($0) }
    }

    /// To be asked now and then: what waits in a container that is busy for long, while there is room elsewhere, moves there.
    mutating func rebalance() -> [Action] {
        let hasRoom = waiting.isEmpty && containers.count { !isIdle($0) } < limit
        var actions: [Action] = []
        for place in containers.indices where !containers[place].isEnding {
            let first = containers[place].attempts.first
            if hasRoom, containers[place].attempts.count > 1, containers[place].seen == first {
                actions += release(place)
            }
            containers[place].seen = first
        }
        return actions
    }

    /// The attempt that the container runs.
    func attempt(in id: ContainerID) -> AttemptID? {
        guard let place = place(id), !containers[place].isEnding else { return nil }
        return containers[place].attempts.first
    }

    /// The job that the container is for.
    func job(of id: ContainerID) -> JobID? { place(id).map { containers[$0].job } }

    func container(of attempt: AttemptID) -> ContainerID? {
        containers.first { $0.attempts.first == attempt && !$0.isEnding }?.id
    }

    // MARK: - Which goes where

    private mutating func fill() -> [Action] {
        var actions: [Action] = []
        var index = 0
        while index < waiting.count {
            guard let place = makeRoom(for: waiting[index], &actions) else {
                index += 1
                continue
            }
            let attempt = waiting.remove(at: index)
            containers[place].attempts.append(attempt)
            actions.append(.run(attempt, in: containers[place].id))
        }
        return actions
    }

    private mutating func makeRoom(for attempt: AttemptID, _ actions: inout [Action]) -> Int? {
        if let place = containers.firstIndex(where: { isIdle($0) && isFitFor(attempt, $0) }) { return place }
        if let kept = containers.firstIndex(where: { isIdle($0) }), liveCount >= limit { actions += end(kept) }
        if liveCount < limit { return start(for: attempt, &actions) }
        var best: Int?
        for place in containers.indices where isFor(attempt, containers[place]) && hasRoom(containers[place]) {
            if best.map({ containers[place].attempts.count < containers[$0].attempts.count }) ?? true { best = place }
        }
        return best
    }

    private mutating func start(for attempt: AttemptID, _ actions: inout [Action]) -> Int {
        count += 1
        let id = ContainerID(number: count)
        containers.append(Container(id: id, job: attempt.task.job, kind: attempt.task.kind))
        actions.append(.start(id))
        return containers.count - 1
    }

    private var liveCount: Int { containers.count { !$0.isEnding } }

    private func isIdle(_ container: Container) -> Bool { container.attempts.isEmpty && !container.isEnding }

    private func isFor(_ attempt: AttemptID, _ container: Container) -> Bool {
        container.job == attempt.task.job && container.kind == attempt.task.kind
    }

    /// A commit or an abort runs nothing of the user's, and is not worth the start of a container.
    private func isFitFor(_ attempt: AttemptID, _ container: Container) -> Bool {
        switch attempt.task.kind {
        case .map, .reduce: isFor(attempt, container)
        case .commit, .abort: container.job == attempt.task.job
        }
    }

    private func hasRoom(_ container: Container) -> Bool {
        !container.isEnding && !container.isReleasing && container.attempts.count <= container.depth
    }

    /// What had not begun waits again, before all else, or is given up.
    private mutating func takeBack(_ attempts: [AttemptID]) -> [Action] {
        let unwanted = attempts.filter { doomed.remove($0) != nil }
        waiting.insert(contentsOf: attempts.filter { !unwanted.contains($0) }, at: 0)
        return unwanted.map { .giveUp($0) }
    }

    private mutating func release(_ place: Int) -> [Action] {
        guard !containers[place].isReleasing else { return [] }
        containers[place].isReleasing = true
        return [.release(containers[place].id)]
    }

    private mutating func end(_ place: Int) -> [Action] {
        containers[place].isEnding = true
        return [.kill(containers[place].id)]
    }

    private func place(_ id: ContainerID) -> Int? { containers.firstIndex { $0.id == id } }
}
