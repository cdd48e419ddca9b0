internal import ClusterModel
internal import EventLoop
internal import Transport
internal import Wire

// What clients ask for: reports are answered from the plane, commands become events.

extension Coordinator {
    func handleRequest(_ numbered: Numbered<ClientRequest>, _ connection: ConnectionID) {
        let request = RequestID(connection: connection, number: numbered.number)
        switch numbered.message {
        case .status: reply(.status(status()), to: request)
        case .nodes: reply(.nodes([master()] + plane.nodes()), to: request)
        case .jobs: reply(.jobs(plane.jobs(at: now)), to: request)
        case .job(let id): answer(request, id, plane.job(id, at: now)) { .jobs([$0]) }
        case .tasks(let id): answerTasks(request, id)
        case .counters(let id): answer(request, id, plane.counters(of: id)) { .counters($0) }
        case .log(let attempt): readLog(attempt, request)
        case .file(let index, let bytes): upload(bytes, file: index, request)
        case .submit(let specification): submit(specification, request)
        case .subscribe(let sequence, let job, let attempts):
            subscribe(request, from: sequence, job, attempts: attempts)
        case .cancel, .scale, .startNode, .killNode, .injectFault:
            if let event = numbered.message.event(request) { decide(event) }
        }
    }

    private func answer<Report>(
        _ request: RequestID, _ job: JobID, _ report: Report?, _ make: (Report) -> ClientReply
    ) {
        reply(report.map(make) ?? .refused(job.unknownText), to: request)
    }

    private func answerTasks(_ request: RequestID, _ job: JobID) {
        guard let listing = plane.listing(of: job) else { return reply(.refused(job.unknownText), to: request) }
        listings.append(Listing(request: request, tasks: listing))
        feedListings()
    }

    /// A million tasks are more than one message holds, or memory should: each who asks is told as many as it reads.
    func feedListings() {
        for index in listings.indices { feed(&listings[index]) }
        listings.removeAll(where: \.tasks.isAtEnd)
    }

    private func feed(_ listing: inout Listing) {
        guard let peer = peers[listing.request.connection] else { return }
        while !listing.tasks.isAtEnd, peer.backlog < Self.listingBacklog {
            let tasks = plane.tasks(&listing.tasks, limit: Self.tasksPerMessage, at: now)
            reply(listing.tasks.isAtEnd ? .tasks(tasks) : .someTasks(tasks), to: listing.request)
        }
    }

    private static let tasksPerMessage = 1000
    /// Bytes under way: the loop has other work meanwhile.
    private static let listingBacklog = 256 << 10

    private func status() -> StatusReport {
        var report = plane.status(at: now)
        report.coordinator.pid = Int(Processes.ownID)
        report.coordinator.address = address
        return report
    }

    private func master() -> NodeReport {
        var report = NodeReport()
        report.name = "master"
        report.role = "master"
        report.state = "running"
        report.pid = Int(Processes.ownID)
        report.startTime = Int(Processes.startTime(of: Processes.ownID) ?? 0)
        report.host = Processes.hostName
        report.address = address
        report.incarnation = 1
        return report
    }

    // MARK: - Submission

    private func upload(_ bytes: [UInt8], file: Int, _ request: RequestID) {
        guard !jobFiles.add(bytes, file: file, request) else { return }
        jobFiles.forget(request)
        reply(
            .refused(
                "the job's files are over \(SideFile.byteLimit >> 20) MiB: put the large ones where every node can read them"
            ),
            to: request)
    }

    private func submit(_ specification: JobSpecification, _ request: RequestID) {
        guard jobFiles.match(specification.program.files, request) else {
            jobFiles.forget(request)
            return reply(.refused("the job's files did not arrive whole: submit it again"), to: request)
        }
        decide(.jobSubmitted(specification, request))
        jobFiles.forget(request)
    }

    // MARK: - Logs

    private func readLog(_ attempt: AttemptID, _ request: RequestID) {
        guard let node = plane.node(of: attempt) else {
            return reply(.refused("nothing is known of \(attempt): 'martlet tasks' lists attempts"), to: request)
        }
        guard nodes[node] != nil else {
            return reply(.refused("the log of \(attempt) was on \(plane.name(of: node)), which is gone"), to: request)
        }
        send(.readLog(request: logRequests.add(request, node), attempt), to: node)
    }

    func answerLog(_ number: Int, _ excerpt: LogExcerpt, from node: NodeID) {
        guard let request = logRequests.take(number, from: node) else { return }
        reply(excerpt.problem.isEmpty ? .log(excerpt) : .refused(excerpt.problem), to: request)
    }

    func answerLogs(ofLost node: NodeID) {
        for request in logRequests.takeAll(from: node) {
            reply(.refused("\(plane.name(of: node)) was lost before it sent the log"), to: request)
        }
    }

    // MARK: - Subscriptions

    private func subscribe(_ request: RequestID, from sequence: Int, _ job: JobID?, attempts: Bool) {
        // The job's report shows all that is decided, so its changes must not be told once more.
        let following = plane.cluster.sequence + 1
        let next = sequence > 0 ? sequence : following
        guard next <= following else {
            return reply(.refused("change \(next) is yet to come: subscribe from now"), to: request)
        }
        guard next >= changes.first else {
            let reason =
                "changes before \(changes.first) are no longer kept: ask for the state, then subscribe from now"
            return reply(.refused(reason), to: request)
        }
        let report = job.flatMap { plane.job($0, at: now) }
        if let job, report == nil {
            return reply(.refused(job.unknownText), to: request)
        }
        // How a job ended is never told before it is sure: somebody waits for it.
        pass(.subscribed(sequence: next - 1, job: report), after: plane.cluster.sequence, to: request)
        subscriptions.append(Subscription(request: request, job: job, attempts: attempts, next: next))
        feedSubscribers()
    }

    /// Each subscriber has a place in the list of changes and gets on as fast as it reads: a slow one waits, and
    /// nothing is kept for it but its place.
    func feedSubscribers() {
        for index in subscriptions.indices { feed(&subscriptions[index]) }
    }

    private func feed(_ subscription: inout Subscription) {
        guard let peer = peers[subscription.request.connection] else { return }
        if subscription.next < changes.first {
            reply(.refused("too far behind: subscribe again"), to: subscription.request)
            subscription.next = changes.last + 1
        }
        while subscription.next <= changes.last, !peer.isCongested {
            let batch = changes.changes(from: subscription.next, count: 64)
            subscription.next += batch.count
            let wanted = batch.filter { subscription.wants($0.change) }
            // One message each: a submission may be as long as a frame.
            for change in wanted { pass(.changes([change]), to: subscription.request) }
        }
    }
}

/// A client that is being told of a job's tasks.
struct Listing {
    let request: RequestID
    var tasks: TaskListing
}

/// Requests for logs that workers have yet to answer.
struct LogRequests {
    private var waiting: [Int: (request: RequestID, node: NodeID)] = [:]
    private var count = 0

    /// - Returns: The number under which the worker is asked.
    mutating func add(_ request: RequestID, _ node: NodeID) -> Int {
        count += 1
        waiting[count] = (request, node)
        return count
    }

    mutating func take(_ number: Int, from node: NodeID) -> RequestID? {
        guard waiting[number]?.node == node else { return nil }
        return waiting.removeValue(forKey: number)?.request
    }

    mutating func takeAll(from node: NodeID) -> [RequestID] {
        let numbers = waiting.filter { $0.value.node == node }.keys.sorted()
        return numbers.compactMap { waiting.removeValue(forKey: $0)?.request }
    }
}
