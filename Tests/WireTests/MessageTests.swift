import ClusterModel
import SeededNumbers
import Testing
import Wire

/// Every message of every kind, with something in each field.
enum Samples {
    static let job = JobID(7)
    static let attempt = AttemptID(task: TaskID(job: job, kind: .reduce, index: 3), epoch: 2, number: 1)
    static let map = AttemptID(task: TaskID(job: job, kind: .map, index: 300), epoch: 2, number: 0)

    static var registration: NodeRegistration {
        var registration = NodeRegistration()
        registration.name = "core-1"
        registration.role = .core
        registration.instanceType = "m5.xlarge"
        registration.rack = "/rack"
        registration.host = "host"
        registration.pid = 4711
        registration.startTime = 123_456
        registration.address = "127.0.0.1:9"
        registration.containers = 4
        return registration
    }

    static var specification: JobSpecification {
        var specification = JobSpecification()
        specification.name = "word count"
        specification.inputs = ["file:///a", "file:///b"]
        specification.splits = [
            InputSplit(input: 0, offset: 0, length: 10), InputSplit(input: 1, offset: 1 << 40, length: 0),
        ]
        specification.reduceCount = 0
        specification.output = "file:///out"
        specification.mapAttemptLimit = 1
        specification.reduceAttemptLimit = 2
        specification.taskTimeout = 0
        specification.program.mapper = ["python3", "m.py"]
        specification.program.combiner = ["c"]
        specification.program.reducer = []
        specification.program.environment = ["A=1", "ü=ö"]
        specification.program.files = [SideFile(name: "m.py", isExecutable: true, byteCount: 5)]
        specification.program.writeLimit = -1
        specification.program.processLimit = 100
        return specification
    }

    static var format: RecordFormat {
        var format = RecordFormat()
        format.mapOutput.separator = "."
        format.mapOutput.keyCount = 4
        format.reduceOutput.separator = "::"
        format.reduceOutput.keyCount = 2
        format.mapInputSeparator = ""
        format.reduceInputSeparator = "|"
        format.outputSeparator = ""
        format.keyFieldSeparator = "."
        format.partitionerOptions = "-k1,2"
        format.comparatorOptions = ""
        format.selection.separator = ","
        format.selection.mapOutput = "0:1-"
        format.selection.reduceOutput = "0-:"
        format.uniqueValueLimit = 14
        format.mapperInput = .keyAndValue
        format.keyValueSeparator = 0
        format.regex = ""
        format.regexGroup = 2
        format.grouping.reducer = "-k1,1"
        format.grouping.combiner = ""
        format.namedOutputs = ["a", "b"]
        return format
    }

    static var counters: Counters {
        var counters = Counters()
        counters.add(5, group: "g", name: "n")
        counters.add(-5, group: "g", name: "m")
        return counters
    }

    static var failure: AttemptFailure {
        var failure = AttemptFailure(reason: "exited")
        failure.exitStatus = 0
        failure.standardError = "last\nlines"
        return failure
    }

    static var jobFailure: JobFailure {
        var failure = JobFailure()
        failure.reason = "exited"
        failure.attempt = attempt
        failure.node = "core-1"
        failure.exitStatus = 3
        return failure
    }

    static var program: JobProgram {
        var program = JobProgram()
        program.job = job
        program.folderName = ".martlet-x"
        program.output = "file:///out"
        program.reduceCount = 2
        program.program = specification.program
        program.program.format = format
        program.program.ignoresExitStatus = true
        return program
    }

    static var resumption: Resumption {
        var resumption = Resumption(Incarnation(node: NodeID(2), number: 3))
        resumption.attempts = [attempt, map]
        resumption.jobs = [job]
        resumption.incompleteJobs = [JobID(7)]
        return resumption
    }

    static var workerMessages: [WorkerMessage] {
        [
            .register(registration),
            .heartbeat([ControlPlane.AttemptProgress(attempt: attempt, fraction: 500, hasProgressed: true)], heard: 7),
            .resume(resumption), .shuffleFinished(attempt), .attemptSucceeded(attempt, counters),
            .attemptFailed(attempt, failure),
            .attemptKilled(attempt),
            .fetchFailed(reduce: attempt, map: map), .log(request: 3, LogExcerpt(problem: "none")),
        ]
    }

    static var workerOrders: [WorkerOrder] {
        [
            .admit(Incarnation(node: NodeID(2), number: 3), heartbeatMilliseconds: 200), .refuse(reason: "taken"),
            .prepareJob(program), .jobFile(job, file: 1, bytes: [1, 2, 3]), .jobFile(job, file: 0, bytes: []),
            .launch(map, .map(uri: "file:///a", offset: 1, length: 2)),
            .launch(attempt, .reduce(partition: 3, mapCount: 9)),
            .launch(attempt, .commit(winners: [attempt, map])), .launch(attempt, .abort), .kill(attempt),
            .mapOutputs(job, [MapOutputLocation(attempt: map, address: "h:1")]), .forgetJob(job),
            .readLog(request: 1, attempt), .stop, .die, .fence, .heard(9), .cut(.both), .cut(nil),
        ]
    }

