internal import ClusterModel
internal import EventLoop
internal import FileSystems
internal import Logging
internal import Transport
internal import Wire

/// Serves map output to reducers, on a loop and thread of its own: a slow disk must not make the worker look dead.
final class ShuffleServer: Sendable {
    let address: SocketAddress
    private let thread: LoopThread
    private let inbox: Locked<Inbox<Void>.Address?>

    init(listen: SocketAddress, secret: [UInt8], folder: WorkerFolder) throws {
        let descriptor = try ListeningSocket.open(listen)
        address = try ListeningSocket.address(of: descriptor)
        let inbox = Locked<Inbox<Void>.Address?>(nil)
        self.inbox = inbox
        let started = try Descriptors.pipe()
        thread = try LoopThread.start(name: "shuffle") {
            do {
                let service = try ShuffleService(descriptor: descriptor, secret: secret, folder: folder)
                inbox.withLock { $0 = service.inbox }
                Descriptors.close(started.writeEnd)
                service.loop.run()
            } catch {
                Descriptors.close(started.writeEnd)
                Logger(label: "shuffle").error("map output cannot be served: \(error)")
            }
        }
        // The end of the pipe tells that the service is up, or never will be.
        _ = try Descriptors.read(started.readEnd)
        Descriptors.close(started.readEnd)
    }

    /// Ends the service and waits for its thread.
    func stop() {
        inbox.withLock { address in _ = address?.post(()) }
        thread.join()
    }
}

/// The service, on its own thread.
private final class ShuffleService {
    let loop: Loop
    private let outbox: Outbox
    private let folder: WorkerFolder
    private var listener: TCPListener?
    private var stopInbox: Inbox<Void>?
    private var fetchers: [ObjectIdentifier: FetchSession] = [:]

    init(descriptor: CInt, secret: [UInt8], folder: WorkerFolder) throws {
        self.folder = folder
        loop = try Loop()
        outbox = try Outbox(on: loop)
        stopInbox = try Inbox<Void>(on: loop) { [unowned self] _ in stop() }
        listener = try TCPListener(on: loop, descriptor: descriptor) { [unowned self] result in
            guard case .success(let stream) = result else { return }
            accept(stream, secret)
        }
    }

    var inbox: Inbox<Void>.Address? { stopInbox?.address }

    private func accept(_ stream: TCPStream, _ secret: [UInt8]) {
        let session = FetchSession(folder)
        let connection = Connection.accept(stream, outbox, secret: secret) {}
        session.serve(connection)
        let id = ObjectIdentifier(session)
        connection.onEnd = { [unowned self] _ in fetchers[id] = nil }
        fetchers[id] = session
    }

    private func stop() {
        listener?.close()
        for session in fetchers.values { session.close() }
        fetchers = [:]
        stopInbox?.close()
        outbox.close()
    }
}

/// One reducer's connection: its requests are answered in their order, a chunk of the file after another, and the next is
/// read only when the connection has taken the last.
private final class FetchSession {
    private let folder: WorkerFolder
    private var connection: Connection?
    private var waiting: [FetchRequest] = []
    private var current: (reader: FileReader, left: Int)?

    init(_ folder: WorkerFolder) { self.folder = folder }

    func serve(_ connection: Connection) {
        self.connection = connection
        connection.onFrame = { [unowned self] frame in hear(frame) }
        connection.onDrained = { [unowned self] in goOn() }
    }

    func close() { connection?.close() }

    private func hear(_ frame: Span<UInt8>) {
        do throws(WireError) {
            waiting.append(try FetchRequest(decoding: frame))
            goOn()
        } catch {
            connection?.close()
        }
    }

    private func goOn() {
        guard let connection else { return }
        while connection.backlog < 2 * FetchReply.chunk {
            if current == nil {
                guard !waiting.isEmpty else { return }
                begin(waiting.removeFirst(), connection)
            } else {
                sendChunk(connection)
            }
        }
    }

    private func begin(_ request: FetchRequest, _ connection: Connection) {
        do {
            let path = folder.mapOutput(request.map)
            let index = try MapOutputIndex(path)
            guard request.map.task.kind == .map, (0..<index.partitionCount).contains(request.partition) else {
                return connection.send(FetchReply(problem: "there is no partition \(request.partition)"))
            }
            let range = index.range(of: request.partition)
            connection.send(FetchReply(byteCount: range.count))
            guard !range.isEmpty else { return }
            current = (try FileReader(path, offset: range.lowerBound, count: range.count), range.count)
        } catch {
            connection.send(FetchReply(problem: "\(error)"))
        }
    }

    private func sendChunk(_ connection: Connection) {
        guard let (reader, left) = current else { return }
        do {
            var chunk: [UInt8] = []
            let count = try reader.read(into: &chunk, limit: min(left, FetchReply.chunk))
            guard count > 0 else { throw FileSystemError(.invalid, "\(reader.path) became shorter") }
            connection.send(frame: chunk)
            current = left > count ? (reader, left - count) : nil
        } catch {
            // The length was promised already: only the connection's end can tell the other side.
            current = nil
            connection.close()
            self.connection = nil
        }
    }
}
