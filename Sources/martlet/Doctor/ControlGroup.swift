/// Limits of the control group that this process is in, such as Docker's and systemd's.
///
/// Source: cgroups(7); the kernel's cgroup-v2.rst.
enum ControlGroup {
    private static let root = "/sys/fs/cgroup"

    /// Nil when they cannot be read.
    static var limits: MachineFacts.Group? {
        let lines = SystemFile.lines("/proc/self/cgroup")
        guard !lines.isEmpty,
            !SystemFile.lines("\(root)/cgroup.controllers").isEmpty || lines.contains(where: hasController)
        else { return nil }
        return MachineFacts.Group(
            cores: cores(lines), memory: limit("memory", "memory.max", inVersion1: "memory.limit_in_bytes"),
            processes: limit("pids", "pids.max"))
    }

    /// Whether the line is version 1's.
    private static func hasController(_ line: Substring) -> Bool { !line.hasPrefix("0::") }

    /// The fewest cores that this group or one above it may use, also a part of one; nil when there is no limit.
    private static func cores(_ lines: [Substring]) -> Double? {
        folders("cpu", lines).compactMap { folder in
            cores(SystemFile.lines("\(folder)/cpu.max").first)
                ?? cores(
                    "\(value("\(folder)/cpu.cfs_quota_us") ?? -1) \(value("\(folder)/cpu.cfs_period_us") ?? 0)")
        }.min()
    }

    /// Of `QUOTA PERIOD` in microseconds; `max`, or version 1's -1, is unlimited.
    static func cores(_ line: Substring?) -> Double? {
        let numbers = (line ?? "").split(separator: " ").map { Double($0) }
        guard numbers.count == 2, let quota = numbers[0], let period = numbers[1], quota > 0, period > 0 else {
            return nil
        }
        return quota / period
    }

    /// The lowest limit of this group and those above it; nil when there is none, or none can be read.
    ///
    /// - Parameter older: The file's name in version 1, if it is another.
    static func limit(_ controller: String, _ file: String, inVersion1 older: String? = nil) -> Int? {
        let limits = folders(controller, SystemFile.lines("/proc/self/cgroup")).flatMap { folder in
            [file, older ?? file].compactMap { value("\(folder)/\($0)") }
        }
        // Version 1 says that there is no limit by a number near the highest one.
        return limits.min().flatMap { $0 < Int.max / 2 ? $0 : nil }
    }

    /// Where the group's limits and those above it are: `0::PATH` is version 2's line, `N:CONTROLLERS:PATH` version 1's.
    static func folders(_ controller: String, _ lines: [Substring]) -> [String] {
        lines.flatMap { line -> [String] in
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { return [] }
            if fields[1].isEmpty { return andAbove(fields[2], in: root) }
            guard fields[1].split(separator: ",").contains(Substring(controller)) else { return [] }
            return andAbove(fields[2], in: "\(root)/\(fields[1])")
        }
    }

    private static func andAbove(_ path: Substring, in root: String) -> [String] {
        var folders = [root]
        for name in path.split(separator: "/") { folders.append("\(folders[folders.count - 1])/\(name)") }
        return folders
    }

    private static func value(_ path: String) -> Int? {
        SystemFile.lines(path).first.flatMap { Int($0) }
    }
}
