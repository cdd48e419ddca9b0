internal import ClusterModel
internal import SeededNumbers

// What the plan wants to go wrong goes wrong.

extension Simulation {
    /// How far the wall's clock may be wrong, after all jumps.
    private static let farthest = Duration.seconds(315_360_000)

    mutating func inject(_ fault: Fault) {
        guard !mended else { return }
        tell("fault: \(fault)")
        let takesHold = bringAbout(fault)
        // A jump of the clock shows when a coordinator looks at it, which it does at its start.
        if takesHold, let kind = fault.kind, kind != .clock { figures.note(kind) }
    }

    /// - Returns: Whether there was anything that it could happen to.
    private mutating func bringAbout(_ fault: Fault) -> Bool {
        switch fault {
        case .kill(let place):
            return each(place) { run, worker in run.die(worker, isBroken: run.random.chance(percent: 20)) }
        case .start(let name): return start(name)
        case .freeze(let place, let time):
            return each(place) { run, worker in
                run.freeze(worker)
                run.agenda.add(.mend(.thaw(worker: worker)), at: run.now.advanced(by: time))
            }
        case .cut(let place, let direction, let time):
            return each(place) { run, worker in
                run.cut(worker, direction)
                run.agenda.add(.mend(.heal(worker: worker)), at: run.now.advanced(by: time))
            }
        case .reset(let place): return each(place) { $0.reset($1) }
        case .slow(let name, let percent): return each(.node(name)) { $0.workers[$1].slowness = percent }
        case .sicken(let name): return each(.node(name)) { $0.workers[$1].isSick = true }
        case .loseOutput(let name): return damage(name) { $0.outputs = [:] }
        case .corruptOutput(let name): return damage(name) { $0.corruptAll() }
        case .crash, .freezeCoordinator, .clockJump, .fillDisk, .slowDisk, .crashLauncher: return bringAboutHere(fault)
        }
    }

    /// On the master's host.
    private mutating func bringAboutHere(_ fault: Fault) -> Bool {
        switch fault {
        case .crash(let away):
            guard coordinator.isUp else { return false }
            crashCoordinator(away: away)
        case .freezeCoordinator(let time): return freezeCoordinator(time)
        case .clockJump(let time):
            wallClockJump = min(max(wallClockJump + time, .zero - Self.farthest), Self.farthest)
            unseenJumps += 1
        case .fillDisk(let time):
            disk.isFull = true
            agenda.add(.mend(.freeDisk), at: now.advanced(by: time))
        case .slowDisk(let sync, let time):
            let microseconds = Int(sync.nanoseconds / 1000)
            syncTime = microseconds...microseconds
            agenda.add(.mend(.quickDisk), at: now.advanced(by: time))
        case .crashLauncher(let away): return crashLauncher(away)
        default: return false
        }
        return true
    }

    private mutating func each(_ place: Fault.Place, _ body: (inout Simulation, Int) -> Void) -> Bool {
        let found = processes(place)
        for worker in found { body(&self, worker) }
        return !found.isEmpty
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

    private mutating func start(_ name: String) -> Bool {
        guard processes(.node(name)).isEmpty else { return false }
        let last = workers.last { $0.name == name }?.registration
        startWorker(last ?? byHand(name, 1 + random.below(3), rack: 0))
        return true
    }

    private mutating func damage(_ name: String, _ body: (inout WorkerModel.Job) -> Void) -> Bool {
        var hasOutput = false
        for worker in processes(.node(name)) {
            for job in workers[worker].jobs.indices where !workers[worker].jobs[job].outputs.isEmpty {
                hasOutput = true
                body(&workers[worker].jobs[job])
            }
        }
        return hasOutput
    }

    private mutating func freezeCoordinator(_ time: Duration) -> Bool {
        guard coordinator.isUp, coordinator.frozenSince == nil else { return false }
        coordinator.frozenSince = now
        agenda.add(.mend(.thawCoordinator), at: now.advanced(by: time))
        return true
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

    private mutating func crashLauncher(_ away: Duration) -> Bool {
        // While the coordinator is away it has no connection that could break.
        guard let link = launcher else { return false }
        hangUp(link, isBroken: random.chance(percent: 20))
        launcher = nil
        agenda.add(.launcherConnect, at: now.advanced(by: away))
        return true
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
        if !coordinator.isUp { startCoordinator(coordinator.life + 1) }
        for worker in workers.indices {
            thaw(worker)
            heal(worker)
            workers[worker].slowness = 100
            workers[worker].isSick = false
        }
        startWorker(byHand("spare", 2, rack: 0))
    }
}