    static var requests: [ClientRequest] {
        [
            .status, .nodes, .jobs, .job(job), .tasks(job), .counters(job), .log(attempt), .file(index: 1, bytes: [9]),
            .submit(specification), .cancel(job), .scale(.core, count: 3, instanceType: "m5.xlarge"),
            .startNode(name: "n"),
            .killNode(name: "n"), .subscribe(from: 0, job: nil), .subscribe(from: 5, job: job),
            .subscribe(from: 0, job: job, attempts: false),
        ]
    }

    /// New ones come last: the golden journal holds the first of them.
    static var changes: [Change] {
        [
            .coordinatorStarted(epoch: 2, cluster: "c"), .nodeRequested(NodeID(0), registration),
            .nodeRegistered(Incarnation(node: NodeID(1), number: 2), registration), .nodeDraining(NodeID(1)),
            .nodeLost(NodeID(1), reason: "silent"), .nodeStopped(NodeID(1)), .jobSubmitted(job, specification),
            .jobCommitting(job), .jobAborting(job, .failed(jobFailure)), .jobEnded(job, .cancelled),
            .jobEnded(job, .succeeded), .attemptLaunched(attempt, NodeID(3)), .attemptSucceeded(attempt, counters),
            .attemptFailed(attempt, failure), .attemptLost(attempt), .attemptKillRequested(attempt, reason: "r"),
            .attemptKilled(attempt, reason: "r"), .fetchFailed(map.task, by: attempt),
            .mapOutputLost(map.task, reason: "gone"),
            .mapOutputRejected(map.task, reason: "unreadable"), .backupLaunched(attempt, NodeID(2)),
            .nodeDisconnected(NodeID(5)), .nodeResumed(NodeID(5)), .shuffleFinished(attempt),
            .nodeExcluded(NodeID(4), reason: "faults"), .nodeIncluded(NodeID(4)),
        ]
    }

    static var events: [Event] {
        let request = RequestID(connection: ConnectionID(5), number: 6)
        let source = Incarnation(node: NodeID(1), number: 2)
        return [
            .coordinatorStarted(cluster: "c", wallClock: -3), .journalStuck(reason: "full"), .journalStuck(reason: nil),
            .nodeRegistering(registration, ConnectionID(4)), .nodeLost(source, reason: "silent"),
            .nodeDisconnected(source), .nodeResuming(resumption, ConnectionID(4)),
            .workerEnded(name: "core-1", pid: 0, reason: "r"), .attemptSucceeded(attempt, counters, from: source),
            .attemptFailed(attempt, failure, from: source), .attemptKilled(attempt, from: source),
            .fetchFailed(reduce: attempt, map: map, from: source), .shuffleFinished(attempt, from: source),
            .attemptSlow(attempt), .attemptTimedOut(map), .jobSubmitted(specification, request),
            .jobCancelled(job, request), .scaleRequested(.core, count: 3, instanceType: "m5.xlarge", request),
            .nodeStartRequested(name: "n", request), .nodeKillRequested(name: "n", request),
            .nodeFaultRequested(name: "n", .cut(.outbound), request), .launcherJoined(ConnectionID(7), host: "h"),
            .launcherLeft(ConnectionID(7)), .workerReplaced(name: "core-1", pid: 3),
        ]
    }

    static var replies: [ClientReply] {
        var status = StatusReport()
        status.coordinator.pid = 1
        status.coordinator.address = "a:1"
        status.uptime = 1.234
        status.jobsEnded = 2
        var node = NodeReport(registration)
        node.state = "running"
        node.incarnation = 2
        var report = JobReport()
        report.id = "job-7"
        report.elapsed = 0.001
        report.maps.done = 3
        report.failure = JobReport.Failure()
        var task = TaskReport()
        task.id = "job-7-map-0"
        task.progress = 0.5
        task.attempts = [TaskReport.Attempt()]
        let recorded = changes.enumerated().map {
            RecordedChange(sequence: $0 + 1, instant: Instant(nanoseconds: 5), change: $1)
        }
        return [
            .done, .refused("no"), .submitted(job), .status(status), .nodes([node]), .jobs([report]), .tasks([task]),
            .someTasks([task]), .ended,
            .counters(counters), .log(LogExcerpt(problem: "p")), .subscribed(sequence: 4, job: report),
            .subscribed(sequence: 4, job: nil), .changes(recorded),
        ]
    }

    static var containerMessages: [ContainerMessage] {
        [
            .progress(fraction: 1, hasProgressed: true), .succeeded(counters, hasFolder: true), .failed(failure),
            .fetchFailed(map),
            .released([map, attempt]),
        ]
    }

    static var containerOrders: [ContainerOrder] {
        var job = ContainerJob()
        job.program = program
        job.folder = "/f"
        job.secret = [0, 255]
        return [
            .prepare(job), .run(attempt, .reduce(partition: 1, mapCount: 2)), .release,
            .mapOutputs([MapOutputLocation(attempt: map, address: "h:1")]),
        ]
    }
}

