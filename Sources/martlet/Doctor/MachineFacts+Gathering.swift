internal import EventLoop
internal import Glibc
internal import MartletClient

extension MachineFacts {
    /// Looks at this machine, as this process sees it.
    static func gather(home: String) -> MachineFacts {
        MachineFacts(
            namespaces: Processes.namespaces, openFiles: Machine.descriptorLimit, processes: processLimit(),
            home: look(at: home), kernel: kernelRelease(), libuv: Machine.libuvVersion, cores: Machine.coreCount,
            memory: memory("MemTotal"), memoryAvailable: memory("MemAvailable"), processFiles: processFiles(),
            loopback: tryLoopback(), group: ControlGroup.limits, fileSize: fileSizeLimit(),
            usualPort: lookAtUsualPort(),
            portCount: portCount()
        )
    }

    private static func fileSizeLimit() -> Int? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else { return nil }
        return Int(exactly: limit.rlim_cur).flatMap { $0 < Int.max ? $0 : nil }
    }

    private static func lookAtUsualPort() -> Port {
        let address = SocketAddress(host: "127.0.0.1", port: ClusterFolder.usualPort)
        if let cluster = (try? ClusterFolder.running())?.first(where: { $0.launcher?.address == address }) {
            return .cluster(cluster.name)
        }
        do throws(LoopError) {
            Descriptors.close(try ListeningSocket.open(address))
            return .free
        } catch {
            return error.name == "EADDRINUSE" ? .taken : .free
        }
    }

    private static func portCount() -> Int? {
        let ends = SystemFile.lines("/proc/sys/net/ipv4/ip_local_port_range").first?
            .split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        guard let ends, ends.count == 2, ends[0] <= ends[1] else { return nil }
        return ends[1] - ends[0] + 1
    }

    /// Root has no limit of its own, but its control group may.
    private static func processLimit() -> Int? {
        let own = geteuid() == 0 ? nil : Machine.processLimit
        return [own, ControlGroup.limit("pids", "pids.max")].compactMap { $0 }.min()
    }

    /// `ST_NOEXEC` of statvfs(3), which Swift does not import.
    private static let noExecutables: UInt = 8

    /// The folder need not be there yet: then it is the nearest one above that counts.
    private static func look(at path: String) -> Home {
        var folder = path
        while access(folder, F_OK) != 0, let slash = folder.lastIndex(of: "/"), folder != "/" {
            folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
        }
        var status = statvfs()
        let isKnown = statvfs(folder, &status) == 0
        return Home(
            path: path, isWritable: access(folder, W_OK | X_OK) == 0,
            freeByteCount: isKnown ? Int(clamping: status.f_bavail) * Int(clamping: status.f_frsize) : nil,
            // Some file systems have no table of them, and say 0 of 0.
            freeFileCount: isKnown && status.f_files > 0 ? Int(clamping: status.f_favail) : nil,
            allowsPrograms: !isKnown || status.f_flag & noExecutables == 0)
    }

    private static func kernelRelease() -> String {
        var name = utsname()
        uname(&name)
        return withUnsafeBytes(of: name.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// Bytes, and no more than the control group may have; zero when they cannot be told.
    private static func memory(_ field: String) -> Int {
        let lines = SystemFile.lines("/proc/meminfo")
        guard let line = lines.first(where: { $0.hasPrefix(field + ":") }),
            let kibibytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return 0 }
        let allowed = ControlGroup.limit("memory", "memory.max", inVersion1: "memory.limit_in_bytes")
        return min(kibibytes << 10, allowed ?? .max)
    }

    private static func processFiles() -> ProcessFiles {
        let pid = Processes.ownID
        guard Processes.startTime(of: pid) != nil else { return .unreadable }
        return access("/proc/\(pid)/task/\(pid)/children", R_OK) == 0 ? .readable : .withoutChildren
    }

    private static func tryLoopback() -> LoopError? {
        do throws(LoopError) {
            Descriptors.close(try ListeningSocket.open(SocketAddress(host: "127.0.0.1", port: 0)))
            return nil
        } catch {
            return error
        }
    }
}

/// Files in which the kernel shows something.
enum SystemFile {
    private static let limit = 1 << 20

    /// None when it cannot be read.
    static func lines(_ path: String) -> [Substring] {
        // In large pieces: some of the kernel's files give nothing behind the first.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { Descriptors.close(descriptor) }
        var bytes: [UInt8] = []
        while bytes.count < limit, let more = try? Descriptors.read(descriptor), !more.isEmpty { bytes += more }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }
}
