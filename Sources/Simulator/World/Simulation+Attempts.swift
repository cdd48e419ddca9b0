internal import ClusterModel
internal import SeededNumbers
internal import Wire

// Attempts run in containers: they fetch, work, succeed, fail, hang, and are killed.

extension Simulation {
    private typealias Running = WorkerModel.Running
    /// Milliseconds until nothing is left of an attempt that was killed.
    private static let killTime = 1...30
    /// Milliseconds, however slow the node and the attempt are: what crawls for ever is what hangs.
    private static let longestWork = 200_000
    /// Reports of one attempt to fetch.
    private static let reportLimit = 3

    mutating func launch(_ attempt: AttemptID, _ assignment: Assignment, _ place: Int) {
        let name = workers[place].name
        let isPrepared = workers[place].job(attempt.task.job) != nil
        check(isPrepared, "\(name) is to run \(attempt) and has no program")
        let isQueued = !workers[place].hasFreeContainer
        check(!isQueued || attempt.task.kind == .map, "\(name) is to run \(attempt) and has no container free")
        let fate = fate(on: place)
        var milliseconds = fates.within(scenario.workTime) * workers[place].slowness / 100
        if fate == .crawl { milliseconds *= 20 }
        milliseconds = min(milliseconds, Self.longestWork)
        tokens += 1
        var running = Running(
            attempt: attempt, assignment: assignment, token: tokens, begun: now,
            duration: .milliseconds(milliseconds), fate: fate)
        if case .reduce(_, let mapCount) = assignment {
            running.fetched = [Bool](repeating: false, count: mapCount)
        } else {
            running.hasInput = true
        }
        running.isQueued = isQueued
        workers[place].running.append(running)
        if !isQueued { begin(running, place) }
    }

    private mutating func begin(_ running: Running, _ place: Int) {
        // A reducer works when it has fetched.
        guard running.hasInput else { return agenda.add(.attempt(worker: place, token: running.token), at: now) }
        guard running.fate != .hang else { return }
        agenda.add(.attempt(worker: place, token: running.token), at: now.advanced(by: running.duration))
    }

    private mutating func beginQueued(_ place: Int) {
        guard workers[place].hasFreeContainer,
            let index = workers[place].running.firstIndex(where: { $0.isQueued && !$0.isEnding })
        else { return }
        workers[place].running[index].isQueued = false
        workers[place].running[index].begun = now
        begin(workers[place].running[index], place)
    }

    private mutating func fate(on place: Int) -> WorkerModel.Fate {
        guard !mended else { return .success }
        if workers[place].isSick { return .failure }
        let plan = scenario.plan
        let number = fates.below(1000)
        if number < plan.failing { return note(.fail, .failure) }
        if number < plan.failing + plan.hanging { return note(.hang, .hang) }
        if number < plan.failing + plan.hanging + plan.crawling { return note(.crawl, .crawl) }
        return .success
    }

    private mutating func note(_ kind: FaultKind, _ fate: WorkerModel.Fate) -> WorkerModel.Fate {
        figures.note(kind)
        return fate
    }

    /// As its worker's heartbeats tell.
    func progress(of place: Int) -> [ControlPlane.AttemptProgress] {
        workers[place].running.map { running in
            let whole = max(1, running.duration.nanoseconds)
            let elapsed = running.begun.duration(to: now).nanoseconds
            let fraction =
                running.fate == .hang || running.isQueued || !running.hasInput
                ? 1 : Int(min(999, elapsed * 1000 / whole))
            return ControlPlane.AttemptProgress(
                attempt: running.attempt, fraction: fraction, hasProgressed: running.isQueued || running.fate != .hang)
        }
    }

    // MARK: - A step further

    mutating func advance(_ token: Int, of place: Int) {
        guard let index = workers[place].running.firstIndex(where: { $0.token == token }),
            !workers[place].running[index].isEnding
        else { return }
        if workers[place].running[index].hasInput { finish(index, of: place) } else { fetch(index, of: place) }
    }

