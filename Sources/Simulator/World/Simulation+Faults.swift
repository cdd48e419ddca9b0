internal import ClusterModel

// What the plan wants to go wrong goes wrong.

extension Simulation {
    mutating func inject(_ fault: Fault) {
        guard !mended else { return }
        if let kind = fault.kind { figures.note(kind) }
        tell("fault: \(fault)")
        switch fault {
        case .kill(let place): for worker in processes(place) { die(worker, isBroken: random.chance(percent: 20)) }
        case .start(let name): start(name)
        case .freeze(let place, let time):
            for worker in processes(place) {
                freeze(worker)
                agenda.add(.mend(.thaw(worker: worker)), at: now.advanced(by: time))
            }
        case .cut(let place, let direction, let time):
            for worker in processes(place) {
                cut(worker, direction)
                agenda.add(.mend(.heal(worker: worker)), at: now.advanced(by: time))
            }
        case .reset(let place): for worker in processes(place) { reset(worker) }
        case .slow(let name, let percent): for worker in processes(.node(name)) { workers[worker].slowness = percent }
        case .loseOutput(let name): damage(name) { $0.outputs = [:] }
        case .corruptOutput(let name): damage(name) { $0.corruptAll() }
        case .crash(let away): crashCoordinator(away: away)
        case .freezeCoordinator(let time): freezeCoordinator(time)
        case .clockJump(let time): wallClockJump += time
        case .fillDisk(let time):
            disk.isFull = true
            agenda.add(.mend(.freeDisk), at: now.advanced(by: time))
        case .slowDisk(let sync, let time):
            let microseconds = Int(sync.nanoseconds / 1000)
            syncTime = microseconds...microseconds
            agenda.add(.mend(.quickDisk), at: now.advanced(by: time))
        case .crashLauncher(let away): crashLauncher(away)
        }
    }

    mutating func injectAfterChanges(upTo sequence: Int) {
        while let next = afterChanges.last, next.change <= sequence {
            afterChanges.removeLast()
            // After what is under way, and before anything else.
            agenda.add(.fault(next.place), at: now)
        }
    }

    private func processes(_ place: Fault.Place) -> [Int] {
        workers.indices.filter { index in
            guard workers[index].isAlive else { return false }
            return switch place {
            case .node(let name): workers[index].name == name
            case .rack(let rack): workers[index].registration.rack == "rack-\(rack + 1)"
            }
        }
    }

    private mutating func start(_ name: String) {
        guard processes(.node(name)).isEmpty else { return }
        let last = workers.last { $0.name == name }?.registration
        startWorker(last ?? byHand(name, 1 + random.below(3), rack: 0))
    }

    private mutating func damage(_ name: String, _ body: (inout WorkerModel.Job) -> Void) {
        for worker in processes(.node(name)) {
            for job in workers[worker].jobs.indices { body(&workers[worker].jobs[job]) }
        }
    }

    private mutating func freezeCoordinator(_ time: Duration) {
        guard coordinator.isUp, coordinator.frozenSince == nil else { return }
        coordinator.frozenSince = now
        agenda.add(.mend(.thawCoordinator), at: now.advanced(by: time))
    }

    private mutating func thawCoordinator() {
        guard coordinator.frozenSince != nil else { return }
        coordinator.frozenSince = nil
        let backlog = coordinator.backlog
        coordinator.backlog = []
        // As in its loop: its timers first, then what came over sockets.
        let isTimer = { (happening: Happening) in if case .deadline = happening { true } else { false } }
        for happening in backlog where isTimer(happening) { perform(happening) }
        for happening in backlog where !isTimer(happening) { perform(happening) }
    }

    private mutating func crashLauncher(_ away: Duration) {
        // While the coordinator is away it has no connection that could break.
        guard let link = launcher else { return }
        hangUp(link, isBroken: random.chance(percent: 20))
        launcher = nil
        agenda.add(.launcherConnect, at: now.advanced(by: away))
    }

    // MARK: - The end of faults

    mutating func mend(_ mending: Mending) {
        switch mending {
        case .thaw(let worker): thaw(worker)
        case .heal(let worker): heal(worker)
        case .thawCoordinator: thawCoordinator()
        case .freeDisk: disk.isFull = false
        case .quickDisk: syncTime = scenario.syncTime
        case .everything: mendEverything()
        }
    }

    private mutating func mendEverything() {
        tell("everything is mended")
        mended = true
        disk.isFull = false
        syncTime = scenario.syncTime
        thawCoordinator()
        for worker in workers.indices {
            thaw(worker)
            heal(worker)
            workers[worker].slowness = 100
        }
        startWorker(byHand("spare", 2, rack: 0))
    }
}