@Suite struct MessageTests {
    @Test func everyMessageComesBackAsItWas() throws {
        for message in Samples.workerMessages { #expect(try again(message) == message) }
        for message in Samples.workerOrders { #expect(try again(message) == message) }
        for message in Samples.requests { #expect(try again(Numbered(9, message)) == Numbered(9, message)) }
        for message in Samples.replies { #expect(try again(Numbered(9, message)) == Numbered(9, message)) }
        for message in Samples.containerMessages { #expect(try again(message) == message) }
        for message in Samples.containerOrders { #expect(try again(message) == message) }
        for event in Samples.events { #expect(try again(event) == event) }
        for message in [LauncherOrder.startWorker(Samples.registration), .killWorker(name: "n", pid: 1, startTime: 2)] {
            #expect(try again(message) == message)
        }
        for message in [
            LauncherMessage.join(host: "h"), .workerEnded(name: "n", pid: 3, reason: "r"),
            .workerReplaced(name: "n", pid: 3),
        ] {
            #expect(try again(message) == message)
        }
    }

    /// Bytes that later versions must still read. A change here breaks journals and mixed clusters.
    @Test func theBytesOfAMessageAreTheseForEver() throws {
        let message = WorkerMessage.attemptFailed(Samples.attempt, Samples.failure)
        #expect(
            message.encoded() == [
                0x02, 0x04, 0x05, 0x0a, 0x02, 0x0e, 0x04, 0x02, 0x06, 0x06, 0x08, 0x04, 0x0a, 0x02, 0x07, 0x16,
                0x03, 0x06, 0x65, 0x78, 0x69, 0x74, 0x65, 0x64, 0x04, 0x01, 0x07, 0x0a, 0x6c, 0x61, 0x73, 0x74,
                0x0a, 0x6c, 0x69, 0x6e, 0x65, 0x73,
            ])
    }

    @Test func fieldsOfALaterVersionAreSkipped() throws {
        let newer = Newer().encoded()
        #expect(try Older(decoding: newer.span).text == "kept")
        let older = Older().encoded()
        #expect(try Newer(decoding: older.span).number == 0)
    }

    @Test func aMessageCutShortIsAnErrorOrWhole() throws {
        let whole = Numbered(
            9, ClientReply.changes([RecordedChange(sequence: 1, instant: .start, change: Samples.changes[6])]))
        let bytes = whole.encoded()
        for count in 0..<bytes.count {
            let cut = Array(bytes[..<count])
            let read = try? Numbered<ClientReply>(decoding: cut.span)
            #expect(read != whole, "cut at \(count)")
        }
    }

    @Test func anyBytesAreAMessageOrAnError() {
        var random = SplitMix64(seed: 2)
        let samples =
            Samples.workerMessages.map { $0.encoded() } + Samples.workerOrders.map { $0.encoded() }
            + Samples.replies.map { Numbered(1, $0).encoded() } + Samples.requests.map { Numbered(1, $0).encoded() }
        for round in 0..<20_000 {
            var bytes = round % 4 == 0 ? random.bytes(upTo: 100) : samples[random.below(samples.count)]
            for _ in 0..<random.below(4) where !bytes.isEmpty {
                bytes[random.below(bytes.count)] = UInt8(truncatingIfNeeded: random.next())
            }
            _ = try? WorkerMessage(decoding: bytes.span)
            _ = try? WorkerOrder(decoding: bytes.span)
            _ = try? Numbered<ClientRequest>(decoding: bytes.span)
            _ = try? Numbered<ClientReply>(decoding: bytes.span)
            _ = try? ContainerOrder(decoding: bytes.span)
            _ = try? ContainerMessage(decoding: bytes.span)
        }
    }

    @Test(
        arguments: [
            ([0x02, 0x04, 0x05, 0xff, 0xff, 0xff, 0xff, 0x7f], WireError.truncated),
            ([0x02, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02], .malformed),
            ([0x04, 0x01, 0x02, 0x01], .malformed),
            ([0x02, 0x63], .unknownCase(0x63)),
        ] as [([UInt8], WireError)])
    func liesAreNoticed(bytes: [UInt8], error: WireError) {
        #expect(throws: error) { try ClientRequest(decoding: bytes.span) }
    }

    @Test func textMustBeUTF8() {
        let bytes: [UInt8] = [0x02, 0x0c, 0x09, 0x02, 0xc3, 0x28]
        #expect(throws: WireError.invalidText) { try ClientRequest(decoding: bytes.span) }
    }

    private func again<M: WireMessage>(_ message: M) throws -> M {
        let bytes = message.encoded()
        return try M(decoding: bytes.span)
    }

    private struct Older: WireMessage {
        var text = "kept"

        mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) { try coder.field(2, &text) }
    }

    private struct Newer: WireMessage {
        var early: [UInt8] = [1, 2, 3]
        var text = "kept"
        var number = 5

        mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
            try coder.field(1, &early)
            try coder.field(2, &text)
            try coder.field(3, &number)
        }
    }
}
