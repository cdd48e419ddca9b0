internal import ClusterModel
internal import EventLoop
internal import FileSystems
internal import Glibc
internal import Transport
internal import Worker

enum WorkerDaemon {
    static let options = [
        Daemon.Option(name: "coordinator", value: "HOST:PORT", meaning: "the coordinator to join"),
        Daemon.Option(name: "role", value: "core|task", meaning: "what the node is for", standard: "task"),
        Daemon.Option(
            name: "instance-type", value: "TYPE", meaning: "the EC2 instance that it models", standard: "m5.xlarge"),
        Daemon.Option(
            name: "containers", value: "N",
            meaning: "attempts at once; as many as the instance type has room for when missing"),
        Daemon.Option(
            name: "name", value: "NAME", meaning: "its name in the cluster; made from host and pid when missing"),
        Daemon.Option(
            name: "listen", value: "HOST:PORT", meaning: "where it serves map output", standard: "127.0.0.1:0"),
        Daemon.Option(name: "advertise", value: "HOST[:PORT]", meaning: "the same, as other nodes must call it"),
        Daemon.Option(name: "rack", value: "RACK", meaning: "where it stands", standard: "/default-rack"),
        Daemon.Option(name: "data", value: "DIR", meaning: "folder of its own; a temporary one when missing"),
        Daemon.Option(
            name: "secret-file", value: "FILE",
            meaning: "the cluster's secret, readable by you alone; MARTLET_SECRET may hold it instead"),
        Daemon.Option(
            name: "orphan-timeout", value: "MS", meaning: "milliseconds for which a lost coordinator is looked for",
            standard: "60000"),
    ]

    static func run(_ arguments: [String]) throws -> Int32 {
        let values = try Daemon.parse(arguments, options)
        let address = try Daemon.required("coordinator", values)
        guard let coordinator = try SocketAddress(address)?.resolve() else {
            throw Daemon.Problem(description: "--coordinator \(address): write HOST:PORT")
        }
        let registration = try registration(values)
        let given = try CommandPath.option("data", values)
        let folder = try given ?? makeTemporaryFolder()
        defer { if given == nil { try? LocalFileSystem.remove(folder) } }
        var configuration = Worker.Configuration(coordinator: coordinator, registration: registration, folder: folder)
        configuration.secret = try Secret.load(file: values["secret-file"])
        configuration.listen = try Listen.address(values["listen"] ?? "", option: "--listen", configuration.secret)
        configuration.advertise = values["advertise"] ?? ""
        guard !configuration.advertise.isEmpty || !["0.0.0.0", "::"].contains(configuration.listen.host) else {
            throw Daemon.Problem(
                description:
                    "--listen \(configuration.listen) is every address of this host: say with --advertise HOST which "
                    + "one other nodes are to use")
        }
        guard let timeout = Int(values["orphan-timeout"] ?? ""), timeout >= 0 else {
            throw Daemon.Problem(description: "--orphan-timeout must be a number of milliseconds")
        }
        configuration.orphanTimeout = .milliseconds(timeout)
        return try Worker(configuration).run()
    }

    /// A new one, closed to others; its name cannot be foreseen, and the node's, not yet checked, is no part of it.
    private static func makeTemporaryFolder() throws -> String {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? ""
        var path = Array(
            try CommandPath.absolute((parent.isEmpty ? "/tmp" : parent) + "/martlet-worker-XXXXXX").utf8CString)
        guard mkdtemp(&path) != nil else {
            throw Daemon.Problem(
                description:
                    "no temporary folder can be made in \(parent): \(String(cString: strerror(errno))); give one "
                    + "with --data")
        }
        return String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func registration(_ values: [String: String]) throws(Daemon.Problem) -> NodeRegistration {
        var registration = NodeRegistration()
        let role = values["role"] ?? ""
        guard let known = [NodeRole.core, .task].first(where: { "\($0)" == role }) else {
            throw Daemon.Problem(description: "--role \(role): a worker is 'core' or 'task'")
        }
        registration.role = known
        let type = values["instance-type"] ?? ""
        guard let instance = InstanceType.named(type) else {
            let nearest = InstanceType.suggestions(for: type).joined(separator: ", ")
            throw Daemon.Problem(description: "there is no instance type '\(type)': did you mean \(nearest)?")
        }
        registration.instanceType = instance.name
        registration.containers = instance.containers
        if let given = values["containers"] {
            guard let count = Int(given), (1...1024).contains(count) else {
                throw Daemon.Problem(description: "--containers \(given): it must be a number from 1 to 1024")
            }
            registration.containers = count
        }
        registration.name = values["name"] ?? "\(role)-\(Processes.hostName)-\(Processes.ownID)"
        registration.rack = values["rack"] ?? ""
        return registration
    }
}

enum ContainerDaemon {
    /// The socket to the worker is descriptor 3: containers are started by workers only.
    static func run() throws -> Int32 {
        guard Descriptors.isSocket(3) else {
            throw Daemon.Problem(description: "containers are started by workers: run 'martlet worker' instead")
        }
        try Container.run(descriptor: 3)
        return 0
    }
}
