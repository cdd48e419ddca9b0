internal import Coordinator
internal import EventLoop
internal import Transport

enum CoordinatorDaemon {
    static let options = [
        Daemon.Option(
            name: "listen", value: "HOST:PORT", meaning: "where workers and clients connect; port 0 takes a free one",
            standard: "127.0.0.1:\(ClusterFolder.usualPort)"),
        Daemon.Option(name: "data", value: "DIR", meaning: "folder of its own; made when missing"),
        Daemon.Option(
            name: "secret-file", value: "FILE",
            meaning: "the cluster's secret, readable by you alone; MARTLET_SECRET may hold it instead"),
        Daemon.Option(
            name: "heartbeat-timeout", value: "MS", meaning: "milliseconds of silence after which a node is lost",
            standard: "2000"),
        Daemon.Option(
            name: "record", value: "yes|no",
            meaning:
                "whether the journal keeps every event too, so that 'martlet journal --replay' can decide it again",
            standard: "no"),
        Daemon.Option(
            name: "keep-history", value: "AGE|SIZE",
            meaning: "what of the journal is kept, such as 30d, 2GiB or 30d,2GiB",
            standard: "all"),
        Daemon.Option(
            name: "segment-size", value: "SIZE",
            meaning: "of the files that the journal consists of, which go one by one; 1KiB to 256MiB", standard: "64MiB"
        ),
        Daemon.Option(name: "listen-descriptor", value: "N", meaning: "a listening socket that was inherited"),
    ]

    static func run(_ arguments: [String]) throws -> Int32 {
        Processes.mapLargeBlocks()
        let values = try Daemon.parse(arguments, options)
        let data = try CommandPath.absolute(Daemon.required("data", values))
        let secret = try Secret.load(file: values["secret-file"])
        let (retention, segmentSize) = (try retention(values), try segmentSize(values))
        let descriptor = try listener(values, secret)
        guard let timeout = Int(values["heartbeat-timeout"] ?? ""), (10...3_600_000).contains(timeout) else {
            throw Daemon.Problem(description: "--heartbeat-timeout must be between 10 and 3600000 milliseconds")
        }
        var configuration = Coordinator.Configuration(listener: descriptor, folder: data)
        configuration.secret = secret
        configuration.heartbeatTimeout = .milliseconds(timeout)
        configuration.recordsEvents = try Daemon.isYes("record", values)
        configuration.retention = retention
        configuration.segmentSize = segmentSize
        try Coordinator(configuration).run { address in
            Output.line("the coordinator listens on \(address)")
            Output.line("next: martlet worker --coordinator \(address) --role core --instance-type m5.xlarge")
        }
        return 0
    }

    private static func retention(_ values: [String: String]) throws(Daemon.Problem) -> Retention {
        let text = values["keep-history"] ?? ""
        guard let retention = Retention(text) else {
            throw Daemon.Problem(description: "--keep-history \(text): \(Retention.spelling)")
        }
        return retention
    }

    private static func segmentSize(_ values: [String: String]) throws(Daemon.Problem) -> Int {
        let text = values["segment-size"] ?? ""
        guard let size = Retention.size(text[...]), (1 << 10...256 << 20).contains(size) else {
            throw Daemon.Problem(description: "--segment-size \(text): write a size between 1KiB and 256MiB")
        }
        return size
    }

    private static func listener(_ values: [String: String], _ secret: [UInt8]) throws -> CInt {
        if let inherited = values["listen-descriptor"] {
            guard let number = CInt(inherited), number > 2 else {
                throw Daemon.Problem(description: "--listen-descriptor must be the number of an inherited socket")
            }
            return number
        }
        return try ListeningSocket.open(Listen.address(values["listen"] ?? "", option: "--listen", secret))
    }
}

enum Listen {
    /// Reads an address to listen on. Beyond this host nobody may knock who cannot be told from a stranger.
    static func address(_ text: String, option: String, _ secret: [UInt8]) throws -> SocketAddress {
        guard let address = try SocketAddress(text)?.resolve() else {
            throw Daemon.Problem(description: "\(option) \(text): write HOST:PORT")
        }
        guard address.isLoopback || !secret.isEmpty else {
            throw Daemon.Problem(
                description:
                    "\(option) \(address) can be reached from other hosts, and there is no secret: give one with "
                    + "--secret-file or MARTLET_SECRET")
        }
        return address
    }
}
