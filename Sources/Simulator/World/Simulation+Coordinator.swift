internal import ClusterModel
internal import SeededNumbers
internal import Wire

// The coordinator's process: what the shell around the core does, on the virtual clock.

extension Simulation {
    var clusterTime: Instant { now.advanced(by: coordinator.clockOffset) }

    /// Nanoseconds since 1970, as the wall's clock says.
    private var wallClock: Int64 {
        1_700_000_000_000_000_000 + now.nanoseconds + wallClockJump.nanoseconds
    }

    // MARK: - Start and end

    mutating func startCoordinator(_ life: Int) {
        guard !coordinator.isUp, life == coordinator.life + 1 else { return }
        var recovered = Snapshot()
        for entry in disk.entries { recovered.evolve(entry) }
        var next = CoordinatorModel(heartbeatTimeout: scenario.heartbeatTimeout)
        let start = recovered.now(wallClock: wallClock)
        next.clockOffset = now.duration(to: start)
        next.plane = ControlPlane(
            heartbeatTimeout: scenario.heartbeatTimeout, recovering: recovered.cluster, at: start)
        next.gate = SyncGate(synced: recovered.sequence)
        (next.life, next.isUp) = (life, true)
        for _ in 0..<unseenJumps where life > 1 { figures.note(.clock) }
        unseenJumps = 0
        coordinator = next
        decide(.coordinatorStarted(cluster: "simulated", wallClock: wallClock))
    }

    /// SIGKILL. What is not synced may be lost, and every connection breaks.
    mutating func crashCoordinator(away: Duration) {
        guard coordinator.isUp else { return }
        coordinator.isUp = false
        (coordinator.frozenSince, coordinator.backlog) = (nil, [])
        figures.crashes += 1
        do throws(JournalScan.Problem) {
            let remains = try disk.crash(&random)
            if remains.isTorn { figures.tornWrites += 1 }
            check((remains.entries.last?.last ?? 0) >= told, "changes are lost that somebody was told of")
            tell("the coordinator is killed; \(remains.entries.last?.last ?? 0) changes are left")
            referee.goBack(to: remains.entries)
            story?.goBack(to: remains.entries)
        } catch {
            check(false, "the journal cannot be read after a crash: \(error)")
        }
        for place in links.indices where !links[place].up.isClosed { close(place, isBroken: true) }
        (launcher, client) = (nil, nil)
        agenda.add(.launcherConnect, at: now.advanced(by: .milliseconds(100)))
        agenda.add(.coordinatorStart(life: coordinator.life + 1), at: now.advanced(by: away))
    }

    // MARK: - The way of an event

    mutating func decide(_ event: Event) {
        for event in meddler?.event(event) ?? [event] {
            guard coordinator.isUp else { return }
            let at = clusterTime
            carryOut(Step(event: event, decision: coordinator.plane.handle(event, at: at)), at: at)
        }
        setDeadline()
    }

    private mutating func carryOut(_ step: Step, at instant: Instant) {
        let first = (disk.entries.last?.last ?? 0) + 1
        figures.events += 1
        figures.changes += step.decision.changes.count
        let entry = JournalEntry(
            sequence: first, instant: instant, changes: step.decision.changes, event: step.event)
        disk.append(entry)
        if scenario.hashesLog { logHash.add(entry) }
        let decision = meddler?.decision(step.decision, step.event) ?? step.decision
        referee.follow(decision, on: step.event)
        if let broken = coordinator.plane.cluster.invariantBrokenByLastEvent { check(false, broken) }
        story?.note(step.event, decision, at: now)
        beginSync()
        for effect in decision.effects { dispatch(effect) }
        injectAfterChanges(upTo: first + step.decision.changes.count - 1)
    }

    private mutating func dispatch(_ effect: Effect) {
        let sequence = coordinator.plane.cluster.changeAwaited(by: effect)
        if coordinator.gate.pass(.effect(effect), after: sequence, to: effect.node.map { .node($0) }) {
            perform(effect)
        }
    }

    // MARK: - Time

    private mutating func setDeadline() {
        guard coordinator.isUp, let deadline = coordinator.plane.nextDeadline else { return }
        let instant = max(now, deadline.advanced(by: .zero - coordinator.clockOffset))
        if let wakesAt = coordinator.wakesAt, wakesAt <= instant { return }
        coordinator.wakesAt = instant
        agenda.add(.deadline(life: coordinator.life), at: instant)
    }

