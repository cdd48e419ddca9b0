import ClusterModel

/// A cluster among workers, clients and a network that do whatever a seed tells them.
struct RandomRun {
    /// A worker's process, as the network shows it.
    private struct Worker {
        let incarnation: Incarnation
        var attempts: [AttemptID] = []
        var ordersToKill: [AttemptID] = []
        /// Cut off, it still speaks, of what the cluster has long given to others.
        var isCutOff = false
        /// Its connection broke: it hears nothing, and keeps what it has to say.
        var isDisconnected = false
        var unsaid: [Event] = []
        /// Said, and not yet safe with the coordinator: it is said again after a crash. The number is of the last change
        /// that follows from it.
        var unheard: [(event: Event, sequence: Int)] = []
    }

    /// What was decided on what, to be followed again after a crash as far as it was synced.
    struct Record {
        let step: Step
        let instant: Instant
        let last: Int
    }

    private(set) var cluster = Cluster()
    private(set) var referee = Referee()
    private(set) var history: [(Change, Instant)] = []
    private(set) var decisions: [Decision] = []
    private(set) var records: [Record] = []
    /// Holds back what the coordinator does not tell before its journal is synced.
    private var gate = SyncGate<Effect>(synced: 0)
    /// Submissions that clients were told of.
    private var acknowledged: Set<JobID> = []
    private(set) var crashes = 0
    private var random: SplitMix64
    /// Few nodes are soon full, many soon lost.
    private let nodeCount: Int
    private var now = Instant.start
    private var workers: [Worker] = []
    /// Asked of the launcher, not yet registered.
    private var starting: [NodeRegistration] = []
    /// Ended; the cluster has yet to notice.
    private var closing: [Incarnation] = []
    /// What workers have said, so that it may be said again.
    private var said: [Event] = []
    /// Said, and still under way.
    private var delayed: [Event] = []
    private let defect: Defect
    /// What happened and what followed, in words, when somebody wants to read it.
    private(set) var story: [String] = []
    private let tellsStory: Bool
    private var isSettling = false
    private var plannedCrash: Int?
    /// Changes in all.
    var changeCount: Int { history.count }

    /// - Parameter crash: The coordinator is killed right after this change, beside the times that chance brings.
    init(seed: UInt64, events: Int = 300, defect: Defect = .none, crash: Int? = nil, tellsStory: Bool = false) {
        random = SplitMix64(seed: seed)
        self.defect = defect
        self.tellsStory = tellsStory
        plannedCrash = crash
        nodeCount = 1 + random.below(5)
        tell(.coordinatorStarted(cluster: "random"))
        tell(.joinLauncher)
        for _ in 0..<events {
            happen()
            if let planned = plannedCrash, cluster.sequence >= planned {
                plannedCrash = nil
                self.crash()
            }
        }
        settle()
    }

    // MARK: - Chance

    private mutating func happen() {
        switch random.below(100) {
        case ..<4: join(worker(random.below(nodeCount), containers: 1 + random.below(3)))
        case ..<6: cutOff()
        case ..<8: disconnect()
        case ..<11: resume()
        case ..<45: endAttempt(well: true)
        case ..<53: endAttempt(well: false)
        case ..<64: confirmKill()
        case ..<67: finishShuffle()
        case ..<71: if let attempt = random.pick(referee.running.keys.sorted()) { tell(.attemptSlow(attempt)) }
        case ..<76: reportFetch()
        case ..<78: sayAgain()
        case ..<80: arrive()
        case ..<86: submit()
        case ..<88: tell(.cancel(random.below(referee.jobs.count + 2)))
        case ..<90: tell(.scaleRequested(.task, count: random.below(nodeCount + 1), instanceType: "m1.medium", request))
        case ..<91: tell(.nodeStartRequested(name: "task-\(random.below(7))", request))
        case ..<92: tell(.nodeKillRequested(name: "task-\(random.below(7))", request))
        case ..<95: start()
        case ..<98: close()
        case ..<99: if let attempt = random.pick(referee.launched) { tell(.attemptTimedOut(attempt)) }
        case ..<100 where random.chance(percent: 30): crash()
        default: tell(random.chance(percent: 50) ? .launcherLeft(launcher) : .joinLauncher)
        }
    }

