internal import BitCollections

// Nodes come, go, and are asked for.

extension Cluster {
    mutating func register(_ registration: NodeRegistration, _ connection: ConnectionID) {
        if let reason = refusal(of: registration) {
            effect(.refuseNode(connection, reason: reason))
            return
        }
        let id = state.nodeNumbers[registration.name].map { NodeID($0) } ?? NodeID(state.nodes.count)
        let last = id.number < state.nodes.count ? state.nodes[id.number].incarnation : 0
        if last > 0, state.nodes[id.number].isLive {
            lose(Incarnation(node: id, number: last), "its process did not hear that it was admitted, and asked again")
        }
        let incarnation = Incarnation(node: id, number: last + 1)
        change(.nodeRegistered(incarnation, registration))
        effect(.admit(connection, incarnation))
    }

    private func refusal(of registration: NodeRegistration) -> String? {
        let name = registration.name
        guard isValidNodeName(name) else {
            return
                "'\(name.prefix(40))' is no node name: use up to \(NodeRegistration.nameLimit) letters, digits, '-', '_' and '.'"
        }
        guard registration.role != .master else { return "a worker is a core or a task node, not the master" }
        guard (1...NodeRegistration.containerLimit).contains(registration.containers) else {
            return "\(registration.containers) containers are not between 1 and \(NodeRegistration.containerLimit)"
        }
        guard (1...Int(Int32.max)).contains(registration.pid), registration.startTime >= 0 else {
            return "its pid \(registration.pid) or start time \(registration.startTime) is none"
        }
        let texts = [registration.host, registration.rack, registration.address, registration.instanceType]
        guard texts.allSatisfy({ $0.utf8.count <= NodeRegistration.textLimit }) else {
            return "its host, rack, address or instance type is longer than \(NodeRegistration.textLimit) bytes"
        }
        guard let number = state.nodeNumbers[name] else {
            return state.nodes.count < Self.nodeLimit ? nil : "the cluster has had \(Self.nodeLimit) nodes, its limit"
        }
        let node = state.nodes[number]
        guard node.isLive else { return nil }
        let first = node.registration
        // The same process, which was not told in time.
        if (first.pid, first.startTime, first.host) == (registration.pid, registration.startTime, registration.host),
            !node.isConnected
        {
            return nil
        }
        let holder = "the name '\(name)' is taken by the worker with pid \(first.pid) on \(first.host)"
        guard node.isConnected else {
            return "\(holder), whose connection broke and which may be back: try again when it is lost, after the "
                + "heartbeat timeout, or choose another name with --name"
        }
        return "\(holder): choose another with --name, or end that one first"
    }

