public import ClusterModel

// What messages tell the core, for whoever drives it.

extension WorkerMessage {
    /// What it tells the core; nil for what is not the core's: introductions, signs of life, logs.
    ///
    /// - Parameter source: Who says it.
    public func event(from source: Incarnation) -> Event? {
        switch self {
        case .attemptSucceeded(let attempt, let counters): .attemptSucceeded(attempt, counters, from: source)
        case .attemptFailed(let attempt, let failure): .attemptFailed(attempt, failure, from: source)
        case .attemptKilled(let attempt): .attemptKilled(attempt, from: source)
        case .fetchFailed(let reduce, let map): .fetchFailed(reduce: reduce, map: map, from: source)
        case .shuffleFinished(let reduce): .shuffleFinished(reduce, from: source)
        case .register, .resume, .heartbeat, .log: nil
        }
    }
}

extension LauncherMessage {
    public func event(over connection: ConnectionID) -> Event {
        switch self {
        case .join(let host): .launcherJoined(connection, host: host)
        case .workerEnded(let name, let pid, let reason): .workerEnded(name: name, pid: pid, reason: reason)
        case .workerReplaced(let name, let pid): .workerReplaced(name: name, pid: pid)
        }
    }
}

extension ClientRequest {
    /// Nil for what is answered without a decision: reports, logs, subscriptions, pieces of files.
    public func event(_ request: RequestID) -> Event? {
        switch self {
        case .submit(let specification): .jobSubmitted(specification, request)
        case .cancel(let job): .jobCancelled(job, request)
        case .scale(let role, let count, let type): .scaleRequested(role, count: count, instanceType: type, request)
        case .startNode(let name): .nodeStartRequested(name: name, request)
        case .killNode(let name): .nodeKillRequested(name: name, request)
        case .injectFault(let fault, let name): .nodeFaultRequested(name: name, fault, request)
        case .status, .nodes, .jobs, .job, .tasks, .counters, .log, .file, .subscribe: nil
        }
    }
}