    private mutating func tell(_ event: Event) {
        now = now.advanced(by: .milliseconds(10))
        guard let event = defect.event(event) else { return }
        let decided = cluster.handle(event, at: now)
        history += decided.changes.map { ($0, now) }
        let decision = defect.decision(decided, event)
        decisions.append(decision)
        if tellsStory { story.append("\(event)" + decision.changes.map { "\n    \($0)" }.joined()) }
        referee.follow(decision, on: event)
        referee.check(cluster.invariantBroken == nil, cluster.invariantBroken ?? "")
        records.append(
            Record(step: Step(event: event, decision: decision), instant: now, last: cluster.sequence))
        for effect in decision.effects { dispatch(effect) }
        if isSettling || random.chance(percent: 60) { sync() }
    }

    // MARK: - The journal

    private mutating func dispatch(_ effect: Effect) {
        let sequence = cluster.changeAwaited(by: effect)
        if gate.pass(effect, after: sequence, to: effect.node.map { .node($0) }) { perform(effect) }
    }

    private mutating func sync() {
        for effect in gate.sync(upTo: cluster.sequence) { perform(effect) }
        for place in workers.indices { workers[place].unheard.removeAll { [gate] in $0.sequence <= gate.synced } }
    }

    /// The coordinator is killed, and another goes on with what was synced.
    private mutating func crash() {
        crashes += 1
        let synced = gate.synced
        cluster = Cluster(evolving: Array(history.prefix(synced)))
        history.removeSubrange(synced...)
        records.removeAll { $0.last > synced }
        follow(records.map(\.step))
        gate = SyncGate(synced: synced)
        delayed = []
        for place in workers.indices where !workers[place].isCutOff { workers[place].isDisconnected = true }
        referee.check(
            acknowledged.allSatisfy { $0.number <= referee.jobs.count }, "an acknowledged job is forgotten")
        loseTheUnadmitted()
        tell(.coordinatorStarted(cluster: "random"))
    }

    private mutating func follow(_ steps: [Step]) {
        let complaints = referee.complaints
        referee = Referee()
        for step in steps { referee.follow(step.decision, on: step.event) }
        for complaint in complaints { referee.check(false, complaint) }
    }

    /// Processes that never heard that they were admitted: nobody speaks for their incarnations.
    private mutating func loseTheUnadmitted() {
        for (number, node) in referee.nodes.enumerated() where node.isLive {
            let incarnation = Incarnation(node: NodeID(number), number: node.incarnation)
            let isThere = workers.contains { $0.incarnation == incarnation && !$0.isCutOff }
            if !isThere, !closing.contains(incarnation) { closing.append(incarnation) }
        }
    }

    private mutating func say(_ event: Event, by place: Int) {
        said.append(event)
        if workers[place].isDisconnected { return workers[place].unsaid.append(event) }
        workers[place].unheard.append((event, .max))
        if random.chance(percent: 10) { delayed.append(event) } else { tellResult(event) }
    }

    /// What its worker has said is safe when what follows from it is synced.
    private mutating func tellResult(_ event: Event) {
        tell(event)
        for worker in workers.indices {
            for place in workers[worker].unheard.indices where workers[worker].unheard[place].event == event {
                workers[worker].unheard[place].sequence = cluster.sequence
            }
        }
        if gate.synced == cluster.sequence { sync() }
    }

    /// Late, and after what was said behind it.
    private mutating func arrive() {
        guard !delayed.isEmpty else { return }
        tellResult(delayed.remove(at: random.below(delayed.count)))
    }

    private mutating func join(_ registration: NodeRegistration) {
        tell(.nodeRegistering(registration, ConnectionID(1)))
    }

    private mutating func cutOff() {
        guard let place = random.pick(workers.indices.filter { !workers[$0].isCutOff }) else { return }
        let incarnation = workers[place].incarnation
        if random.chance(percent: 50) { workers.remove(at: place) }
        tell(.nodeLost(incarnation, reason: "silence"))
    }

