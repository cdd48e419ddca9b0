internal import ClusterModel
internal import EventLoop
internal import FileSystems
internal import Logging
internal import Transport
internal import Wire

/// The worker's second loop, on a thread of its own: it serves map output to reducers and does whatever else touches task
/// data on disk, so that a slow disk does not make a healthy worker look dead.
final class DataLoop: Sendable {
    /// What the control loop leaves to it.
    enum Chore: Sendable {
        case remove(path: String)
        /// Of something that others may be using.
        case removeEmptyFolder(path: String)
        /// Wait for a thread that is about to end: what it was given has been put aside.
        case join(LoopThread)
        /// Answered by a ``WorkerMessage/log(request:_:)``.
        case readLog(request: Int, path: String)
        /// Let traffic with reducers go nowhere; nil is the end of that.
        case cut(CutDirection?)
        case stop
    }

    /// Where map output is served.
    let address: SocketAddress
    private let thread: LoopThread
    private let chores: Locked<Inbox<Chore>.Address?>

    /// - Parameter answers: Where messages for the coordinator are posted.
    init(
        listen: SocketAddress, secret: [UInt8], folder: WorkerFolder, answers: Inbox<WorkerMessage>.Address
    ) throws {
        let descriptor = try ListeningSocket.open(listen)
        address = try ListeningSocket.address(of: descriptor)
        let chores = Locked<Inbox<Chore>.Address?>(nil)
        self.chores = chores
        let started = try Descriptors.pipe()
        thread = try LoopThread.start(name: "data") {
            do {
                let service = try DataService(
                    descriptor: descriptor, secret: secret, folder: folder, answers: answers)
                chores.withLock { $0 = service.address }
                Descriptors.close(started.writeEnd)
                service.loop.run()
            } catch {
                Descriptors.close(started.writeEnd)
                Logger(label: "data").error("map output cannot be served: \(error)")
            }
        }
        // The end of the pipe tells that the service is up, or never will be.
        _ = try Descriptors.read(started.readEnd)
        Descriptors.close(started.readEnd)
        guard chores.withLock({ $0 != nil }) else {
            throw FileSystemError(.invalid, "map output cannot be served on \(address): see the log")
        }
    }

    func leave(_ chore: Chore) {
        chores.withLock { address in _ = address?.post(chore) }
    }

    /// Ends the loop after the chores left to it, and waits for its thread.
    func stop() {
        leave(.stop)
        thread.join()
    }
}

/// What runs on the data loop's thread.
private final class DataService {
    let loop: Loop
    private let outbox: Outbox
    private let folder: WorkerFolder
    private let answers: Inbox<WorkerMessage>.Address
    private let log = Logger(label: "data")
    private var listener: TCPListener?
    private var inbox: Inbox<DataLoop.Chore>?
    private var fetchers: [ObjectIdentifier: FetchSession] = [:]
    private var direction: CutDirection?

    init(
        descriptor: CInt, secret: [UInt8], folder: WorkerFolder, answers: Inbox<WorkerMessage>.Address
    ) throws {
        self.folder = folder
        self.answers = answers
        loop = try Loop()
        outbox = try Outbox(on: loop)
        inbox = try Inbox<DataLoop.Chore>(on: loop) { [unowned self] chore in perform(chore) }
        listener = try TCPListener(on: loop, descriptor: descriptor) { [unowned self] result in
            guard case .success(let stream) = result else { return }
            accept(stream, secret)
        }
    }

    var address: Inbox<DataLoop.Chore>.Address? { inbox?.address }

    private func accept(_ stream: TCPStream, _ secret: [UInt8]) {
        let session = FetchSession(folder)
        let connection = Connection.accept(stream, outbox, secret: secret) {}
        session.serve(connection)
        let id = ObjectIdentifier(session)
        connection.onEnd = { [unowned self] _ in fetchers[id] = nil }
        fetchers[id] = session
        session.cut(direction)
    }

    private func perform(_ chore: DataLoop.Chore) {
        switch chore {
        case .remove(let path): remove(path)
        case .removeEmptyFolder(let path): LocalFileSystem.removeEmptyFolder(path)
        case .join(let thread): thread.join()
        case .readLog(let request, let path): answers.post(.log(request: request, AttemptLog.excerpt(path)))
        case .cut(let direction): cut(direction)
        case .stop: stop()
        }
    }

    private func cut(_ direction: CutDirection?) {
        self.direction = direction
        for session in fetchers.values { session.cut(direction) }
    }

    private func remove(_ path: String) {
        do throws(FileSystemError) {
            try LocalFileSystem.remove(path)
        } catch {
            log.warning("\(error)")
        }
    }

    private func stop() {
        listener?.close()
        for session in fetchers.values { session.close() }
        fetchers = [:]
        inbox?.close()
        outbox.close()
    }
}
