internal import ClusterModel
internal import SeededNumbers
internal import Wire

// The launcher and the client.

extension Simulation {
    static let host = "here"
    private static let retryInterval = Duration.milliseconds(100)

    mutating func connectLauncher() {
        guard launcher == nil else { return }
        guard coordinator.isUp else {
            return agenda.add(.launcherConnect, at: now.advanced(by: Self.retryInterval))
        }
        let link = open(.launcher)
        launcher = link
        sendUp(.launcher(.join(host: Self.host)), link)
    }

    mutating func follow(_ order: LauncherOrder) {
        switch order {
        case .startWorker(let registration): startLaunched(registration)
        case .killWorker(_, let pid, _): if let place = process(pid) { die(place, isBroken: true) }
        case .freezeWorker(let pid, _): if let place = process(pid) { freeze(place) }
        case .thawWorker(let pid, _): if let place = process(pid) { thaw(place) }
        }
    }

    private mutating func startLaunched(_ registration: NodeRegistration) {
        // The node is lost or stopped: whatever is left of its last process has no right to go on.
        let last = workers.lastIndex { $0.isAlive && $0.isLaunched && $0.name == registration.name }
        if let last { die(last, isBroken: true, isReplaced: true) }
        if !mended, random.chance(percent: 10), let launcher {
            sendUp(
                .launcher(.workerEnded(name: registration.name, pid: 0, reason: "it could not be started")), launcher)
        } else {
            later(.workerStart(registration), milliseconds: 20...500)
        }
    }

    private func process(_ pid: Int) -> Int? {
        let place = pid - 1000
        return workers.indices.contains(place) && workers[place].isAlive ? place : nil
    }

    // MARK: - The client

    mutating func request(_ place: Int) {
        guard coordinator.isUp else {
            return agenda.add(.request(place), at: now.advanced(by: Self.retryInterval))
        }
        let link = client ?? open(.client)
        client = link
        sendUp(.request(place, scenario.requests[place].request), link)
        unanswered.insert(place)
    }

    mutating func hear(_ answer: Answer, to place: Int) {
        unanswered.remove(place)
        if case .submitted(let job) = answer { acknowledged.insert(job) }
    }
}