    private mutating func finish(_ index: Int, of place: Int) {
        let running = workers[place].running.remove(at: index)
        beginQueued(place)
        if running.fate == .failure {
            return say(.attemptFailed(running.attempt, AttemptFailure(reason: "exit status 1")), by: place)
        }
        switch running.assignment {
        case .map:
            if let job = workers[place].job(running.attempt.task.job), workers[place].jobs[job].reduceCount > 0 {
                workers[place].jobs[job].keep(running.attempt)
            }
        case .reduce: break
        case .commit(let winners): publish(winners, of: running.attempt.task.job)
        case .abort:
            let job = running.attempt.task.job
            if published[job] == nil { aborted.insert(job) }
        }
        say(.attemptSucceeded(running.attempt, Counters()), by: place)
    }

    /// The folder is renamed once; whoever comes later finds it there.
    private mutating func publish(_ winners: [AttemptID], of job: JobID) {
        guard !aborted.contains(job) else { return }
        if let before = published[job] {
            check(before == winners, "\(job) publishes \(winners) after it has published \(before)")
        } else {
            published[job] = winners
        }
    }

    // MARK: - The shuffle

    private mutating func fetch(_ index: Int, of place: Int) {
        var running = workers[place].running[index]
        guard let job = workers[place].job(running.attempt.task.job) else { return }
        let locations = workers[place].jobs[job].locations
        var missing: [AttemptID] = []
        for map in running.fetched.indices where !running.fetched[map] {
            guard map < locations.count, let location = locations[map] else { continue }
            if canFetch(location, by: place) {
                running.fetched[map] = true
                running.fetchedCount += 1
            } else {
                missing.append(location.attempt)
            }
        }
        if running.fetchedCount == running.fetched.count { return beginWork(&running, index, place) }
        if !missing.isEmpty {
            running.retries += 1
            let pause = Duration.milliseconds(min(5000, 200 << min(running.retries, 5)))
            schedule(&running, place, after: pause)
        }
        workers[place].running[index] = running
        for map in missing.prefix(Self.reportLimit) { say(.fetchFailed(reduce: running.attempt, map: map), by: place) }
    }

    private func canFetch(_ location: MapOutputLocation, by place: Int) -> Bool {
        guard let holder = Int(location.address), workers.indices.contains(holder) else { return false }
        guard workers[holder].isAlive, let job = workers[holder].job(location.attempt.task.job),
            workers[holder].jobs[job].canServe(location.attempt)
        else { return false }
        // What is on its own disk needs no network.
        if holder == place { return true }
        return workers[holder].frozenSince == nil && workers[holder].cut == nil && workers[place].cut == nil
    }

    private mutating func beginWork(_ running: inout WorkerModel.Running, _ index: Int, _ place: Int) {
        running.hasInput = true
        if running.fate != .hang { schedule(&running, place, after: running.duration) }
        workers[place].running[index] = running
        say(.shuffleFinished(running.attempt), by: place)
    }

    private mutating func schedule(_ running: inout WorkerModel.Running, _ place: Int, after pause: Duration) {
        tokens += 1
        running.token = tokens
        agenda.add(.attempt(worker: place, token: tokens), at: now.advanced(by: pause))
    }

    mutating func locate(_ locations: [MapOutputLocation], of id: JobID, _ place: Int) {
        guard let job = workers[place].job(id) else { return }
        for location in locations {
            let map = location.attempt.task.index
            while workers[place].jobs[job].locations.count <= map { workers[place].jobs[job].locations.append(nil) }
            workers[place].jobs[job].locations[map] = location
        }
        for index in workers[place].running.indices {
            var running = workers[place].running[index]
            guard running.attempt.task.job == id, !running.hasInput, !running.isEnding else { continue }
            schedule(&running, place, after: .milliseconds(1))
            workers[place].running[index] = running
        }
    }

    // MARK: - Kills

    mutating func kill(_ attempt: AttemptID, _ place: Int) {
        let index = workers[place].running.firstIndex { $0.attempt == attempt && !$0.isEnding }
        // It has ended, and that is on its way.
        guard let index else { return }
        tokens += 1
        workers[place].running[index].isEnding = true
        beginQueued(place)
        workers[place].running[index].token = tokens
        later(.killed(worker: place, token: tokens), milliseconds: Self.killTime)
    }

    mutating func confirmKill(_ token: Int, of place: Int) {
        guard let index = workers[place].running.firstIndex(where: { $0.token == token }) else { return }
        let running = workers[place].running.remove(at: index)
        say(.attemptKilled(running.attempt), by: place)
    }
}