    private mutating func endAttempt(well: Bool) {
        guard let place = random.pick(workers.indices.filter { !workers[$0].attempts.isEmpty }),
            let attempt = random.pick(workers[place].attempts)
        else { return }
        // A reducer may have fetched all before a map's output was lost, but mostly it has not.
        if well, !hasInput(attempt), random.chance(percent: 80) { return }
        end(attempt, of: place, well: well)
    }

    private func hasInput(_ attempt: AttemptID) -> Bool {
        attempt.task.kind != .reduce || referee.fetched.contains(attempt)
            || referee[attempt.task.job].allWon(.map, attempt.task.job)
    }

    private mutating func finishShuffle() {
        let place = random.pick(workers.indices.filter { place in workers[place].attempts.contains(where: canFetch) })
        guard let place, let reduce = random.pick(workers[place].attempts.filter(canFetch)) else { return }
        say(.shuffleFinished(reduce, from: workers[place].incarnation), by: place)
    }

    private func canFetch(_ attempt: AttemptID) -> Bool { attempt.task.kind == .reduce && hasInput(attempt) }

    private mutating func end(_ attempt: AttemptID, of place: Int, well: Bool) {
        let source = workers[place].incarnation
        workers[place].attempts.removeAll { $0 == attempt }
        workers[place].ordersToKill.removeAll { $0 == attempt }
        say(
            well
                ? .attemptSucceeded(attempt, Counters(), from: source)
                : .attemptFailed(attempt, AttemptFailure(reason: "chance"), from: source), by: place
        )
    }

    private mutating func disconnect() {
        guard let place = random.pick(workers.indices.filter { !workers[$0].isCutOff && !workers[$0].isDisconnected })
        else { return }
        workers[place].isDisconnected = true
        tell(.nodeDisconnected(workers[place].incarnation))
    }

    /// It is back with what it has, whether the cluster still wants it or not; sometimes before the end of its last
    /// connection was noticed.
    private mutating func resume() {
        let back = workers.indices.filter {
            workers[$0].isDisconnected || workers[$0].isCutOff || random.chance(percent: 10)
        }
        guard let place = random.pick(back) else { return }
        let worker = workers[place]
        var resumption = Resumption(worker.incarnation)
        let unheard = worker.unheard.map(\.event) + worker.unsaid
        resumption.attempts = worker.attempts + unheard.compactMap(\.attempt)
        resumption.jobs = (1...max(1, referee.jobs.count)).map { JobID($0) }.filter { _ in random.chance(percent: 50) }
        workers[place].isDisconnected = false
        workers[place].ordersToKill = []
        workers[place].unsaid = []
        workers[place].unheard = unheard.map { ($0, .max) }
        tell(.nodeResuming(resumption, ConnectionID(2)))
        for event in unheard { tellResult(event) }
    }

    private mutating func confirmKill() {
        guard let place = random.pick(workers.indices.filter { !workers[$0].ordersToKill.isEmpty }),
            let attempt = random.pick(workers[place].ordersToKill)
        else { return }
        confirmKill(attempt, of: place)
    }

    private mutating func confirmKill(_ attempt: AttemptID, of place: Int) {
        workers[place].attempts.removeAll { $0 == attempt }
        workers[place].ordersToKill.removeAll { $0 == attempt }
        say(.attemptKilled(attempt, from: workers[place].incarnation), by: place)
    }

    private mutating func reportFetch() {
        let reducers = workers.indices.flatMap { place in
            workers[place].attempts.filter { $0.task.kind == .reduce }.map { (place, $0) }
        }
        guard let (place, reduce) = random.pick(reducers) else { return }
        let maps = referee.launched.filter { $0.task.kind == .map && $0.task.job == reduce.task.job }
        let winners = maps.filter { referee.winner($0.task) == $0 }
        guard let map = random.pick(random.chance(percent: 80) ? winners : maps) else { return }
        let source = workers[place].incarnation
        let report = Event.fetchFailed(reduce: reduce, map: map, from: source)
        // What it says may end it.
        for _ in 0...random.below(4) where workers.indices.contains(place) && workers[place].incarnation == source {
            say(report, by: place)
        }
    }

