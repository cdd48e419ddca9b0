internal import ClusterModel
internal import SeededNumbers
internal import Wire

// Workers come, speak with the coordinator, and go.

extension Simulation {
    /// For this long a worker looks for a coordinator that it has lost.
    private static let orphanTimeout = Duration.seconds(60)
    private static let reconnectInterval = Duration.milliseconds(100)

    func byHand(_ name: String, _ containers: Int, rack: Int) -> NodeRegistration {
        var registration = NodeRegistration()
        registration.name = name
        registration.role = .core
        registration.instanceType = "m1.medium"
        registration.containers = containers
        registration.rack = "rack-\(rack + 1)"
        registration.host = "elsewhere"
        return registration
    }

    mutating func startWorker(_ registration: NodeRegistration, isLaunched: Bool = false) {
        var registration = registration
        registration.pid = 1000 + workers.count
        registration.startTime = Int(now.nanoseconds / 10_000_000)
        // Where others find its map output.
        registration.address = "\(workers.count)"
        if isLaunched {
            registration.host = Self.host
            registration.containers = 1 + random.below(3)
        }
        workers.append(WorkerModel(registration, isLaunched: isLaunched, at: now))
        agenda.add(.connect(worker: workers.count - 1), at: now)
    }

    mutating func connect(_ place: Int) {
        guard workers[place].link == nil else { return }
        guard coordinator.isUp, workers[place].cut == nil else { return tryLater(place) }
        let link = open(.worker(place))
        workers[place].link = link
        workers[place].links.append(link)
        let introduction = introduction(of: workers[place])
        sendUp(.worker(introduction), link)
    }

    private mutating func tryLater(_ place: Int) {
        if workers[place].lastContact.duration(to: now) >= Self.orphanTimeout {
            let name = workers[place].name
            tell("\(name) finds no coordinator and ends")
            return die(place, isBroken: false)
        }
        agenda.add(.connect(worker: place), at: now.advanced(by: Self.reconnectInterval))
    }

    private func introduction(of worker: WorkerModel) -> WorkerMessage {
        guard let incarnation = worker.incarnation else { return .register(worker.registration) }
        var resumption = Resumption(incarnation)
        resumption.attempts = worker.running.map(\.attempt) + worker.unheard.messages.compactMap(\.settledAttempt)
        resumption.jobs = worker.jobs.map(\.id)
        return .resume(resumption)
    }

    mutating func loseCoordinator(_ place: Int, _ link: Int) {
        hangUp(link, isBroken: false)
        guard workers[place].isAlive, workers[place].link == link else { return }
        workers[place].link = nil
        if workers[place].isAdmitted { workers[place].lastContact = now }
        workers[place].isAdmitted = false
        agenda.add(.connect(worker: place), at: now.advanced(by: Self.reconnectInterval))
    }

    /// What must arrive is kept until it is known to have been heard.
    mutating func say(_ message: WorkerMessage, by place: Int) {
        if workers[place].isAdmitted, let link = workers[place].link { sendUp(.worker(message), link) }
        guard message.settledAttempt != nil else { return }
        let sent = workers[place].link.map { links[$0].up.sent } ?? 0
        workers[place].unheard.add(message, number: sent)
    }

    /// SIGKILL, or an end in peace, and all under it.
    mutating func die(_ place: Int, isBroken: Bool, isReplaced: Bool = false) {
        guard workers[place].isAlive else { return }
        let (name, pid) = (workers[place].name, workers[place].registration.pid)
        workers[place].isAlive = false
        figures.nodeTime += workers[place].started.duration(to: now)
        workers[place].isAdmitted = false
        workers[place].backlog = []
        workers[place].forgetEverything()
        if let link = workers[place].link { hangUp(link, isBroken: isBroken) }
        workers[place].link = nil
        guard workers[place].isLaunched, let launcher else { return }
        sendUp(
            .launcher(
                isReplaced
                    ? .workerReplaced(name: name, pid: pid)
                    : .workerEnded(name: name, pid: pid, reason: "it was ended by a signal")), launcher)
    }

    // MARK: - Orders

    mutating func follow(_ order: WorkerOrder, _ place: Int, _ link: Int) {
        guard workers[place].isAlive, workers[place].link == link else { return }
        workers[place].lastContact = now
        switch order {
        case .admit(let incarnation, _): admitted(place, as: incarnation)
        case .heard(let count): workers[place].unheard.forget(heard: count)
        case .fence:
            workers[place].forgetEverything()
            workers[place].isAdmitted = false
            let registration = workers[place].registration
            sendUp(.worker(.register(registration)), link)
        case .refuse, .stop: die(place, isBroken: false)
        case .die: die(place, isBroken: true)
        case .prepareJob(let program): prepare(program, place)
        case .launch(let attempt, let assignment): launch(attempt, assignment, place)
        case .kill(let attempt): kill(attempt, place)
        case .mapOutputs(let job, let locations): locate(locations, of: job, place)
        case .forgetJob(let job): workers[place].jobs.removeAll { $0.id == job }
        case .jobFile, .readLog, .cut: break
        }
    }

    private mutating func admitted(_ place: Int, as incarnation: Incarnation) {
        workers[place].incarnation = incarnation
        workers[place].isAdmitted = true
        for message in workers[place].unheard.takeAll() { say(message, by: place) }
    }

    private mutating func prepare(_ program: JobProgram, _ place: Int) {
        guard workers[place].job(program.job) == nil else { return }
        workers[place].jobs.append(WorkerModel.Job(id: program.job, reduceCount: program.reduceCount))
    }

    // MARK: - Standing still

    mutating func freeze(_ place: Int) {
        guard workers[place].isAlive, workers[place].frozenSince == nil else { return }
        workers[place].frozenSince = now
    }

    mutating func thaw(_ place: Int) {
        guard workers[place].frozenSince != nil else { return }
        workers[place].frozenSince = nil
        let backlog = workers[place].backlog
        workers[place].backlog = []
        for happening in backlog { perform(happening) }
    }
}
