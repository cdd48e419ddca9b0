internal import ClusterModel
internal import Wire

/// A worker's process, with its containers and its disk.
struct WorkerModel: Sendable {
    /// An attempt under way in a container.
    struct Running: Sendable {
        let attempt: AttemptID
        let assignment: Assignment
        /// Names it in the agenda: an attempt that is gone has none there that means anything.
        var token: Int
        /// In its container.
        var begun: Instant
        /// Of its work, once it has its input.
        let duration: Duration
        let fate: Fate
        /// Map output that a reduce attempt has fetched, by map.
        var fetched: [Bool] = []
        var fetchedCount = 0
        /// How often it has asked for what it could not fetch.
        var retries = 0
        /// A reduce attempt has everything.
        var hasInput = false
        /// No container is free for it yet.
        var isQueued = false
        /// It was told to end, and something of it is still there.
        var isEnding = false
    }

    enum Fate: Sendable {
        case success
        case failure
        /// It never ends, and gives no sign of progress.
        case hang
        /// It takes many times as long as others.
        case crawl
    }

    /// What it holds of a job.
    struct Job: Sendable {
        let id: JobID
        var reduceCount: Int
        /// By map.
        var locations: [MapOutputLocation?] = []
        /// Map attempts whose output is on its disk, by map; of one map's attempts, the last.
        var outputs: [Int: AttemptID] = [:]
        /// Maps whose output nobody can read.
        var corrupt: Set<Int> = []

        mutating func keep(_ map: AttemptID) {
            outputs[map.task.index] = map
            corrupt.remove(map.task.index)
        }

        mutating func corruptAll() { corrupt = Set(outputs.keys) }

        func canServe(_ map: AttemptID) -> Bool {
            outputs[map.task.index] == map && !corrupt.contains(map.task.index)
        }
    }

    let registration: NodeRegistration
    /// The launcher tells of its end.
    let isLaunched: Bool
    /// Percent of the time that others take.
    var slowness = 100
    /// Whatever it runs fails.
    var isSick = false
    var isAlive = true
    let started: Instant
    /// Stopped by a signal: what is due happens when it goes on.
    var frozenSince: Instant?
    var backlog: [Happening] = []
    var incarnation: Incarnation?
    /// What of its traffic goes nowhere.
    var cut: CutDirection?
    /// All connections that it has had.
    var links: [Int] = []
    /// The present one.
    var link: Int?
    /// Over the present connection.
    var isAdmitted = false
    var unheard = UnheardResults()
    var running: [Running] = []
    var jobs: [Job] = []
    /// When the coordinator was last there.
    var lastContact = Instant.start

    init(_ registration: NodeRegistration, isLaunched: Bool, at now: Instant) {
        self.registration = registration
        self.isLaunched = isLaunched
        (started, lastContact) = (now, now)
    }

    var name: String { registration.name }

    /// Of those that have been told to end, nothing new has to wait.
    var hasFreeContainer: Bool { running.count { !$0.isEnding && !$0.isQueued } < registration.containers }

    @inline(__always) func job(_ id: JobID) -> Int? { jobs.firstIndex { $0.id == id } }

    /// What it gives up when it is fenced, or when it dies.
    mutating func forgetEverything() {
        incarnation = nil
        running = []
        jobs = []
        _ = unheard.takeAll()
    }
}