    mutating func reachDeadline() {
        coordinator.wakesAt = nil
        if let deadline = coordinator.plane.nextDeadline, deadline <= clusterTime {
            beat()
            let at = clusterTime
            for step in coordinator.plane.expire(at: at) where coordinator.isUp { carryOut(step, at: at) }
        }
        setDeadline()
    }

    /// Signs of life matter when somebody looks whether there were any: they come then, all together.
    private mutating func beat() {
        let interval = scenario.heartbeatTimeout / 10
        guard coordinator.lastBeat.duration(to: now) >= interval else { return }
        coordinator.lastBeat = now
        for place in workers.indices where workers[place].isAlive && workers[place].isAdmitted {
            beat(place)
        }
    }

    private mutating func beat(_ place: Int) {
        guard let link = workers[place].link, let source = coordinator.nodes[ConnectionID(link)] else { return }
        // The last one before it stood still, or its network did.
        var last = workers[place].frozenSince ?? now
        if links[link].up.isHeld { last = min(last, links[link].up.heldSince) }
        let hearing = FailureDetector.Hearing(heard: links[link].down.heard, sent: links[link].down.sent)
        let at = last.advanced(by: coordinator.clockOffset)
        coordinator.plane.hear(source, progress(of: place), hearing, at: at)
        guard last == now, coordinator.unacknowledged.remove(link) != nil else { return }
        let heard = CoordinatorModel.Outgoing.heard(link: link, links[link].up.heard)
        if coordinator.gate.pass(heard, after: coordinator.plane.cluster.sequence, to: nil) { perform(heard) }
    }

    // MARK: - The journal

    private mutating func beginSync() {
        guard disk.isFull || disk.writing != nil else { return write() }
        if disk.isFull && !disk.isStuck { stick() }
    }

    private mutating func write() {
        guard disk.begin() else { return }
        let time = Duration.microseconds(random.within(syncTime))
        agenda.add(.synced(life: coordinator.life), at: now.advanced(by: time))
    }

    /// The journal's thread finds it out, and says so behind what is under way.
    private mutating func stick() {
        disk.isStuck = true
        agenda.add(.retry(life: coordinator.life), at: now)
    }

    mutating func retryWrite() {
        guard disk.isFull else {
            disk.isStuck = false
            write()
            return decide(.journalStuck(reason: nil))
        }
        agenda.add(.retry(life: coordinator.life), at: now.advanced(by: .milliseconds(500)))
        if coordinator.plane.cluster.canRemember { decide(.journalStuck(reason: "no space left")) }
    }

    mutating func finishSync() {
        let last = disk.finish()
        told = max(told, last)
        for item in coordinator.gate.sync(upTo: last) { perform(item) }
        beginSync()
    }

    private mutating func perform(_ item: CoordinatorModel.Outgoing) {
        switch item {
        case .effect(let effect): perform(effect)
        case .heard(let link, let count): sendDown(.order(.heard(count)), link)
        }
    }

    // MARK: - What peers say

    mutating func hear(_ parcel: Parcel, _ link: Int) {
        switch parcel {
        case .worker(let message): hear(message, link)
        case .launcher(let message): decide(message.event(over: ConnectionID(link)))
        case .request(let number, let request):
            if let event = request.event(RequestID(connection: ConnectionID(link), number: number)) { decide(event) }
        case .end(let isBroken): loseConnection(link, isBroken)
        case .order, .launcherOrder, .answer: break
        }
    }

    private mutating func hear(_ message: WorkerMessage, _ link: Int) {
        let connection = ConnectionID(link)
        guard let source = coordinator.nodes[connection] else {
            switch message {
            case .register(let registration): decide(.nodeRegistering(registration, connection))
            case .resume(let resumption): decide(.nodeResuming(resumption, connection))
            default: break
            }
            return
        }
        coordinator.plane.hear(source, at: clusterTime)
        coordinator.unacknowledged.insert(link)
        if let event = message.event(from: source) { decide(event) }
    }

    private mutating func loseConnection(_ link: Int, _ isBroken: Bool) {
        close(link, isBroken: isBroken)
        coordinator.unacknowledged.remove(link)
        if let incarnation = coordinator.nodes.end(ConnectionID(link)) {
            decide(isBroken ? .nodeDisconnected(incarnation) : .nodeLost(incarnation, reason: "its connection closed"))
        }
        if case .launcher = links[link].peer { decide(.launcherLeft(ConnectionID(link))) }
    }
}