    private func isValidNodeName(_ name: String) -> Bool {
        let isAllowed = { (byte: UInt8) in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        return !name.isEmpty && name.utf8.count <= NodeRegistration.nameLimit && name.utf8.allSatisfy(isAllowed)
            && name.utf8.first != UInt8(ascii: ".") && name != "master"
    }

    mutating func lose(_ incarnation: Incarnation, _ reason: String) {
        guard isCurrent(incarnation) else { return }
        let id = incarnation.node
        let wasDraining = state.nodes[id.number].state == .draining
        let attempts = state.nodes[id.number].running
        // A draining node that goes has only done what it was asked to, unless work was lost with it.
        change(wasDraining && attempts.isEmpty ? .nodeStopped(id) : .nodeLost(id, reason: reason))
        for attempt in attempts { change(.attemptLost(attempt)) }
        effect(.disconnect(incarnation))
        touchActiveJobs()
    }

    /// A node on which jobs failed that succeeded elsewhere gets no more work, but never more than half of the nodes (as
    /// MRv1's JobTracker): then it is rather the jobs.
    mutating func excludeIfFaulty(_ id: NodeID) {
        let node = state.nodes[id.number]
        guard node.state == .running, node.faults >= Self.faultLimit else { return }
        let excluded = state.nodes.count { $0.state == .excluded }
        let running = state.nodes.count { $0.state == .running }
        guard 2 * (excluded + 1) <= excluded + running else { return }
        change(
            .nodeExcluded(
                id,
                reason: "\(node.faults) jobs failed on it and succeeded elsewhere: mend it, then 'martlet start "
                    + "\(node.registration.name)'"))
        touchActiveJobs()
    }

    // MARK: - What clients ask for

    mutating func scale(_ role: NodeRole, to count: Int, _ type: String, _ request: RequestID) {
        if let reason = refusalOfScale(role, to: count, type) {
            effect(.answer(request, .refused(reason)))
            return
        }
        let present = state.nodes.indices.filter { isPresent(state.nodes[$0], role) }
        if present.count < count {
            for _ in present.count..<count { requestNode(role, type) }
        } else {
            for number in leastNeeded(present).prefix(present.count - count) { drain(NodeID(number)) }
        }
        effect(.answer(request, .done))
    }

    private func refusalOfScale(_ role: NodeRole, to count: Int, _ type: String) -> String? {
        if role == .master { return "there is one master: scale the core or the task nodes" }
        if !(0...1000).contains(count) { return "\(count) nodes are not between 0 and 1000" }
        let present = state.nodes.count { isPresent($0, role) }
        if present < count && launchers.isEmpty { return Self.noLauncher }
        guard InstanceType.named(type) == nil else { return nil }
        return
            "there is no instance type '\(type)': did you mean \(InstanceType.suggestions(for: type).joined(separator: ", "))?"
    }

    private static let noLauncher =
        "no launcher is connected to start workers: start the cluster with 'martlet up', or workers by hand with 'martlet worker'"

    private func isPresent(_ node: Node, _ role: NodeRole) -> Bool {
        node.registration.role == role && (node.state == .running || node.state == .starting)
    }

    /// Idle ones first, then the youngest.
    private func leastNeeded(_ numbers: [Int]) -> [Int] {
        numbers.sorted { (state.nodes[$0].running.count, -$0) < (state.nodes[$1].running.count, -$1) }
    }

    private mutating func requestNode(_ role: NodeRole, _ type: String) {
        var registration = NodeRegistration()
        registration.role = role
        registration.instanceType = type
        registration.name = freeName(role)
        request(registration)
    }

    /// The lowest number whose name was never used or belongs to a stopped node. The name of a lost node is left
    /// alone: its process may yet return.
    private func freeName(_ role: NodeRole) -> String {
        var number = 1
        while let node = state.nodeNumbers["\(role)-\(number)"], state.nodes[node].state != .stopped { number += 1 }
        return "\(role)-\(number)"
    }

    private mutating func request(_ registration: NodeRegistration) {
        let id = state.nodeNumbers[registration.name].map { NodeID($0) } ?? NodeID(state.nodes.count)
        change(.nodeRequested(id, registration))
        effect(.startWorker(registration, by: launchers[0].connection))
    }

    /// A launcher that was away may have missed what it was asked for.
    mutating func joinLauncher(_ launcher: Launcher) {
        launchers.append(launcher)
        guard launchers.count == 1 else { return }
        for node in state.nodes where node.state == .starting {
            effect(.startWorker(node.registration, by: launcher.connection))
        }
    }

    private mutating func drain(_ id: NodeID) {
        let node = state.nodes[id.number]
        if node.state == .starting {
            change(.nodeStopped(id))
            effect(.killWorker(id, by: launcher(for: node)))
        } else {
            change(.nodeDraining(id))
            touchActiveJobs()
        }
    }

    mutating func restart(_ name: String, _ request: RequestID) {
        guard let node = node(named: name, request) else { return }
        if node.state == .excluded, let number = state.nodeNumbers[name] {
            change(.nodeIncluded(NodeID(number)))
            effect(.answer(request, .done))
        } else if launchers.isEmpty {
            effect(.answer(request, .refused(Self.noLauncher)))
        } else if node.isLive || node.state == .starting {
            effect(.answer(request, .refused("\(name) is \(node.state) already")))
        } else {
            self.request(asked(for: node.registration))
            effect(.answer(request, .done))
        }
    }

    /// The process that the node was is gone: a later order to kill must not name it.
    private func asked(for last: NodeRegistration) -> NodeRegistration {
        var registration = last
        (registration.pid, registration.startTime, registration.address) = (0, 0, "")
        return registration
    }

    mutating func kill(_ name: String, _ request: RequestID) {
        guard let node = node(named: name, request), let number = state.nodeNumbers[name] else { return }
        guard node.isLive || node.state == .starting else {
            effect(.answer(request, .refused("\(name) is \(node.state): there is nothing to kill")))
            return
        }
        effect(.killWorker(NodeID(number), by: launcher(for: node)))
        effect(.answer(request, .done))
    }

    /// Signals are sent on the node's own host; a node that has not registered was started by the first launcher.
    func launcher(for node: Node) -> ConnectionID? {
        if node.state == .starting { return launchers.first?.connection }
        return launchers.first { $0.host == node.registration.host }?.connection
    }

    mutating func node(named name: String, _ request: RequestID) -> Node? {
        if let number = state.nodeNumbers[name] { return state.nodes[number] }
        let name = String(name.prefix(NodeRegistration.nameLimit))
        let nearest = state.nodes.map(\.registration.name).min { editDistance($0, name) < editDistance($1, name) }
        let hint = nearest.map { ": did you mean \($0)?" } ?? ": the cluster has none yet"
        effect(.answer(request, .refused("there is no node '\(name)'\(hint)")))
        return nil
    }

    /// A draining node stops when it runs nothing and nobody is to read map output from it.
    mutating func stopDrained() {
        guard !state.draining.isEmpty else { return }
        for number in state.draining {
            // Told to stop while it cannot hear, it would come back as a new node.
            guard state.nodes[number].isConnected else { continue }
            guard state.nodes[number].running.isEmpty, !holdsNeededOutput(number) else { continue }
            change(.nodeStopped(NodeID(number)))
            effect(.stopWorker(NodeID(number)))
        }
    }

    private func holdsNeededOutput(_ node: Int) -> Bool {
        state.active.contains { number in
            let job = self[JobID(number)]
            return job.needsMapOutput && node < job.mapOutputs.count && !job.mapOutputs[node].isEmpty
        }
    }

    func isCurrent(_ incarnation: Incarnation) -> Bool {
        let number = incarnation.node.number
        guard state.nodes.indices.contains(number) else { return false }
        return state.nodes[number].state.isLive && state.nodes[number].incarnation == incarnation.number
    }

    /// The number may be anything: it comes from outside.
    func hasJob(_ id: JobID) -> Bool { id.number >= 1 && id.number <= state.jobs.count }

    subscript(job: JobID) -> Job {
        _read { yield state.jobs[job.number - 1] }
    }
}