    private mutating func sayAgain() {
        if let event = random.pick(said) { tell(event) }
    }

    private mutating func submit() {
        guard referee.jobs.count < 12 else { return }
        var specification = job(
            maps: random.below(7), reduces: random.below(4), output: "file:///out-\(random.below(6))")
        specification.mapAttemptLimit = 1 + random.below(4)
        specification.reduceAttemptLimit = 1 + random.below(4)
        tell(.submit(specification))
    }

    private mutating func start() {
        guard !starting.isEmpty else { return }
        var registration = starting.removeFirst()
        if random.chance(percent: 20) {
            tell(.workerEnded(name: registration.name, pid: 0, reason: "chance"))
        } else {
            registration.containers = 1 + random.below(3)
            registration.host = "here"
            join(registration)
        }
    }

    private mutating func close() {
        if !closing.isEmpty { tell(.nodeLost(closing.removeFirst(), reason: "its connection closed")) }
    }

    // MARK: - What the cluster orders

    private mutating func perform(_ effect: Effect) {
        switch effect {
        case .admit(_, let incarnation):
            if !workers.contains(where: { $0.incarnation == incarnation }) {
                workers.append(Worker(incarnation: incarnation))
            }
        case .fence: workers.removeAll(where: \.isCutOff)
        case .answer(_, .submitted(let job)): acknowledged.insert(job)
        case .disconnect(let incarnation):
            for place in workers.indices where workers[place].incarnation == incarnation {
                workers[place].isCutOff = true
            }
        case .startWorker(let registration, _): starting.append(registration)
        case .stopWorker(let node), .killWorker(let node, _):
            let name = cluster.registration(of: node).name
            starting.removeAll { $0.name == name }
            closing += workers.filter { $0.incarnation.node == node && !$0.isCutOff }.map(\.incarnation)
            workers.removeAll { $0.incarnation.node == node && !$0.isCutOff }
        case .launch(let attempt, let node): connected(node) { $0.attempts.append(attempt) }
        case .kill(let attempt, let node):
            connected(node) { worker in
                if worker.attempts.contains(attempt) { worker.ordersToKill.append(attempt) }
            }
        default: break
        }
    }

    private mutating func connected(_ node: NodeID, _ body: (inout Worker) -> Void) {
        guard let place = workers.firstIndex(where: { $0.incarnation.node == node && !$0.isCutOff }),
            !workers[place].isDisconnected
        else { return }
        body(&workers[place])
    }

    // MARK: - The end

    var isOver: Bool { referee.jobs.allSatisfy(\.isEnded) }

    /// Faults stop, and at least one node stays: then every job must end.
    private mutating func settle() {
        isSettling = true
        sync()
        while !closing.isEmpty { close() }
        while !delayed.isEmpty { arrive() }
        while workers.contains(where: \.isDisconnected) { resume() }
        workers.removeAll(where: \.isCutOff)
        if !referee.nodes.contains(where: \.takesAttempts) { join(worker(20, containers: 1)) }
        for _ in 0..<1000 where !isOver { settleOnce() }
        referee.check(isOver, "a job does not end")
        referee.check(referee.running.isEmpty, "attempts run and all jobs have ended")
        referee.check(cluster.hasSameState(as: Cluster(evolving: history)), "the changes do not give the state")
    }

    private mutating func settleOnce() {
        while !closing.isEmpty { close() }
        while !delayed.isEmpty { arrive() }
        for place in workers.indices.reversed() where place < workers.count {
            if let attempt = workers[place].ordersToKill.first {
                confirmKill(attempt, of: place)
            } else if let attempt = workers[place].attempts.first(where: hasInput) {
                end(attempt, of: place, well: true)
            }
        }
    }
}

extension Event {
    /// Of whose end it tells.
    fileprivate var attempt: AttemptID? {
        switch self {
        case .attemptSucceeded(let attempt, _, _), .attemptFailed(let attempt, _, _), .attemptKilled(let attempt, _),
            .shuffleFinished(let attempt, _):
            attempt
        default: nil
        }
    }
}
